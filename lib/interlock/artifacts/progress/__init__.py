"""Progress: where a run stands, and which agents can work on it now."""

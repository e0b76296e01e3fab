"""Shapes: pydantic models of what people and other programs read and write. Their JSON Schema lies in
docs/schema/; the guard, which can't afford pydantic, is held to them by tests."""

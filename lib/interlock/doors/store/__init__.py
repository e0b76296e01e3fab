"""The store: a port (``leases/port.py``), an in-memory twin and the embedded store behind it."""

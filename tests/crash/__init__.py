"""One mutating operation at a time, killed and failed at every one of its system calls."""

"""The artifacts of a run (`.runs/RUN/FLOW/...`), a shape each; ``kinds`` says which file has which."""

"""Many processes on one store, killed and stopped at random, judged by oracles of the tests' own."""

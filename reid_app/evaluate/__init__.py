"""How good it is: retrieval, tracking, benchmarks."""

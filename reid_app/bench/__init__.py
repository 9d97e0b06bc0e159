"""Benchmarks: every figure is a ratio or a percentile, measured side by side in one process."""

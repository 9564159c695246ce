"""Figures, not promises: run by ``pytest tests/benchmarks``, printed as a table."""

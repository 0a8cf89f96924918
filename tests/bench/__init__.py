"""Benchmarks: ``python3 bootstrap.py bench [name]``. No test asserts a time; goals are ratios (performance figures in the README)."""

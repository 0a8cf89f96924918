"""The half-year report: outline and figures in, plain content out, then drawn."""

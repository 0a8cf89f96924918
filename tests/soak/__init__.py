"""Long runs that prove what the test command proves in short: ``python3 bootstrap.py soak [NAME [ROUNDS [SEED]]]``."""

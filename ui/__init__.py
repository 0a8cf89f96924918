"""What the user sees. Qt only here; asks ``app``, never queries."""

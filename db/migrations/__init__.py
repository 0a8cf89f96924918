"""Numbered scripts that make and change the system tables. Each sets ``user_version`` to its own number, in its transaction."""

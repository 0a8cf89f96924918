"""Temporary."""


def _(text: str) -> str:
    """Give the text."""
    return text

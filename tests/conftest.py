"""What every test shares: a Qt without a display, and plain warnings as errors (pyproject.toml)."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

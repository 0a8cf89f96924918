"""The sample report, drawn once."""

from __future__ import annotations

import pytest

from app.report import pdf
from tests.report.measuring import Measured, measured
from tests.report.sample_report import sample_report


@pytest.fixture(scope="session")
def drawing() -> pdf.Drawing:
    return pdf.render(sample_report())


@pytest.fixture(scope="session")
def pages(drawing: pdf.Drawing) -> list[Measured]:
    return measured(drawing.pdf)

"""Who approves, when, and what a printed report says."""

from __future__ import annotations

from datetime import datetime

import pypdfium2

from app.periods import Period
from app.report import approval, sound
from db.store import Store

NOW = datetime(2019, 6, 17, 14, 20)
CLERK, CHIEF = "thu", "chihuy"


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def approved(store: Store, half: Period, by: str = CHIEF) -> approval.Approved:
    if by == CHIEF and approval.standing(store, half).stage == "draft":
        approval.submit(store, half, CLERK, NOW)
    return approval.approve(store, half, by, "KHONG", NOW, agreed=sound.EVERY_DOUBT)

"""What people write into a report."""

from __future__ import annotations

from typing import Any

from db.store import Store
from tests.samples import HS, USER


def write(store: Store, sections: dict[str, str], **answers: Any) -> None:
    lines = [{"section": key, "text": text} for key, text in sections.items()]
    store.save("report", {"unit": HS, "period": "2019-H1", "contents": lines, **answers}, USER)

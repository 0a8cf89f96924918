"""What an import would do, and what it did: counts, what is refused or doubtful, and what is to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.import_ids import short_id
from app.import_puts import Puts
from app.record_sheets import RawRecord, Refusal
from db.message import Message
from db.record import Aggregate, Record


@dataclass
class Preview:
    """What an import would do, and after ``apply`` what it did."""

    declared: type[Record]
    path: Path
    refused: list[Refusal]
    puts: Puts = field(default_factory=Puts)
    drafts: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)
    persons: list[Aggregate] = field(default_factory=list)
    new: int = 0
    updated: int = 0
    already: int = 0
    doubtful: int = 0
    doubts: list[Refusal] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    totals: set[tuple[str, int]] = field(default_factory=set)
    """The rows (sheet, number) that add up others and were passed over."""
    import_id: str | None = None
    fates: list[tuple[RawRecord, str]] | None = None
    """What becomes of each record that is not refused: ``new``, ``updated``, ``already`` or ``draft``; None where nobody asked."""
    rows: list[tuple[RawRecord, bool]] = field(default_factory=list, repr=False)
    """While the file is looked at: where each of ``puts`` stands in it, and whether it is new; [] where nothing asks for it."""

    @property
    def refused_rows(self) -> int:
        """How many rows of the file something is refused in; one row may be wrong at several places."""
        return len({(refusal.sheet, refusal.row) for refusal in self.refused})

    def summary(self) -> dict[str, Any]:
        """Give the import for programs (contract.md 6)."""
        counts = {"new": self.new, "updated": self.updated, "already": self.already, "doubtful": self.doubtful}
        return {"import": self.import_id, **counts, "refused": [refusal.as_json() for refusal in self.refused]}

    def lines(self) -> Iterator[str]:
        """Say it in words."""
        if self.import_id:
            yield Message(
                "Đã nhập {name}. Mã lần nhập: {import_id} (bỏ cả lần nhập: nennep undo-import {import_id}).",
                name=self.path.name,
                import_id=short_id(self.import_id),
            )
        else:
            yield Message("Xem trước {name}; chưa ghi gì.", name=self.path.name)
        counts = {"Mới": self.new, "Cập nhật": self.updated, "Đã có": self.already, "Còn cảnh báo": self.doubtful}
        yield " ".join(f"{word}: {count}." for word, count in {**counts, "Dòng bị từ chối, chưa nhập": self.refused_rows}.items())
        if self.persons:
            yield Message("  Người hưởng mới từ danh sách: {n}.", n=len(self.persons))
        for notice in self.notices:
            yield Message("  Lưu ý: {notice}", notice=notice)
        for word, found in (("Cảnh báo", self.doubts), ("Từ chối", self.refused)):
            for refusal in found[:20]:
                yield f"  {word} - {refusal}"
            if len(found) > 20:
                yield Message("  … và {n} dòng khác.", n=len(found) - 20)

    def note(self, raw: RawRecord, fate: str) -> None:
        """Keep what becomes of a record, where somebody wants to see it."""
        if self.fates is not None:
            self.fates.append((raw, fate))

    def refusal(self) -> str:
        """Say why nothing was written."""
        first = "; ".join(str(refusal).rstrip(".") for refusal in self.refused[:3])
        more = Message("; … (tất cả {n} chỗ)", n=len(self.refused)) if len(self.refused) > 3 else ""
        return Message(
            "Lỗi: chưa nhập gì vì có dòng bị từ chối: {first}{more}. Hãy sửa tệp, hoặc thêm --skip-refused để bỏ qua các dòng đó.",
            first=first,
            more=more,
        )

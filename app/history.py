"""The versions of a record: who, when, what changed (trust.md d: every old version viewable and restorable)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.search import mask
from db.journal import decode
from db.message import Message
from db.questions import Answers
from db.record import Record, complete
from db.store import Store


@dataclass(frozen=True)
class Version:
    """One version; ``changes`` are sentences, what changed since the version before."""

    record: str
    device: str
    seq: int
    at: str
    by: str
    state: str
    import_id: str | None
    changes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the version for programs."""
        return {
            "device": self.device,
            "seq": self.seq,
            "at": self.at,
            "by": self.by,
            "state": self.state,
            "import": self.import_id,
            "changes": list(self.changes),
        }

    def line(self) -> str:
        """Give the version on one line."""
        return f"{self.device[:8]}/{self.seq}\t{self.at}\t{self.by}\t{self.state}\t{'; '.join(self.changes)}"


def versions(store: Store, uid: str) -> list[Version]:
    """Give all versions of a record, oldest first."""
    found: list[Version] = []
    before: Answers | None = None
    for entry in store.versions(uid):
        declared = store.types[entry.type]
        record = complete(declared, decode(uid, entry.body, entry.private))
        head = entry.head
        changes = tuple(_changes(store, declared, before, record)) if before else (Message("tạo bản ghi"),)
        found.append(Version(uid, entry.device, entry.seq, head["ts"], head["u"], record["state"], entry.import_id, changes))
        before = record
    return found


def _changes(store: Store, declared: type[Record], old: Answers, new: Answers) -> Iterator[str]:
    day = declared.day_of(new)
    for name, question in declared.questions().items():
        if old[name] != new[name]:
            texts = [question.show(mask(question, answers[name]), store.names, day) or Message("(trống)") for answers in (old, new)]
            yield Message("{label}: {old} → {new}", label=question.label, old=texts[0], new=texts[1])
    for kind, line_type in declared.kinds.items():
        if old[kind] != new[kind]:
            changed = sum(a != b for a, b in zip(old[kind], new[kind], strict=False))
            yield Message(
                "{caption}: {old} → {new} dòng, {n} dòng sửa",
                caption=line_type.caption,
                old=len(old[kind]),
                new=len(new[kind]),
                n=changed,
            )

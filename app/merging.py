"""A record that was changed while it stood open in a form: which version the form started from, and who changed what since.

``Moved`` refuses to save over a newer version; ``app.put_together`` puts both changes together when a person asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from app import users
from app.listing import when
from db import journal
from db.errors import ExpectedError
from db.message import Joined, Message
from db.questions import Answers
from db.record import CANCELLED, Aggregate, Record, complete
from db.store import Store

Heads = dict[str, int]
"""The versions of a record that no other replaces: number by device. One, but for records that two machines changed."""


class Stand(NamedTuple):
    """A record at some time: its heads, its answers (the winner's), and when and by whose hand the winner was written."""

    heads: Heads
    record: Aggregate
    at: str
    by: str


class Change(NamedTuple):
    """What happened to a record since it was opened: how it stands now, and the labels of what is different."""

    now: Stand
    labels: tuple[str, ...]
    cancelled: bool
    """Whether it was cancelled meanwhile."""

    def words(self, store: Store) -> str:
        """Say who changed what, in a sentence."""
        names = {person.id: person.name for person in users.everyone(store.database)}
        who, moment = names.get(self.now.by, self.now.by), when(self.now.at)
        if self.cancelled:
            reason = self.now.record["cancel_reason"] or ""
            return Message("{who} đã hủy bản ghi này lúc {moment}: {reason}.", who=who, moment=moment, reason=reason.rstrip("."))
        if not self.labels:
            return Message("{who} đã ghi lại bản ghi này lúc {moment}, không đổi câu trả lời nào.", who=who, moment=moment)
        what = Joined(", ", self.labels)
        return Message("{who} đã sửa bản ghi này lúc {moment}: {what}.", who=who, moment=moment, what=what)


class Moved(ExpectedError):  # noqa: N818 - a past event, as the office says it
    """A save over a version that is no longer the newest. Nothing was written."""

    def __init__(self, change: Change, words: str) -> None:
        super().__init__("moved", words, "Chưa ghi gì; hãy xem bản mới, rồi ghi phần đã sửa.")
        self.change = change


def stand(store: Store, uid: str, at: Mapping[str, int] | None = None) -> Stand | None:
    """Give how a record stands now, or stood when its heads were ``at``; None when those versions are not here."""
    versions = store.versions(uid)
    if at is not None:
        versions = [one for one in versions if at.get(one.device) == one.seq]
    ends = journal.heads(versions)
    if not ends or (at is not None and len(ends) != len(at)):
        return None
    winner, head = ends[0], ends[0].head
    record = complete(store.types[winner.type], journal.decode(uid, winner.body, winner.private))
    return Stand({one.device: one.seq for one in ends}, record, head["ts"], head["u"])


def since(store: Store, declared: type[Record], uid: str, heads: Heads, base: Answers) -> Change | None:
    """Give what changed since the heads of a record were ``heads`` and its answers ``base``; None when nothing did."""
    now = stand(store, uid)
    if now is None or now.heads == heads:
        return None
    labels = [question.label for name, question in declared.questions().items() if base[name] != now.record[name]]
    labels += [line_type.caption for kind, line_type in declared.kinds.items() if base[kind] != now.record[kind]]
    return Change(now, tuple(labels), now.record["state"] == CANCELLED != base["state"])

"""Catalogue records as a tree on one day: who stands below whom, who is gone, and who took over from whom (domain.md D.5).

Works for every record type that declares ``tree`` (``db.declarations.Tree``). Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from db.declarations import Tree
from db.message import Message
from db.names import OPEN_END, OPEN_START
from db.questions import Answers, shown_day
from db.record import Record
from db.store import Store
from db.text import matches

Standing = Literal["now", "ended", "coming"]


class Handover(NamedTuple):
    """One record that took over from another, wholly or in part: both uids, the ISO day, and the words of the reason ('': none)."""

    giver: str
    taker: str
    day: str
    why: str


@dataclass
class Node:
    """One record on the day. ``since`` and ``until`` are the ISO days of the version shown ('': open)."""

    uid: str
    code: str
    label: str
    standing: Standing
    since: str
    until: str
    parent: str | None
    names: str
    """Every name it ever had, for searching."""
    children: list[str]
    takers: tuple[Handover, ...] = ()
    givers: tuple[Handover, ...] = ()


@dataclass
class Forest:
    """All records of a type as they stand on ``day``; ``roots`` and children are in the order of codes."""

    day: str
    nodes: dict[str, Node]
    roots: list[str]

    @property
    def gone(self) -> int:
        """How many do not stand on the day."""
        return sum(node.standing != "now" for node in self.nodes.values())

    def above(self, uid: str) -> list[str]:
        """Give the uids above a record, the nearest first."""
        found: list[str] = []
        at = self.nodes[uid].parent
        while at is not None:
            found.append(at)
            at = self.nodes[at].parent
        return found

    def shown(self, words: str = "", all_of_them: bool = False) -> set[str]:
        """Give the uids to be shown: what fits the words (none: everything), with all above it.

        Records that do not stand on the day are left out unless ``all_of_them``, words are searched, or something below them stands.
        """
        found: set[str] = set()
        searching = bool(words.strip())
        for uid, node in self.nodes.items():
            if searching and not matches(words, f"{node.code} {node.names}"):
                continue
            if searching or all_of_them or node.standing == "now":
                found.update((uid, *self.above(uid)))
        return found


def forest(store: Store, declared: type[Record], day: str) -> Forest:
    """Give the tree of a type that declares one, as it stands on ISO ``day``."""
    tree = declared.tree
    assert tree is not None, declared.type_name
    records = store.names.catalogue(declared.type_name).records
    nodes = {uid: _node(store, declared, tree, uid, record, day) for uid, record in records.items()}
    for node in nodes.values():
        if node.parent not in nodes or _circles(nodes, node.uid):
            node.parent = None
    order = sorted(nodes.values(), key=lambda node: (node.code, node.label))
    for node in order:
        if node.parent is not None:
            nodes[node.parent].children.append(node.uid)
    _hand_over(nodes, tree, records)
    return Forest(day, nodes, [node.uid for node in order if node.parent is None])


def _node(store: Store, declared: type[Record], tree: Tree, uid: str, record: Answers, day: str) -> Node:
    spans = list(_spans(tree, record)) or [(OPEN_START, OPEN_END, None)]
    now = [span for span in spans if span[0] <= day <= span[1]]
    before = [span for span in spans if span[1] < day]
    since, until, parent = (now or before[-1:] or spans[:1])[0]
    standing: Standing = "now" if now else "ended" if before else "coming"
    names = " ".join(name for name, _, _ in declared.names_of(record))
    label = store.names.label(declared.type_name, uid, day if now else until if before else since)
    shown_until = "" if until == OPEN_END else until
    return Node(uid, str(record.get("code") or ""), label, standing, since, shown_until, parent, names, [])


def _spans(tree: Tree, record: Answers) -> Iterable[tuple[str, str, str | None]]:
    """Give (first day, last day, uid above) of each version, from the oldest."""
    kind, dot, name = tree.parent.rpartition(".")
    lines: Iterable[Answers] = record[kind] if dot else (record,)
    return sorted(((line[tree.since] or OPEN_START, line[tree.until] or OPEN_END, line[name]) for line in lines), key=lambda span: span[:2])


def _circles(nodes: Mapping[str, Node], uid: str) -> bool:
    """Tell whether the way up from a record comes back to it: such a record is put at the top, so that nothing is lost from sight."""
    at, seen = nodes[uid].parent, {uid}
    while at is not None and at in nodes:
        if at in seen:
            return at == uid
        seen.add(at)
        at = nodes[at].parent
    return False


def _hand_over(nodes: Mapping[str, Node], tree: Tree, records: Mapping[str, Answers]) -> None:
    kind, _, name = tree.heir.partition(".")
    found: list[Handover] = []
    if kind:
        for uid, record in records.items():
            found += [Handover(uid, line[name], line[tree.on] or "", line[tree.why] or "") for line in record[kind] if line[name]]
    for node in nodes.values():
        node.takers = tuple(one for one in found if one.giver == node.uid)
        node.givers = tuple(one for one in found if one.taker == node.uid)


# -- words -------------------------------------------------------------------------------------------------------------------


def span_words(node: Node) -> str:
    """Say when the version that is shown holds; '' when always."""
    if node.since and node.until:
        return Message("{since} – {until}", since=shown_day(node.since), until=shown_day(node.until))
    if node.until:
        return Message("đến {day}", day=shown_day(node.until))
    return Message("từ {day}", day=shown_day(node.since)) if node.since else ""


def fate_words(node: Node, names: Mapping[str, Node]) -> str:
    """Say what became of a record that ended, or that it is still to come; '' for one that stands."""
    if node.standing == "coming":
        return Message("chưa thành lập")
    if node.standing == "now":
        return ""
    if not node.takers:
        return Message("đã giải thể")
    return Message("sáp nhập vào {names}", names=", ".join(label_of(one.taker, names) for one in node.takers))


def label_of(uid: str, nodes: Mapping[str, Node]) -> str:
    """Give the name of a record as the tree shows it; ``(chưa nhận)`` when it is not here."""
    node: Any = nodes.get(uid)
    return node.label if node is not None else "(chưa nhận)"

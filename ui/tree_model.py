"""The item model of a tree of catalogue records (``app.tree``): only what is shown, in the order of codes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.i18n import _
from app.tree import Forest, Node, fate_words, span_words

DISPLAY, ACCESSIBLE = 0, 11
"""Qt's roles as the plain numbers in which they arrive."""
NAME, CODE, SPAN, FATE = range(4)
HEADS = ("Tên", "Mã", "Hiệu lực", "Ghi chú")
Index = QModelIndex | QPersistentModelIndex


class TreeModel(QAbstractItemModel):
    """The records of a forest that are to be shown, one row each below the record above it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.forest = Forest("", {}, [])
        self._rows: dict[str | None, list[str]] = {}
        self._at: dict[str, int] = {}
        self._order: list[str] = []
        self._places: dict[str, int] = {}

    def show_forest(self, forest: Forest, shown: set[str]) -> None:
        """Show another tree, or another choice of it."""
        self.beginResetModel()
        self.forest = forest
        self._rows, self._order, self._at = {}, [], {}
        self._places = {}
        self._gather(None, forest.roots, shown)
        self.endResetModel()

    def _gather(self, above: str | None, uids: list[str], shown: set[str]) -> None:
        waiting: list[tuple[str | None, list[str]]] = [(above, uids)]
        while waiting:
            parent, below = waiting.pop()
            kept = self._rows[parent] = [uid for uid in below if uid in shown]
            for row, uid in enumerate(kept):
                self._at[uid] = row
                self._places[uid] = len(self._order)
                self._order.append(uid)
                if self.forest.nodes[uid].children:
                    waiting.append((uid, self.forest.nodes[uid].children))

    # -- places ------------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Give how many records are shown."""
        return len(self._order)

    def uid_of(self, index: Index) -> str | None:
        """Give the record of a row; None for no row."""
        return self._order[index.internalId()] if index.isValid() else None

    def node(self, index: Index) -> Node | None:
        """Give what a row shows; None for no row."""
        uid = self.uid_of(index)
        return self.forest.nodes[uid] if uid is not None else None

    def index_of(self, uid: str | None, column: int = NAME) -> QModelIndex:
        """Give the place of a record; an index that is not valid when it is not shown."""
        if uid is None or uid not in self._at:
            return QModelIndex()
        return self.createIndex(self._at[uid], column, self._places[uid])

    # -- what Qt asks ------------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Give the place of a row below another."""
        below = self._rows.get(self.uid_of(parent), ())
        if not 0 <= row < len(below) or not 0 <= column < len(HEADS) or (parent.isValid() and parent.column() != NAME):
            return QModelIndex()
        return self.index_of(below[row], column)

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]  # QObject.parent() is another function
        """Give the place of the record above."""
        node = self.node(child)
        return self.index_of(node.parent) if node is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give how many stand directly below."""
        return 0 if parent.isValid() and parent.column() != NAME else len(self._rows.get(self.uid_of(parent), ()))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Give name, code, days and fate."""
        return len(HEADS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Give words; the name's accessible text says all of the row."""
        node = self.node(index)
        if node is None or role not in (DISPLAY, ACCESSIBLE):
            return None
        cells = (node.label, node.code, _(span_words(node)), _(fate_words(node, self.forest.nodes)))
        return ". ".join(filter(None, cells)) if role == ACCESSIBLE and index.column() == NAME else cells[index.column()]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Give headings."""
        return _(HEADS[section]) if orientation == Qt.Orientation.Horizontal and role == DISPLAY and 0 <= section < len(HEADS) else None

"""The view of a tree of catalogue records: columns, or two lines a record beside a form; arrows open, close and walk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.i18n import _
from app.tree import Node, fate_words, span_words
from ui import look
from ui.look import colour, font, px
from ui.tree_model import CODE, FATE, NAME, SPAN, Index, TreeModel

DEEP = 18
"""Pixels by which each level stands further right."""


class _NodeDelegate(QStyledItemDelegate):
    """Paints a record: caret, name, code; what has ended in quiet ink with its fate in words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give one line of columns, or two lines beside a form."""
        one, two = QFontMetrics(font("medium")).height(), QFontMetrics(font("small")).height()
        view = option.widget
        narrow = isinstance(view, TreeView) and view.is_narrow
        return QSize(px(60), max(px(46), one + two + px(6)) if narrow else max(px(30), one + px(8)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        view, model = option.widget, index.model()
        node = model.node(index) if isinstance(model, TreeModel) else None
        if node is None or not isinstance(view, TreeView) or not isinstance(model, TreeModel):
            return
        rect = option.rect
        if index.column() == NAME:
            rect = QRect(0, rect.top(), rect.right() + 1, rect.height())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, colour("soft" if chosen else "hover" if view.hovered == node.uid else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        if index.column() == NAME:
            self._name(painter, rect, view, model, index, node, chosen)
        else:
            painter.setFont(font("body"))
            painter.setPen(colour("ink2" if index.column() != FATE or node.standing != "ended" else "ink"))
            space = rect.adjusted(px(8), 0, -px(8), 0)
            words = str(model.data(index) or "")
            painter.drawText(
                space, Qt.AlignmentFlag.AlignVCenter, painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, space.width())
            )
        if view.hasFocus() and view.currentIndex().row() == index.row() and view.currentIndex().parent() == index.parent():
            ink = colour("accent")
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, ink)
            painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, ink)
            if index.column() == NAME:
                painter.fillRect(rect.left(), rect.top(), 2, rect.height(), ink)
            if index.column() == FATE or view.is_narrow:
                painter.fillRect(rect.right() - 1, rect.top(), 2, rect.height(), ink)

    @staticmethod
    def _name(painter: QPainter, rect: QRect, view: TreeView, model: TreeModel, index: Index, node: Node, chosen: bool) -> None:
        if chosen:
            painter.fillRect(rect.left(), rect.top(), px(3), rect.height(), colour("accent"))
        left = view.caret_at(index)
        if model.rowCount(index):
            picture = "caret-down" if view.isExpanded(model.index_of(node.uid)) else "caret-right"
            painter.drawPixmap(left, rect.center().y() - px(7), look.pixmap(picture, "ink2", 14))
        left += px(20)
        wide = rect.right() - left - px(8)
        quiet = node.standing != "now"
        first = font("strong" if chosen else "medium")
        metrics = QFontMetrics(first)
        painter.setFont(first)
        painter.setPen(colour("ink3" if quiet else "ink"))
        words = metrics.elidedText(node.label, Qt.TextElideMode.ElideRight, wide)
        if not view.is_narrow:
            painter.drawText(QRect(left, rect.top(), wide, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)
            return
        second = QFontMetrics(font("small"))
        top = rect.top() + (rect.height() - metrics.height() - second.height()) // 2
        painter.drawText(QPoint(left, top + metrics.ascent()), words)
        painter.setFont(font("small"))
        painter.setPen(colour("ink2" if chosen else "ink3"))
        about = " · ".join(filter(None, (node.code, _(span_words(node)), _(fate_words(node, model.forest.nodes)))))
        painter.drawText(
            QPoint(left, top + metrics.height() + second.ascent()), second.elidedText(about, Qt.TextElideMode.ElideRight, wide)
        )


class TreeView(QTreeView):
    """The view: columns, or two lines a record beside a form."""

    typed = Signal(str)
    """Letters typed in the tree, meant for the search."""
    menu_asked = Signal(QPoint)
    """What can be done with the current record is asked for, at this spot of the screen."""

    def __init__(self, model: TreeModel) -> None:
        super().__init__()
        self.is_narrow = False
        self.hovered: str | None = None
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setModel(model)
        self.setItemDelegate(_NodeDelegate(self))
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Cây danh mục"))
        self.entered.connect(self._entered)
        heads = self.header()
        heads.setSectionsMovable(False)
        heads.setStretchLastSection(False)
        heads.setHighlightSections(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        look.follow(self, TreeView.arrange)

    def tree(self) -> TreeModel:
        """Give the model as what it is."""
        model = self.model()
        assert isinstance(model, TreeModel)
        return model

    def set_narrow(self, narrow: bool) -> None:
        """Show two lines a record (beside a form) or columns."""
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self.arrange()
            self.doItemsLayout()
            self.scrollTo(self.currentIndex())

    def arrange(self) -> None:
        """Give the columns their room; the name takes what is left over."""
        for place in (CODE, SPAN, FATE):
            self.setColumnHidden(place, self.is_narrow)
        self.header().setFixedHeight(max(px(32), QFontMetrics(font("small_strong")).height() + px(12)))
        room = self.viewport().width()
        if not self.is_narrow:
            metrics, tree = QFontMetrics(font("body")), self.tree()
            nodes = tree.forest.nodes.values()
            code = max((metrics.horizontalAdvance(node.code) for node in nodes), default=0)
            span = max((metrics.horizontalAdvance(_(span_words(node))) for node in nodes), default=0)
            fate = max((metrics.horizontalAdvance(_(fate_words(node, tree.forest.nodes))) for node in nodes), default=0)
            head = QFontMetrics(font("small_strong"))
            wanted = {}
            for place, words in ((CODE, code), (SPAN, span), (FATE, fate)):
                heading = head.horizontalAdvance(str(tree.headerData(place, Qt.Orientation.Horizontal)))
                wanted[place] = max(max(words, heading) + px(22), self.header().minimumSectionSize())
            named = QFontMetrics(font("medium"))
            name = max((named.horizontalAdvance(one.label) for one in nodes), default=0) + px(40 + 3 * DEEP)
            wanted[FATE] = min(wanted[FATE], max(px(90), room - wanted[CODE] - wanted[SPAN] - min(name, room // 2)))
            for place, width in wanted.items():
                self.setColumnWidth(place, width)
            room -= sum(wanted.values())
        self.setColumnWidth(NAME, max(px(120), room))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self.arrange()
        if event.size().height() < event.oldSize().height():
            self.scrollTo(self.currentIndex())

    def caret_at(self, index: Index) -> int:
        """Give where the caret of a row stands."""
        deep, above = 0, index.parent()
        while above.isValid():
            deep, above = deep + 1, above.parent()
        return px(10 + DEEP * min(deep, 12))

    def _entered(self, index: QModelIndex) -> None:
        self.hovered = self.tree().uid_of(index)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close where the caret is pressed."""
        spot = event.position().toPoint()
        index = self.indexAt(spot).siblingAtColumn(NAME)
        if index.isValid() and self.tree().rowCount(index) and 0 <= spot.x() - self.caret_at(index) + px(3) <= px(20):
            self.setExpanded(index, not self.isExpanded(index))
            return
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for what can be done with the record under the pointer, which becomes the current one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        if index.isValid():
            self.setCurrentIndex(index.siblingAtColumn(NAME))
            below = self.visualRect(index).bottomLeft() + QPoint(px(24), 0)
            self.menu_asked.emit(self.viewport().mapToGlobal(below) if by_key else event.globalPos())
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget where the pointer was."""
        self.hovered = None
        self.viewport().update()
        super().leaveEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Hand letters to the search."""
        if search.strip():
            self.typed.emit(search)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the record; arrows open, close and walk as Qt has them; letters search, ``*`` and ``+`` among them not."""
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if index.isValid():
                self.activated.emit(index)
            return
        if event.key() == Qt.Key.Key_Right and index.isValid() and self.isExpanded(index.siblingAtColumn(NAME)):
            below = self.tree().index(0, NAME, index.siblingAtColumn(NAME))
            if below.isValid():
                self.setCurrentIndex(below)
            return
        if event.key() == Qt.Key.Key_Left and index.isValid() and not self.isExpanded(index.siblingAtColumn(NAME)):
            if index.parent().isValid():
                self.setCurrentIndex(index.parent())
            return
        super().keyPressEvent(event)

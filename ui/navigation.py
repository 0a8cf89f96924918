"""The navigation: every page as icon and word, folding to icons where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QScrollArea, QSizePolicy, QWidget

from app import users
from app.i18n import _
from ui import look
from ui.brand import brand
from ui.buttons import Button
from ui.look import colour, font, px
from ui.pages import GROUPS, Page
from ui.parts import ElidedLabel, Hairline, IconLabel, Label, Panel, column, row
from ui.session import Session
from ui.style import rounded

OPEN, FOLDED = 208, 56


class NavItem(QAbstractButton):
    """One page in the navigation: icon and word; folded, the icon alone with the word as tooltip."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.folded = page, False
        self.setText(_(page.word))
        self.setAccessibleName(self.text())
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        look.signals.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Give the word room."""
        return QSize(px(FOLDED - 8), max(px(34), QFontMetrics(font("strong")).height() + px(10)))

    def minimumSizeHint(self) -> QSize:
        """Move closer in a low window."""
        return QSize(px(28), max(px(22), QFontMetrics(font("strong")).height()))

    def set_folded(self, folded: bool) -> None:
        """Show the icon alone."""
        self.folded = folded
        self.setToolTip(self.text() if folded else "")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chosen one as a tab that opens to the page."""
        painter, rect = QPainter(self), self.rect()
        chosen = self.isChecked()
        box = rect.adjusted(-px(6), 0, -px(8) if not self.folded else -px(6), 0)
        if chosen:
            rounded(painter, box, colour("surface"), None)
            painter.fillRect(0, rect.top(), px(3), rect.height(), colour("accent"))
        elif self.underMouse():
            rounded(painter, box, colour("hover"), None)
        left = px(11) if not self.folded else (rect.width() - px(18)) // 2
        painter.drawPixmap(left, rect.center().y() - px(9), look.pixmap(self.page.icon, "accent" if chosen else "ink2"))
        if not self.folded:
            painter.setFont(font("strong" if chosen else "body"))
            painter.setPen(colour("ink" if chosen else "ink2"))
            space = rect.adjusted(px(40), 0, -px(12), 0)
            shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, space.width())
            painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            rounded(painter, rect.adjusted(1, 0, -px(7), 0), None, colour("accent"), 2)


class Navigation(Panel):
    """The pages at the left; folds to icons."""

    chosen = Signal(str)
    lock_pressed = Signal()

    def __init__(self, session: Session, pages: list[Page]) -> None:
        super().__init__("nav", "r")
        self.folded = False
        self._wish: bool | None = None
        """What the person chose by the button; None: by the room there is."""
        self.items: dict[str, NavItem] = {}
        group = QButtonGroup(self)
        self._brand, self._name = brand(24), Label(_("Nền Nếp"), "section")
        self._fold = Button(_("Thu gọn danh mục trang"), "quiet", "caret-double-left", self._toggle, only_icon=True)
        self._fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._head = row(self._brand, self._name, None, self._fold, gap=8)
        body = column(gap=2)
        for name in GROUPS:
            members = [page for page in pages if page.group == name]
            if members and name != GROUPS[0]:
                body.addLayout(row(_Rule(), edge=(12, 6, 12, 6)))
            for page in members:
                item = self.items[page.key] = NavItem(page)
                group.addButton(item)
                item.clicked.connect(lambda _checked=False, key=page.key: self.chosen.emit(key))
                body.addWidget(item)
        body.addStretch(1)
        pages_area = QScrollArea()  # many pages in a low window
        pages_area.setFrameShape(QFrame.Shape.NoFrame)
        pages_area.setWidgetResizable(True)
        pages_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        pages_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setLayout(body)
        pages_area.setWidget(holder)
        for ground in (pages_area.viewport(), holder):
            ground.setAutoFillBackground(False)
        person = users.person(session.office.database, session.user)
        roles = ", ".join(_(users.ROLES[role]) for role in person.roles)
        self._person = QWidget()
        self._person.setLayout(column(ElidedLabel(person.name, "small_strong"), ElidedLabel(roles.capitalize(), "small", "ink2"), gap=0))
        self._lock = Button(_("Khóa màn hình (Ctrl+L)"), "quiet", "lock-simple", self.lock_pressed.emit, only_icon=True)
        self._lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._face = IconLabel("user-circle", "ink2", person.name, 18)
        foot = self._foot = row(self._face, self._person, self._lock, gap=8)
        foot.setStretch(1, 1)
        whole = column(self._head, pages_area, foot, gap=2, edge=(0, 0, 1, 8))
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setAccessibleName(_("Các trang"))
        look.follow(self, Navigation._resize)

    def _resize(self) -> None:
        self.setFixedWidth(px(FOLDED if self.folded else OPEN))
        edge = 10 if self.folded else 4
        self._head.setContentsMargins(px(0 if self.folded else 8), px(6), px(edge), px(6))
        self._foot.setContentsMargins(px(0 if self.folded else 11), 0, px(edge), 0)

    def _toggle(self) -> None:
        self._wish = not self.folded
        self.set_folded(self._wish)

    def fit(self, effective: float, least: int = 1280) -> None:
        """Fold by the room there is (window width ÷ text scale), unless the person chose otherwise."""
        tight = effective < least
        self.set_folded(tight or bool(self._wish))

    def set_folded(self, folded: bool) -> None:
        """Fold to icons, or open."""
        self.folded = folded
        for item in self.items.values():
            item.set_folded(folded)
        for part in (self._brand, self._name, self._person, self._face):
            part.setVisible(not folded)
        self._fold.set_icon("list" if folded else "caret-double-left")
        self._resize()

    def show_chosen(self, key: str) -> None:
        """Mark the page that is open."""
        if key in self.items:
            self.items[key].setChecked(True)


class _Rule(Hairline):
    """A hairline that can be seen on the navigation's ground."""

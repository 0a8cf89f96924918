"""The navigation: every page as icon and word, folding to icons where there is no room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from app import users
from app.i18n import _
from ui import look
from ui.brand import brand
from ui.buttons import Button
from ui.look import colour, font, px
from ui.pages import GROUPS, Page
from ui.parts import ElidedLabel, Hairline, IconLabel, Label, Panel, column, row, scrolled
from ui.session import Session
from ui.style import rounded

OPEN, FOLDED = 208, 56


class NavEntry(QAbstractButton):
    """A row of the navigation: icon and words; folded, the icon alone with the words as tooltip."""

    def __init__(self, words: str, icon: str) -> None:
        super().__init__()
        self.picture, self.folded = icon, False
        self.setText(_(words))
        self.setAccessibleName(self.text())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        look.signals.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Give the words room."""
        return QSize(px(FOLDED - 8), max(px(34), QFontMetrics(font("strong")).height() + px(10)))

    def minimumSizeHint(self) -> QSize:
        """Move closer in a low window."""
        return QSize(px(28), max(px(22), QFontMetrics(font("strong")).height()))

    def set_folded(self, folded: bool) -> None:
        """Show the icon alone."""
        self.folded = folded
        self.setToolTip(self.text() if folded else "")
        self.update()

    def paint_words(self, painter: QPainter, chosen: bool, indent: int = 0, end: int = 12) -> None:
        """Paint icon and words, ``indent`` in from the left and leaving ``end`` at the right, and the frame of the focus."""
        rect = self.rect()
        left = px(13 if self.folded else 11 + indent)  # folded: in the middle of the room beside a scroll bar, whether there is one or not
        painter.drawPixmap(left, rect.center().y() - px(9), look.pixmap(self.picture, "accent" if chosen else "ink2"))
        if not self.folded:
            painter.setFont(font("strong" if chosen else "body"))
            painter.setPen(colour("ink" if chosen else "ink2"))
            space = rect.adjusted(px(40 + indent), 0, -px(end), 0)
            shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, space.width())
            painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, shown)
        if self.hasFocus():
            rounded(painter, rect.adjusted(1, 0, -px(7), 0), None, colour("accent"), 2)

    def paint_hover(self, painter: QPainter) -> QRect:
        """Paint the ground under the mouse; give the box of the row."""
        box = self.rect().adjusted(-px(6), 0, -px(8) if not self.folded else -px(6), 0)
        if self.underMouse():
            rounded(painter, box, colour("hover"), None)
        return box


class NavItem(NavEntry):
    """One page in the navigation."""

    def __init__(self, page: Page, step: Callable[[NavItem, int], None]) -> None:
        super().__init__(page.word, page.icon)
        self.page, self._step = page, step
        self.setCheckable(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens too; up and down go to the next page."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(self, 1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chosen one as a tab that opens to the page."""
        painter, chosen = QPainter(self), self.isChecked()
        box = self.paint_hover(painter)
        if chosen:
            rounded(painter, box, colour("surface"), None)
            painter.fillRect(0, self.rect().top(), px(3), self.rect().height(), colour("accent"))
        self.paint_words(painter, chosen, 12 if self.page.section else 0)


class NavSection(NavEntry):
    """The head of several pages that fold away together; opens for the page that is shown, one section at a time."""

    def __init__(self, words: str, icon: str) -> None:
        super().__init__(words, icon)
        self.opened = False
        self.items: list[NavItem] = []

    def set_opened(self, opened: bool) -> None:
        """Show the pages of the section, or fold them away."""
        self.opened = opened
        for item in self.items:
            item.setVisible(opened)
        self.setAccessibleDescription(_("Đang mở") if opened else _("Đang gập"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens and folds too; right opens, left folds."""
        wanted = {Qt.Key.Key_Right: True, Qt.Key.Key_Left: False}.get(Qt.Key(event.key()), not self.opened)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right, Qt.Key.Key_Left):
            if wanted != self.opened:
                self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a caret that tells whether it is open; folded away, the section of the page that is shown stands out."""
        painter = QPainter(self)
        self.paint_hover(painter)
        self.paint_words(painter, not self.opened and any(item.isChecked() for item in self.items), end=32)
        right = self.rect().width() - px(13 if self.folded else 28)
        painter.drawPixmap(right, self.rect().center().y() - px(6), look.pixmap("caret-down" if self.opened else "caret-right", "ink2", 12))


class Navigation(Panel):
    """The pages at the left; folds to icons. Pages of one section fold away under its head."""

    chosen = Signal(str)
    lock_pressed = Signal()

    def __init__(self, session: Session, pages: list[Page]) -> None:
        super().__init__("nav", "r")
        self.folded = False
        self._wish: bool | None = None
        """What the person chose by the button; None: by the room there is."""
        self.items: dict[str, NavItem] = {}
        self.sections: dict[str, NavSection] = {}
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
            for page in _together(members):
                if page.section and page.section not in self.sections:
                    body.addWidget(self._section(page))
                item = self.items[page.key] = NavItem(page, self._step)
                group.addButton(item)
                item.clicked.connect(lambda _checked=False, key=page.key: self.chosen.emit(key))
                body.addWidget(item)
                if page.section:
                    self.sections[page.section].items.append(item)
        for section in self.sections.values():
            section.set_opened(False)
        body.addStretch(1)
        holder = QWidget()
        holder.setLayout(body)
        self._area = scrolled(holder, bare=True)  # many pages in a low window
        person = users.person(session.office.database, session.user)
        roles = ", ".join(_(users.ROLES[role]) for role in person.roles)
        self._person = QWidget()
        self._person.setLayout(column(ElidedLabel(person.name, "small_strong"), ElidedLabel(roles.capitalize(), "small", "ink2"), gap=0))
        self._lock = Button(_("Khóa màn hình (Ctrl+L)"), "quiet", "lock-simple", self.lock_pressed.emit, only_icon=True)
        self._lock.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._face = IconLabel("user-circle", "ink2", person.name, 18)
        foot = self._foot = row(self._face, self._person, self._lock, gap=8)
        foot.setStretch(1, 1)
        whole = column(self._head, self._area, foot, gap=2, edge=(0, 0, 1, 8))
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setAccessibleName(_("Các trang"))
        look.follow(self, Navigation._resize)

    def _resize(self) -> None:
        self.setFixedWidth(px(FOLDED if self.folded else OPEN))
        self._head.setContentsMargins(px(0 if self.folded else 8), px(6), px(16 if self.folded else 4), px(6))  # above the icons
        self._foot.setContentsMargins(px(0 if self.folded else 11), 0, px(10 if self.folded else 4), 0)

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
        entries: list[NavEntry] = [*self.items.values(), *self.sections.values()]
        for entry in entries:
            entry.set_folded(folded)
        for part in (self._brand, self._name, self._person, self._face):
            part.setVisible(not folded)
        self._fold.set_icon("list" if folded else "caret-double-left")
        self._resize()

    def show_chosen(self, key: str) -> None:
        """Mark the page that is open, and open its section; one that is not listed is reached by the settings."""
        item = self.items.get(key) or self.items.get("settings")
        if item is not None:
            item.setChecked(True)
            self._open(item.page.section)
            QTimer.singleShot(0, item, lambda: self._area.ensureWidgetVisible(item, 0, px(4)))

    def _section(self, page: Page) -> NavSection:
        head = self.sections[page.section] = NavSection(page.section, page.icon)
        head.clicked.connect(lambda _checked=False, head=head, words=page.section: self._open("" if head.opened else words))
        return head

    def _open(self, words: str) -> None:
        """Open one section and fold the others."""
        for name, section in self.sections.items():
            if section.opened != (name == words):
                section.set_opened(name == words)

    def _step(self, item: NavItem, by: int) -> None:
        """Move the focus to the page before or after, opening the section it stands in."""
        order = list(self.items.values())
        place = order.index(item) + by
        if 0 <= place < len(order):
            self._open(order[place].page.section)
            order[place].setFocus(Qt.FocusReason.TabFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason)


def _together(pages: list[Page]) -> list[Page]:
    """Give the pages in order, those of one section after its first."""
    places = {page.section: place for place, page in reversed(list(enumerate(pages))) if page.section}
    return sorted(pages, key=lambda page: places.get(page.section, pages.index(page)))


class _Rule(Hairline):
    """A hairline that can be seen on the navigation's ground."""

"""Settings: office and periods (records like any other), people, password and recovery code, backup and restore, look, language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from app.i18n import _
from app.i18n import language as spoken
from app.preferences import IDLE, LONGEST_IDLE, SHORTEST_IDLE, Preferences, idle_minutes
from ui import look
from ui.backup_card import BackupCard
from ui.buttons import Button
from ui.office_cards import OfficeCard, PeriodCard
from ui.parts import Card, Label, Panel, column, page_title, row, scrolled
from ui.people_card import PasswordCard, PeopleCard
from ui.session import Place, Session

THEMES = (("light", "Sáng"), ("dark", "Tối"), ("system", "Theo hệ thống"))
LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


class SettingsPage(QWidget):
    """Cards in two columns; each saves by itself."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.backup = BackupCard(session)
        self.people = PeopleCard(session)
        self.office, self.periods = OfficeCard(session), PeriodCard(session)
        body = QWidget()
        sides = self._sides = row(gap=14, edge=(16, 0, 16, 14))
        self.password = PasswordCard(session)
        sides.addLayout(column(self.office, self.periods, None, gap=14), 1)
        sides.addLayout(column(self.backup, self._look(), self.people, self.password, None, gap=14), 1)
        body.setLayout(sides)
        scroll = scrolled(body)
        self._body = body
        head = page_title(_("Cài đặt"), Label(str(session.folder), "body", "ink2"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Panel("window", "", row(head, None, edge=(16, 9, 16, 9)), 52))
        layout.addWidget(scroll, 1)

    def show_place(self, place: Place) -> None:
        """Read again what may have changed."""
        self.session.show_keys(
            [("Tab", _("mục tiếp")), ("Ctrl++", _("chữ to hơn")), ("Ctrl+-", _("chữ nhỏ hơn")), ("Ctrl+/", _("mọi phím"))]
        )
        self.setFocus()
        self.backup.refresh()
        self.people.refresh()
        self.office.refresh()
        self.periods.refresh()

    def fit(self, effective: float) -> None:
        """Stand in one column where two have no room."""
        narrow = effective < 1000
        self._sides.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    # -- look --------------------------------------------------------------------------------------------------------

    def _look(self) -> Card:
        card = Card(_("Giao diện"))
        self._size = Label("", "strong")
        look.follow(self._size, lambda one: one.setText(f"{look.scale()} %"))
        less = Button(_("Chữ nhỏ hơn"), icon="minus", pressed=partial(self._scale, -1), only_icon=True)
        more = Button(_("Chữ to hơn"), icon="plus", pressed=partial(self._scale, 1), only_icon=True)
        size = row(Label(_("Cỡ chữ"), "body", "ink2"), None, less, self._size, more, gap=10)
        themes = self._choice(_("Nền"), THEMES, look.wanted_theme(), self._set_theme)
        languages = self._choice(_("Ngôn ngữ"), LANGUAGES, spoken(), self._set_language)
        self._said = Label("", "small", "ink2", wrap=True)
        self._said.hide()
        card.body.addLayout(column(size, themes, languages, self._said, self._idle(), gap=10, edge=(14, 12, 14, 12)))
        return card

    def _idle(self) -> QHBoxLayout:
        self.idle = Label("", "strong")
        less = Button(_("Khóa sớm hơn"), icon="minus", pressed=partial(self._wait, -1), only_icon=True)
        more = Button(_("Khóa muộn hơn"), icon="plus", pressed=partial(self._wait, 1), only_icon=True)
        self._show_idle()
        return row(Label(_("Tự khóa màn hình khi không dùng"), "body", "ink2"), None, less, self.idle, more, gap=10)

    def _wait(self, more: int) -> None:
        now = idle_minutes(self.session.preferences)
        self.session.preferences.put(IDLE, min(max(now + more, SHORTEST_IDLE), LONGEST_IDLE))
        self._show_idle()

    def _show_idle(self) -> None:
        self.idle.setText(_("{n} phút").format(n=idle_minutes(self.session.preferences)))

    def _choice(self, words: str, values: tuple[tuple[str, str], ...], now: str, chosen: Callable[..., None]) -> QHBoxLayout:
        made = row(Label(words, "body", "ink2"), None, gap=14)
        group = QButtonGroup(self)
        for value, name in values:
            button = QRadioButton(_(name))
            button.setChecked(value == now)
            button.setAccessibleName(f"{words}: {_(name)}")
            button.clicked.connect(partial(chosen, value))
            group.addButton(button)
            made.addWidget(button)
        return made

    def _scale(self, steps: int) -> None:
        look.bigger(steps)
        self._keep("scale", look.scale())

    def _set_theme(self, value: str, _checked: bool = False) -> None:
        look.set_theme(value)
        self._keep("theme", value)

    def _set_language(self, value: str, _checked: bool = False) -> None:
        self._keep("language", value)
        self._said.setText("" if value == spoken() else _("Ngôn ngữ đổi khi mở lại phần mềm."))
        self._said.setVisible(value != spoken())

    def _keep(self, name: str, value: object) -> None:
        """Keep it for the person, and for the door, which does not know yet who comes."""
        self.session.preferences.put(name, value)
        Preferences(self.session.folder, "").put(name, value)

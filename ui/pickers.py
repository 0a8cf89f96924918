"""Editors that pick: a code of a list, several codes, yes or no, a linked record. By number, by code or by first letters.

They are line edits. The list under them offers, the text stays the person's own until Enter or Tab takes what is highlighted.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app import lookup
from app.i18n import _, say
from db.catalogues import CodeList
from db.message import inside
from db.questions import Choice, Choices, Link, YesNo
from db.record import DRAFT
from db.text import matches, search_key
from ui.fields import STAYING, Context, IconField
from ui.lookup import UNCHOSEN, Option, Popup
from ui.shortcuts import action_for


def ranked(options: Sequence[Option], typed: str) -> list[Option]:
    """Give the options that ``typed`` may mean, the likeliest first.

    By number, code, beginning, initials, words in a row, words anywhere, and at last by words of its other names.
    """
    text = typed.strip()
    if not text:
        return list(options)
    key = search_key(text)
    tight = key.replace(" ", "")
    if not tight:  # signs alone, which every label would begin with
        return [option for option in options if option.key == text]
    found: list[tuple[int, Option]] = []
    for option in options:
        label = search_key(option.label)
        code = search_key(str(option.value)).replace(" ", "") if option.value is not None else ""
        if text == option.key:
            rank = 0
        elif label == key or code == tight:
            rank = 1
        elif label.startswith(key) and matches(text, option.label):
            rank = 2
        elif code.startswith(tight) or "".join(word[0] for word in label.split()).startswith(tight):
            rank = 3
        elif matches(text, option.label):
            rank = 4 if f" {key}" in f" {label}" else 5
        elif other := next((name for name in option.also if matches(text, name)), ""):
            rank, option = 6, option._replace(detail=option.detail or (other if " " in other else ""))  # else nobody sees why it is there
        else:
            continue
        found.append((rank, option))
    found.sort(key=lambda pair: pair[0])
    return [option for _, option in found]


def coded(codes: CodeList, day: str | None) -> list[Option]:
    """Give the codes valid on a day (ISO; None: all), numbered."""
    return [
        Option(code, say(codes.label(code, day)), str(number), also=codes.also(code, day))
        for number, code in enumerate(codes.codes(day), 1)
    ]


class Picker(IconField):
    """An editor with a list under it."""

    _is_making = False
    """Whether what was typed is being made into a new record."""

    def __init__(self, question: Choice | Link | YesNo, context: Context, in_grid: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(question, context, in_grid, parent)
        self._offered: list[Option] = []
        self.edited.connect(self._offer_typed)

    # -- what is offered ---------------------------------------------------------------------------------------------

    def all_options(self) -> list[Option]:
        """Give everything that can be picked, in order."""
        raise NotImplementedError

    def options_for(self, typed: str) -> list[Option]:
        """Give what ``typed`` may mean, the likeliest first."""
        return ranked(self.all_options(), typed)

    def wanted(self) -> str:
        """Give the part of the text that is being looked for."""
        return self.typed()

    def _offer_typed(self) -> None:
        if self.hasFocus() and not self._answered():
            options = self.options_for(self.wanted()) if self.wanted().strip() else []
            self._offer(options, 0 if self._fits(options) else UNCHOSEN)

    def _fits(self, options: Sequence[Option]) -> bool:
        """Tell whether what is offered is what was typed: only then Enter takes the first."""
        return True

    def _answered(self) -> bool:
        return self._value is not None and self.text() == self._said

    def _offer(self, options: list[Option], current: int) -> None:
        self._offered = options
        Popup.of(self).offer(self, options, current, self._take_row)

    def open(self) -> None:
        """Show the whole list, at the answer of now."""
        options = self.all_options()
        chosen = next((index for index, option in enumerate(options) if option.value == self._value and self._answered()), 0)
        self._offer(options, chosen)

    # -- picking -----------------------------------------------------------------------------------------------------

    def _take_row(self, index: int) -> None:
        if 0 <= index < len(self._offered):
            option = self._offered[index]
            self.hide_list()
            self.choose(option)

    def choose(self, option: Option) -> None:
        """Answer with an option; one without a value makes something new."""
        if option.value is None:
            if self.context.create is not None and isinstance(self.question, Link):
                self._is_making = True  # the words stay as they are while the focus goes
                try:
                    self.context.create(self.question.to, self.typed())
                finally:
                    self._is_making = False
            return
        self.take(option.value, option.label)

    def hide_list(self) -> bool:
        """Close the list; tell whether it was open."""
        return Popup.of(self).close_for(self)

    def settle(self, by_key: bool = True) -> None:
        """Pick what is meant: the highlighted row when moving on by key, else the only one possible."""
        popup = Popup.of(self)
        current = popup.current if popup.is_open_for(self) else 0
        was_open = self.hide_list()
        if self._is_making or (was_open and current == UNCHOSEN):
            return
        if self._answered() or not self.text().strip() or self._hidden is not None:
            return
        options = self._offered if was_open else self.options_for(self.wanted())
        real = [option for option in options if option.value is not None]
        if by_key and was_open and current < len(options) and options[current].value is not None:
            self.choose(options[current])
        elif self._fits(options) and ((by_key and real) or len(real) == 1):
            self.choose(real[0])

    # -- keys --------------------------------------------------------------------------------------------------------

    def answers_key(self, event: QKeyEvent) -> bool:
        """Walk the list, open it, close it."""
        popup = Popup.of(self)
        action = action_for("picker", event)
        if action == "open" or (event.key() == Qt.Key.Key_Down and not popup.is_open_for(self) and not self.in_grid):
            self.open()
            return True
        if action == "create" and isinstance(self.question, Link):
            self.hide_list()
            self.choose(Option(None, ""))
            return True
        if not popup.is_open_for(self):
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(Qt.Key(event.key()))
        if step is not None:
            popup.go_to(popup.current + step)
            return True
        if event.key() == Qt.Key.Key_Escape:
            return self.hide_list()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return self.enter_picks(popup.current)
        return False

    def enter_picks(self, current: int) -> bool:
        """Do what Enter means while the list is open; False: pick and move on."""
        if 0 <= current < len(self._offered) and self._offered[current].value is None:
            self._take_row(current)
            return True
        if current == UNCHOSEN and self._offered and self._offered[0].value is not None:
            Popup.of(self).go_to(0)
            return True
        return False

    def event(self, event: QEvent) -> bool:
        """Keep Esc for an open list."""
        wants_escape = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape
        if wants_escape and Popup.of(self).is_open_for(self):
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list."""
        super().focusOutEvent(event)
        if event.reason() not in STAYING:
            self.hide_list()


class ChoiceField(Picker):
    """One code of a list."""

    def all_options(self) -> list[Option]:
        """Give the codes valid on the day, numbered."""
        assert isinstance(self.question, Choice)
        return coded(self.question.codes, self.context.day())


class YesNoField(Picker):
    """Yes, no, or nothing."""

    def all_options(self) -> list[Option]:
        """Give both answers."""
        return [Option(True, _("Có"), "1"), Option(False, _("Không"), "0")]


class ChoicesField(Picker):
    """Several codes: each is picked like one, Enter in what is left empty moves on."""

    def all_options(self) -> list[Option]:
        """Give the codes that are not chosen yet, numbered as in the whole list."""
        assert isinstance(self.question, Choices)
        codes, day, taken = self.question.codes, self.context.day(), set(self._taken())
        return [one for one in coded(codes, day) if one.label not in taken]

    def _parts(self) -> list[str]:
        return self.typed().split(";")

    def _taken(self) -> list[str]:
        return [part.strip() for part in self._parts()[:-1] if part.strip()]

    def wanted(self) -> str:
        """Give what stands after the last ``;``."""
        return self._parts()[-1]

    def _answered(self) -> bool:
        if super()._answered():
            return True
        assert isinstance(self.question, Choices)
        tail = self.wanted().strip()
        return not tail or (self.question.codes.find(tail, self.context.day()) is not None and len(tail) > 3)

    def choose(self, option: Option) -> None:
        """Add a code and leave room for the next."""
        self.take_words([*self._taken(), option.label], more=True)

    def take_words(self, labels: list[str], more: bool = False) -> None:
        """Show the chosen words."""
        self._value, self._said = None, ""
        self.set_plain("; ".join(labels) + ("; " if more and self.hasFocus() else ""))
        self.setCursorPosition(len(self.text()))
        self.edited.emit()

    def enter_picks(self, current: int) -> bool:
        """Add the highlighted code and stay."""
        self._take_row(current)
        return True

    def settle(self, by_key: bool = True) -> None:
        """Add what is being typed, then write the list in its own words and without its open end."""
        if self.wanted().strip() and not self._answered():
            super().settle(by_key)
        self.hide_list()
        written = self._in_own_words()
        if written != self.text():
            self.set_plain(written)
            self.edited.emit()

    def _in_own_words(self) -> str:
        """Give the labels of what is chosen; what is not understood as it was typed."""
        assert isinstance(self.question, Choices)
        text, day = self.text().rstrip(" ;"), self.context.day()
        labels = {one.value: one.label for one in coded(self.question.codes, day)}
        try:
            codes = self.question.parse(text, None, day)
        except ValueError:
            return text
        return "; ".join(labels[code] for code in codes) if isinstance(codes, list) and set(codes) <= labels.keys() else text


class StateField(ChoiceField):
    """The state of a record: what a person may choose here."""

    def all_options(self) -> list[Option]:
        """Give the states; a draft is kept as a draft."""
        return [one._replace(detail=_("giữ làm bản nháp") if one.value == DRAFT else "") for one in super().all_options()]


class LinkField(Picker):
    """A linked record, looked up among thousands while its name or code is typed."""

    _are_near = False
    """Whether nothing fits what was typed, and what is offered is only like it."""

    def all_options(self) -> list[Option]:
        """Give the first entries of the catalogue."""
        return self.options_for("")

    def _fits(self, options: Sequence[Option]) -> bool:
        return not self._are_near

    def options_for(self, typed: str) -> list[Option]:
        """Give the entries that fit, and the offer to make a new one."""
        assert isinstance(self.question, Link)
        nothing = bool(typed.strip()) and not search_key(typed).strip()  # signs alone mean no entry
        store, to, day = self.context.store, self.question.to, self.context.day()
        found = [] if nothing else lookup.entries(store, to, typed, day)
        self._are_near = not found and not nothing
        if self._are_near:
            found = lookup.nearest(store, to, typed, day)
        options = [Option(entry.uid, entry.label, entry.code, entry.detail) for entry in found]
        if typed.strip() and self.context.create is not None:
            caption = _(inside(self.context.store.types[self.question.to].caption))
            options.append(Option(None, _("Thêm {caption} “{text}”…").format(caption=caption, text=typed.strip())))
        return options

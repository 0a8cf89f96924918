"""Beside the pages: one generated sentence in a person's own words, with its figures as places that stay live.

Below the text stands what it prints now. Where figures changed since it was worded, both values are shown and one key takes either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.report import rewording
from app.report.rewording import Change, Wording
from app.report.sentences import Said
from db.records import FIGURES
from db.templates import Slot
from ui import look
from ui.buttons import Button, FilterChip, KeyCap
from ui.chooser import Chooser
from ui.flow import Flow
from ui.look import colour, px
from ui.lookup import Option
from ui.parts import IconLabel, Label, Panel, clear, column, row, scrolled
from ui.pickers import ranked
from ui.report_desk import Desk
from ui.report_writing import WritingPanel
from ui.shortcuts import key_of
from ui.style import rounded
from ui.text_box import TextBox, Well

Which = Literal["new", "old", "generated"]
WAYS: tuple[tuple[Which, str, str], ...] = (
    ("new", "Lấy số mới, giữ lời văn", "Số gõ tay cũng được thay khi chắc chắn là số ấy"),
    ("old", "Giữ số cũ", "Số đã đổi được giữ như chữ gõ tay"),
    ("generated", "Lấy lại câu tự lập", "Bỏ lời văn đã sửa"),
)
"""What can be taken where figures changed: words and what it means."""


class _Places(QSyntaxHighlighter):
    """Sets places of figures apart from words, and those that mean nothing from those that do."""

    def __init__(self, document: QTextDocument, wrong: Callable[[str], object]) -> None:
        super().__init__(document)
        self._wrong = wrong
        look.signals.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colour one paragraph."""
        at = text.find("{")
        while at >= 0:
            end = text.find("}", at)
            end = len(text) if end < 0 else end + 1
            wrong = bool(self._wrong(text[at:end]))
            self.setFormat(at, end - at, _ink("error" if wrong else "accent", wrong))
            at = text.find("{", end)
        for place, one in enumerate(text):
            if one in "[]|":
                self.setFormat(place, 1, _ink("ink3"))


def _ink(token: str, wavy: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour(token)))
    if token != "ink3":
        made.setFontWeight(QFont.Weight.Medium)
    if wavy:
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
    return made


class ChangeCard(QWidget):
    """What changed since a sentence was worded, and the ways on. ``taken`` names one."""

    taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.title = Label(_("Số liệu đã thay đổi"), "medium", "warning")
        self.lines = column(gap=2)
        self.told = Label("", "small_medium", "warning", wrap=True)
        self.buttons: dict[Which, Button] = {}
        layout = column(row(IconLabel("warning", "warning", "", 16), self.title, None), self.lines, self.told, gap=6, edge=(12, 10, 12, 10))
        for which, words, tip in WAYS:
            button = self.buttons[which] = Button(_(words), "" if which == "new" else "link", pressed=partial(self.taken.emit, which))
            button.setToolTip(_(tip))
            layout.addLayout(row(button, KeyCap(key_of("report", f"take_{which}")), None, gap=8))
        self.setLayout(layout)
        self.told.hide()
        self.hide()

    def show_changes(self, changes: tuple[Change, ...], may_write: bool) -> None:
        """Show both values of each figure; nothing where none changed."""
        clear(self.lines)
        for change in changes:
            self.lines.addWidget(Label(f"{_(change.label)}: {change.old} → {_(change.new)}", "body", "ink", wrap=True))
        self.setAccessibleName(". ".join((self.title.text(), *(f"{_(one.label)}: {one.old} → {_(one.new)}" for one in changes))))
        for button in self.buttons.values():
            button.setEnabled(may_write)
        self.setVisible(bool(changes))

    def tell(self, words: str) -> None:
        """Say why a way could not be taken alone."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of a warning."""
        state = look.STATES["warning"]
        rounded(QPainter(self), self.rect(), colour(state.ground or "surface"), colour(state.edge), 1)


class WordingPanel(WritingPanel):
    """One sentence being reworded."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.code = ""
        self.card = ChangeCard()
        self.box = TextBox()
        self.box.setAccessibleName(_("Lời văn của câu"))
        self._places = _Places(self.box.document(), lambda text: desk.wrong(text, self.code))
        self._well = Well(self.box)
        self.problem = Label("", "small_medium", "error", wrap=True)
        self.printed = Label("", "body", "ink", wrap=True)
        self.printed.setTextFormat(Qt.TextFormat.PlainText)
        self.insert = Button(_("Chèn số liệu"), "link", "plus", self.insert_figure, tip=key_of("report", "insert_figure"))
        self.again = Button(_("Lấy lại câu tự lập"), "link", "arrow-counter-clockwise", partial(self.take, "generated"))
        self.again.setToolTip(key_of("report", "take_generated"))
        self._phrases = Flow()
        self._chips = QWidget()
        self._chips.setLayout(self._phrases)
        self.hint = Label("", "small", "ink2", wrap=True)
        printed = Panel("raised", "", column(Label(_("Bản in"), "small", "ink2"), self.printed, gap=2, edge=(10, 8, 10, 8)))
        inner = column(self.card, self.hint, gap=8, edge=(0, 0, 6, 0))
        inner.addWidget(self._well, 1)
        for part in (self.problem, row(self.insert, None, self.again), printed, self._chips):
            inner.addWidget(part) if isinstance(part, QWidget) else inner.addLayout(part)
        look.follow(self._well, lambda one: one.setMinimumHeight(px(150)))
        self.body.addWidget(scrolled(Panel("surface", "", inner)), 1)
        self.problem.hide()
        self.box.typed.connect(self.commit)
        self.box.left.connect(desk.keep)
        self.card.taken.connect(self.take)
        desk.redrawn.connect(self.show_texts)

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def said(self) -> Said | None:
        """What the report says of the sentence."""
        return self.desk.shown.sentence(self.code) if self.desk.shown is not None and self.code else None

    @property
    def wording(self) -> Wording | None:
        """The person's words for it, None where the program's are said."""
        return self.desk.writing.wordings().get(self.code)

    def show_sentence(self, said: Said, title: str) -> None:
        """Reword a sentence of the section ``title``."""
        self.code = said.code
        self.show_title(title)
        self.card.tell("")
        self.show_texts()
        self._places.rehighlight()

    def show_title(self, title: str) -> None:
        """Say where the sentence stands."""
        self.title.setText(_("Sửa lời câu ở mục {title}").format(title=title))

    def show_texts(self) -> None:
        """Show the words, live places and all."""
        said, wording = self.said, self.wording
        if said is None:
            return
        hint = _("Chữ trong { } là số liệu, tự đổi theo bản ghi. Vế trong [ ] bỏ khi số liệu đầu tiên của vế bằng 0.")
        if self.desk.shown is not None and (lines := self.desk.shown.live.lines.get(self.code)) is not None:
            places = ", ".join(f"{{{place}}}" for place in lines.places)
            hint = _("In một lần cho mỗi dòng của bản ghi: {places} là câu trả lời của dòng. Vế trong [ ] bỏ khi dòng chưa trả lời.")
            hint = hint.format(places=places)
        self.hint.setText(hint)
        self.box.setReadOnly(not self.desk.may_write)
        self.box.show_text(wording.text if wording is not None else said.template)
        self.show_state()

    def show_state(self) -> None:
        """Show what it prints now, what is wrong in it, and what changed since."""
        super().show_state()
        said, wording, shown, may_write = self.said, self.wording, self.desk.shown, self.desk.may_write
        if said is None or shown is None:
            return
        text = wording.text if wording is not None else said.template
        wrong = self.desk.wrong(text, self.code) or [self.desk.problems[code] for code in (self.code, "") if code in self.desk.problems]
        self.problem.setText("\n".join(map(_, wrong)))
        self.problem.setVisible(bool(wrong))
        look.mark(self._well, state="error" if wrong else "")
        words = shown.live.said(text, self.code) or shown.live.said(said.template, self.code)
        self.printed.setText(words or _("Câu này không in, vì không phát sinh."))
        self.printed.setAccessibleName(_("Bản in: {words}").format(words=words))
        changes = rewording.changes(wording, shown.live.lookup) if wording is not None and shown.draft else ()
        self.card.show_changes(changes, may_write)
        self.again.setVisible(wording is not None and may_write and not changes)
        self.insert.setVisible(may_write)
        self._show_phrases(text, may_write)

    def _show_phrases(self, text: str, may_write: bool) -> None:
        shown = self.desk.shown
        assert shown is not None
        focused = next((chip.property("code") for chip in self._chips.findChildren(FilterChip) if chip.hasFocus()), "")
        clear(self._phrases)
        for one in rewording.approximates(text, shown.live):
            chip = FilterChip(_("{about} → {exact}").format(about=one.about, exact=one.exactly))
            chip.setProperty("code", one.code)
            chip.setAccessibleName(_("Viết chính xác {label}: {exact}").format(label=_(FIGURES[one.code].label), exact=one.exactly))
            chip.setToolTip(_("Viết số chính xác ({key})").format(key=key_of("report", "exact_one")))
            chip.setChecked(one.exact)
            chip.setEnabled(may_write)
            chip.clicked.connect(partial(self._form_asked, one.code, not one.exact))
            self._phrases.add(chip)
            chip.show()
            if one.code == focused:
                chip.setFocus()
        self._chips.updateGeometry()

    def _form_asked(self, code: str, exact: bool, _checked: bool = False) -> None:
        self.desk.change(lambda writing: writing.set_phrase(code, exact))

    # -- typing ------------------------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Give the desk the words, with what is being composed."""
        if self.code:
            self.desk.problems.pop(self.code, None)
            self.desk.set_wording(self.code, self.box.text())

    def commit_all(self) -> None:
        """Give the desk everything that the editor still holds."""
        self.box.commit_preedit()
        self.commit()

    def insert_figure(self) -> None:
        """Choose a figure by a few letters, and put its place where the caret is."""
        shown = self.desk.shown
        if shown is None or not self.desk.may_write:
            return
        options = []
        for code, figure in FIGURES.items():
            given = shown.live.given.get(Slot(code, ""))
            if given is not None:
                place = f"{{{code}:{rewording.FIRST_TOKEN[given.kind]}}}"
                options.append(Option(place, _(figure.label), "", rewording.exact_words(given)))
        chooser = Chooser.of(self.insert, _("Tìm chỉ tiêu"))
        chooser.open(lambda typed: ranked(options, typed), None, self._put)

    def _put(self, place: str) -> None:
        self.box.setFocus()
        self.box.insertPlainText(place)

    def take(self, which: str) -> None:
        """Take the new values, the old ones, or the generated sentence again; saved at once where nothing else is typed."""
        wording, shown = self.wording, self.desk.shown
        if wording is None or shown is None or not self.desk.may_write:
            return
        changes = rewording.changes(wording, shown.live.lookup)
        text, told = "", ""
        if which == "new":
            taken = rewording.take_new(wording, changes, shown.live.lookup)
            if taken.unclear:
                self.card.tell(_("Không chắc số nào trong câu là {labels}; hãy sửa tay rồi lưu.").format(labels=_labels(taken.unclear)))
                self.box.setFocus()
                return
            text = taken.text
            told = (
                _("Không thấy số cũ của {labels} trong câu; hãy đọc lại câu.").format(labels=_labels(taken.absent)) if taken.absent else ""
            )
        elif which == "old":
            text = rewording.take_old(wording, changes, shown.live)
        if which == "generated" or changes:
            self.desk.change(lambda writing: writing.reword(self.code, text, shown.live.lookup))
            self.show_texts()
        if told:
            self.desk.session.toast(told)


def _labels(changes: tuple[Change, ...]) -> str:
    return ", ".join(_(change.label) for change in changes)

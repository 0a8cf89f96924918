"""Beside the pages: one section of the report. Its heading, the sentences made from figures, and the text that people write."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy

from app.i18n import _
from app.report.sentences import Said
from app.report.showing import Item
from db.errors import ExpectedError
from ui import look
from ui.buttons import Link
from ui.look import px
from ui.overlays import Line
from ui.parts import Label, Panel, clear, column, scrolled
from ui.report_desk import Desk
from ui.report_writing import WritingPanel
from ui.text_box import TextBox, Well


class SectionPanel(WritingPanel):
    """Heading, sentences and free text of one section. ``reword_asked`` names a sentence."""

    reword_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.key = ""
        self.heading = Line()
        self.heading.setAccessibleName(_("Tiêu đề của mục"))
        self.heading.setMaxLength(300)
        self.links: dict[str, Link] = {}
        self._said: tuple[Said, ...] = ()
        self._links = column(gap=0)
        self.box = TextBox()
        self.note = Label("", "small", "ink2", wrap=True)
        self.problem = Label("", "small_medium", "error", wrap=True)
        self.problem.hide()
        well = self._well = Well(self.box)
        inner = column(self.heading, self._links, self.note, gap=8, edge=(0, 0, 6, 0))
        inner.addWidget(well, 1)
        look.follow(well, lambda one: one.setMinimumHeight(px(120)))
        well.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # as high as there is room, not as Qt thinks of text
        self._area = scrolled(Panel("surface", "", inner))
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.problem)
        look.follow(self.heading, lambda one: one.setFont(look.font("medium")))
        self.heading.textEdited.connect(lambda _text: self._heading_typed())
        self.heading.editingFinished.connect(desk.keep)
        self.heading.returnPressed.connect(lambda: self.box.setFocus())
        self.box.typed.connect(self.commit)
        self.box.left.connect(desk.keep)
        desk.redrawn.connect(self.show_texts)

    def show_section(self, item: Item) -> None:
        """Edit a section; into one that is not written by hand nothing is typed, but its sentences are reworded."""
        self.key = item.key
        self.title.setText(item.whole)
        self.box.setAccessibleName(_("Nội dung mục {title}").format(title=item.whole))
        words = _("Mỗi dòng là một đoạn. Dòng mở đầu bằng dấu “-” hoặc số “1.” được in thành một ý.")
        self._well.setVisible(item.by_hand)
        if not item.by_hand:
            words = _("Các câu khác của bản tóm tắt là câu của báo cáo: sửa lời ở báo cáo thì bản tóm tắt cũng theo.")
        elif item.state in ("generated", "both"):
            words = _("In sau các câu tự lập từ số liệu. {rest}").format(rest=words)
        self.note.setText(words)
        self.show_texts()
        self.show_state()

    # -- showing -----------------------------------------------------------------------------------------------------

    def show_texts(self) -> None:
        """Show heading, sentences and text of the section."""
        may_write = self.desk.may_write
        self.box.setReadOnly(not may_write)
        self.heading.setReadOnly(not may_write)
        self.box.show_text(self.desk.writing.text(self.key) if self.key else "")
        heading = self._heading()
        self.heading.setVisible(heading is not None)
        if heading is not None and not self.heading.hasFocus() and heading != self.heading.text():
            self.heading.setText(heading)
            self.heading.setCursorPosition(0)
        shown = self.desk.shown
        self._show_sentences(shown.sentences(self.key) if shown is not None and self.key else ())
        self.show_state()

    def _heading(self) -> str | None:
        """The heading as it stands; None for what is no section of the outline."""
        arrangement, shown = self.desk.writing.arrangement, self.desk.shown
        if self.key not in arrangement:
            return None
        spot = arrangement.at(self.key)
        return spot.heading or self._default(shown.live.words if shown is not None else {})

    def _default(self, words: object) -> str:
        spot = self.desk.writing.arrangement.at(self.key)
        text = spot.section.heading
        return " ".join((text.format_map(words) if isinstance(words, dict) and words else text).split())

    def _show_sentences(self, said: tuple[Said, ...]) -> None:
        if said != self._said or not self.links:
            self._said = said
            focused = next((code for code, link in self.links.items() if link.hasFocus()), "")
            clear(self._links)
            self.links = {}
            for one in said:
                if one.text or one.reworded:
                    link = self.links[one.code] = Link(_first(one), _(words_of(one)), icon=icon_of(one), ink=ink_of(one))
                    link.clicked.connect(partial(self._asked, one.code))
                    self._links.addWidget(link)
            if focused in self.links:
                self.links[focused].setFocus()

    def _asked(self, code: str, _checked: bool = False) -> None:
        self.reword_asked.emit(code)

    def take_focus(self) -> None:
        """Put the caret into the text, and the text into sight; where there is none, the first sentence has the focus."""
        if self._well.isHidden():
            first = next(iter(self.links.values()), self.save_button)
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self._well, 0, 0))

    @property
    def sentence(self) -> str:
        """The sentence that has the focus, else the first one of the section; '' for none."""
        return next((code for code, link in self.links.items() if link.hasFocus()), next(iter(self.links), ""))

    # -- typing ------------------------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Give the desk the text, with what is being composed."""
        if self.key:
            self.desk.set_text(self.key, self.box.text())

    def commit_all(self) -> None:
        """Give the desk everything that an editor still holds."""
        self.box.commit_preedit()
        self.commit()
        if self.heading.hasFocus():
            self.heading.commit()
            self._heading_typed()

    def _heading_typed(self) -> None:
        text = " ".join(self.heading.text().split())
        if not self.key or not self.desk.may_write or text == self._heading():
            return
        arrangement, shown = self.desk.writing.arrangement, self.desk.shown
        spot = arrangement.at(self.key)
        if spot.own and not text:
            self.desk.problems[self.key] = _("Mục tự thêm phải có tiêu đề.")
            self.show_state()
            return
        self.desk.problems.pop(self.key, None)
        own = "" if text == self._default(shown.live.words if shown is not None else {}) else text
        try:
            self.desk.arrange(arrangement.rename(self.key, own))
        except ExpectedError as error:
            self.desk.failed.emit(_(str(error)))

    def show_state(self) -> None:
        """Show what refuses the text too."""
        super().show_state()
        words = self.desk.problems.get(self.key, "") or self.desk.problems.get("", "")
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        look.mark(self._well, state="error" if words else "")


def _first(said: Said) -> str:
    return " ".join((said.text or said.template).split())


def words_of(said: Said) -> str:
    """Say how a sentence came about."""
    if said.changes:
        return "số liệu đã thay đổi"
    if not said.template:
        return "lập từ từng dòng bản ghi"
    return "đã sửa lời" if said.reworded else "tự lập, Enter để sửa lời"


def icon_of(said: Said) -> str:
    """Give the icon of a sentence."""
    return "warning" if said.changes else "pencil-simple" if said.reworded else "check"


def ink_of(said: Said) -> str:
    """Give the ink of a sentence's icon."""
    return "warning" if said.changes else "ink2" if said.reworded else "accent"

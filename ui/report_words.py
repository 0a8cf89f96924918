"""What the keys of the report page do to its words: find what is to be looked at, reword it, take either value, write it exactly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from app.i18n import _
from app.report.sentences import Said
from ui.preview import Preview
from ui.report_bars import PageBar
from ui.report_desk import Desk
from ui.report_other import OtherPages
from ui.report_outline import OutlinePane
from ui.report_places import Places
from ui.report_side import Side


class Words(QObject):
    """Finds the sentence or figure that a key is about, and does it."""

    def __init__(
        self, desk: Desk, panel: Side, preview: Preview, outline: OutlinePane, bar: PageBar, places: Places, other: OtherPages
    ) -> None:
        super().__init__(panel)
        self._desk, self._panel, self._preview, self._outline, self._bar = desk, panel, preview, outline, bar
        self._edit_section, self._other = places.edit, other
        panel.section.reword_asked.connect(self.reword)

    def keys(self) -> dict[str, Callable[[], object]]:
        """Give what the keys of the page do, by action."""
        return {
            "next_mark": self.next_mark,
            "reword": self.reword_here,
            "insert_figure": self._insert,
            "exact_one": self.exact_one,
            "exact_all": lambda: self.set_exact(not self._desk.writing.exact),
            **{f"take_{which}": partial(self.take, which) for which in ("new", "old", "generated")},
        }

    # -- sentences ---------------------------------------------------------------------------------------------------

    def reword(self, code: str) -> None:
        """Reword a sentence."""
        said = self._desk.shown.sentence(code) if self._desk.shown is not None else None
        item = self._outline.list.item_of(said.key) if said is not None else None
        if said is None or item is None:
            return
        self._outline.list.go_to(said.key, quietly=True)
        self._panel.reword(item, said)

    def reword_here(self) -> None:
        """Reword the sentence of the chosen number or section; in the outline give the heading."""
        section, chosen = self._panel.section, 0 <= self._preview.chosen < len(self._preview.figures)
        if QApplication.focusWidget() is self._outline.list:
            self.name(self._outline.list.key)
        elif section.isVisible() and section.sentence and not (chosen and self._preview.hasFocus()):
            self.reword(section.sentence)
        elif self._desk.shown is not None and chosen:
            figure = self._preview.figures[self._preview.chosen]
            said = None if figure.cell else self._desk.shown.sentence_with(figure.code, self._other.is_summary)
            if said is None:
                self._tell(_("Số này không đứng trong câu nào sửa lời được."))
            else:
                self.reword(said.code)
        else:
            self._tell(_("Hãy chọn một số trên trang (phím →) hoặc một mục của đề cương."))

    def name(self, key: str) -> None:
        """Write the heading of a section."""
        self._edit_section(key)
        if self._panel.section.isVisible() and self._panel.section.heading.isVisible():
            self._panel.section.heading.setFocus(Qt.FocusReason.OtherFocusReason)
            self._panel.section.heading.selectAll()

    def reword_changed(self, key: str = "") -> bool:
        """Open the first sentence (of a section) whose figures changed; tell whether there is one."""
        said = self._changed(key)
        if said is not None:
            self.reword(said.code)
        return said is not None

    def next_mark(self) -> None:
        """Go to the next section with nothing in it, or with a sentence whose figures changed."""
        key = self._outline.list.next_empty()
        if not key:
            self._tell(_("Mục nào cũng đã có nội dung."))
            return
        self._outline.show_side(0)
        self._outline.list.go_to(key)
        if self._outline.list.state_of(key) == "changed":
            self.reword_changed(key)
        elif self._outline.isVisible():
            self._outline.list.setFocus()
        else:
            self._edit_section(key)

    def _changed(self, key: str) -> Said | None:
        shown = self._desk.shown
        return next((said for said in shown.changed if key in ("", said.key)), None) if shown is not None else None

    def take(self, which: str) -> None:
        """Take the new values, the old ones, or the generated sentence; without an open one, open the next that changed."""
        if self._panel.isVisible() and self._panel.stack.currentWidget() is self._panel.wording:
            self._panel.commit()
            self._panel.wording.take(which)
        elif not self.reword_changed():
            self._tell(_("Không có câu sửa lời nào có số liệu đã thay đổi."))

    def _insert(self) -> None:
        if self._panel.isVisible() and self._panel.stack.currentWidget() is self._panel.wording:
            self._panel.wording.insert_figure()

    # -- numbers -----------------------------------------------------------------------------------------------------

    def set_exact(self, exact: bool) -> None:
        """Write all numbers of the report exactly, or as its sentences have them."""
        if not self._desk.may_write:
            self._tell(_(self._desk.writing.held()) or _("Chỉ xem, không sửa được báo cáo."))
        elif self._desk.change(lambda writing: writing.set_exact(exact)):
            return
        self._bar.exact.setChecked(self._desk.writing.exact)

    def exact_one(self) -> None:
        """Write the chosen number exactly, or as its sentence has it."""
        at = self._preview.chosen
        code = self._preview.figures[at].code if 0 <= at < len(self._preview.figures) and not self._preview.figures[at].cell else ""
        if not self._desk.may_write:
            self._tell(_(self._desk.writing.held()) or _("Chỉ xem, không sửa được báo cáo."))
        elif self._desk.shown is None or code not in self._desk.shown.phrases:
            self._tell(_("Số đang chọn không phải số viết gần đúng."))
        else:
            self._desk.change(lambda writing: writing.set_phrase(code, not writing.is_exact(code)))

    def _tell(self, words: str) -> None:
        self._desk.session.toast(words)

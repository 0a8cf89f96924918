"""The head of the report page: which report it is and how it stands, the next steps, and the ways out of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal

from app.i18n import _
from app.periods import Period
from app.report import approval, signing
from app.report.approval import Standing
from app.report.showing import Shown
from ui import look, shortcuts
from ui.buttons import Button
from ui.look import px
from ui.parts import ElidedLabel, Label, Panel, row


class Head(Panel):
    """Title, state and buttons; words give way to icons where there is no room."""

    info_asked = Signal()
    folder_asked = Signal()
    summary_asked = Signal()
    print_asked = Signal()
    save_asked = Signal()

    def __init__(self, steps: tuple[Button, ...]) -> None:
        super().__init__("window", "b", height=52)
        self._roomy = True
        self.title, self.fact = ElidedLabel("", "page"), Label("", "body", "ink2")
        look.follow(self.fact, lambda one: one.setContentsMargins(0, px(6), 0, 0))
        tip = _("Một trang cho hội nghị, báo chí: PDF, Word hoặc văn bản")
        self.info = self._button(_("Thông tin"), "stamp", self.info_asked.emit, _("Số, ngày, lần dự thảo, người ký của báo cáo"))
        self.folder = Button(_("Mở thư mục chứa tệp đã lưu"), icon="folder-open", pressed=self.folder_asked.emit, only_icon=True)
        self.folder.hide()
        self.summary = self._button(_("Tóm tắt"), "note", self.summary_asked.emit, tip)
        self.print = self._button(_("In"), "printer", self.print_asked.emit, shortcuts.key_of("window", "print"))
        self.save = Button(_("Lưu PDF"), "filled", "file-pdf", self.save_asked.emit, tip=shortcuts.key_of("report", "save_pdf"))
        self._words = [(button, button.text(), button.toolTip()) for button in (self.info, self.summary, self.print)]
        for button in (self.print, self.save):
            button.setEnabled(False)
        parts = (self.info, *steps, self.folder, self.summary, self.print, self.save)
        line = row(self.title, self.fact, 12, *parts, gap=8, edge=(16, 9, 16, 9))
        line.setStretch(1, 1)
        self.setLayout(line)

    @staticmethod
    def _button(words: str, icon: str, pressed: Callable[[], object], tip: str) -> Button:
        return Button(words, icon=icon, pressed=pressed, tip=tip)

    def name_save(self, official: bool) -> None:
        """Say what can be saved: the report as PDF, or, not ``official``, a copy of an approved one that can be edited."""
        key = shortcuts.key_of("report", "save_pdf")
        tip = _("Bản Word để sửa, hoặc các phụ lục dạng Excel; không phải tệp đã ký ({key})").format(key=key)
        self.save.setText(_("Lưu PDF") if official else _("Lưu bản Word"))
        self.save.setToolTip(key if official else tip)
        self.save.set_icon("file-pdf" if official else "file-text")

    def fit(self, roomy: bool) -> None:
        """Show words, or icons alone."""
        self._roomy = roomy
        for button, words, tip in self._words:
            button.setText(words if roomy else "")
            button.setAccessibleName(words)
            button.setToolTip(tip if roomy else f"{words}: {tip}")

    def show_report(self, period: Period, shown: Shown | None, standing: Standing | None) -> None:
        """Say which report it is and where it stands."""
        whole = _("Báo cáo {period}").format(period=_(period.name))
        self.title.setText(whole if self._roomy else _("Báo cáo"))  # the period stands in the bar above
        if shown is None:
            return
        state = _(signing.name(standing)) if standing is not None else _("Bản dự thảo")
        writing = standing is None or standing.stage == "draft"
        if writing and self._roomy:
            self.fact.setText(_("{state} · lập lúc {time}").format(state=state, time=f"{shown.made:%H:%M}"))
        else:
            self.fact.setText(_(approval.STAGES["submitted"]) if not writing and not self._roomy and shown.draft else state)
        self.fact.setToolTip(state)

"""What is beside an open record (F9): open problems with the way to their field, what people noted, and below them its versions.

Noted are the record's note and the reasons given for warnings.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.entry import Finding
from app.i18n import _
from ui.buttons import Button
from ui.form import RecordForm
from ui.history_panel import HistoryPanel
from ui.parts import Hairline, Label, clear, column, row, scrolled
from ui.session import Session

NOTE = "note"
"""The answer of every record type in which people write to each other about a record."""
MOST = 12
"""Problems that are listed; F8 walks through the others."""


class SideOfForm(QWidget):
    """Follows the form: another record, other problems."""

    def __init__(self, session: Session, form: RecordForm) -> None:
        super().__init__()
        self._form = form
        self.ways: list[Button] = []
        """What leads to the fields, in the order of the problems."""
        self.history = HistoryPanel(session, form.uid)
        self._problems = column(gap=4, edge=(14, 10, 14, 10))
        self.note = Label("", "body", "ink", wrap=True)
        self.to_note = Button(_("Đến ô ghi chú"), "link", "", partial(form.go_to_answer, "", NOTE))
        self.reasons = column(gap=4)
        note = column(Label(_("Ghi chú"), "medium"), self.note, row(self.to_note, None), self.reasons, gap=4, edge=(14, 10, 14, 10))
        body = QWidget()
        body.setLayout(column(self._problems, Hairline(), note, Hairline(), self.history, None, gap=0))
        area = scrolled(body, by_key=True, bare=True)
        area.setAccessibleName(_("Kiểm tra, ghi chú, lịch sử"))
        self.setLayout(column(area))
        form.shown.connect(self._another)
        form.problems_changed.connect(self._list)
        self._list()

    def _another(self) -> None:
        self.history.show_record(self._form.uid)

    def _list(self, _errors: int = 0, _warnings: int = 0) -> None:
        """List what is open, errors first; show the note as it stands in the form."""
        told = self._form.entry.cells[NOTE].text.strip()
        self.note.setText(told or _("Chưa có ghi chú."))
        self.note.set_ink("ink" if told else "ink2")
        self._list_reasons()
        clear(self._problems)
        self.ways = []
        checks = self._form.checks
        found = [one for one in checks.findings if one.problem.level == "error" or checks.is_open(one.problem)]
        found.sort(key=lambda one: one.problem.level != "error")
        self._problems.addWidget(Label(_("Cần xử lý: {n}").format(n=len(found)) if found else _("Không có lỗi, cảnh báo."), "medium"))
        for finding in found[:MOST]:
            self._problems.addWidget(Label(_(finding.problem.message), "body", finding.problem.level, wrap=True))
            if finding.name or finding.kind:
                way = Button(self._place(finding), "link", "", partial(self._form.go_to_answer, finding.kind, finding.name, finding.row))
                self.ways.append(way)
                self._problems.addLayout(row(way, None))
        if len(found) > MOST:
            self._problems.addWidget(Label(_("Còn {n} mục nữa: F8 đi lần lượt.").format(n=len(found) - MOST), "small", "ink2", wrap=True))

    def _list_reasons(self) -> None:
        """Show why warnings were accepted, each with the warning it is about."""
        clear(self.reasons)
        for finding in self._form.checks.findings:
            reason = self._form.entry.reasons.get(finding.problem.key)
            if reason:
                self.reasons.addWidget(Label(_("Lý do chấp nhận cảnh báo: {reason}").format(reason=reason), wrap=True))
                self.reasons.addWidget(Label(_(finding.problem.message), "small", "ink2", wrap=True))

    def _place(self, finding: Finding) -> str:
        declared = self._form.declared
        if not finding.kind:
            question = declared.questions().get(finding.name)
            return _(question.label) if question is not None else finding.name
        line_type = declared.kinds[finding.kind]
        named = line_type.questions().get(finding.name)
        words = _(named.label) if named is not None else _(line_type.caption)
        return words if finding.row is None else _("{label}, dòng {number}").format(label=words, number=finding.row + 1)

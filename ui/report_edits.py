"""What the keys and buttons of the report page do to its outline and wording; what is done stands in the desk, not saved yet."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.i18n import _
from app.report import arrangement
from app.report.arrangement import Arrangement
from app.report.outline import SUMMARY
from db.errors import ExpectedError
from ui.report_desk import Desk
from ui.report_outline import OutlineList

NEW = "Mục mới"
"""The heading of a section until it is given one; it is printed, so it is always Vietnamese."""


class OutlineEdits(QObject):
    """Changes the outline. ``added`` names a section that was made, to be given its heading and text."""

    added = Signal(str)

    def __init__(self, desk: Desk, outline: OutlineList) -> None:
        super().__init__(outline)
        self._desk, self._outline = desk, outline
        outline.edit_asked.connect(self.do)

    def do(self, action: str) -> None:
        """Do what an action of the outline means to the current section; say why where it cannot be done."""
        desk, key = self._desk, self._outline.key
        if not desk.may_write:
            desk.session.toast(_(desk.writing.held()) or _("Chỉ xem, không sửa được đề cương."))
            return
        if key == SUMMARY:
            desk.session.toast(_("Bản tóm tắt không thuộc đề cương."))
        elif action == "outline_add":
            self._add(key)
        elif action == "outline_default":
            self._take(arrangement.default(), _("Đây đã là đề cương có sẵn."))
        elif key not in desk.writing.arrangement:
            desk.session.toast(_("Phần căn cứ luôn đứng đầu báo cáo."))
        else:
            self._change(action, key)

    def _change(self, action: str, key: str) -> None:
        now = self._desk.writing.arrangement
        nowhere = _("Mục này không chuyển thêm được.")
        if action == "outline_up":
            self._take(now.move(key, -1), nowhere)
        elif action == "outline_down":
            self._take(now.move(key, 1), nowhere)
        elif action == "outline_higher":
            self._take(now.shift(key, -1), nowhere)
        elif action == "outline_deeper":
            self._take(now.shift(key, 1), nowhere)
        elif action == "outline_cut":
            self._take(now.toggle(key), "")
        elif action == "outline_remove":
            self._take(now.remove(key), _("Mục có sẵn không xóa được; nhấn Delete để bỏ khỏi báo cáo."))

    def _add(self, key: str) -> None:
        now = self._desk.writing.arrangement
        made, new = now.add(key, NEW, self._desk.writing.texts())
        if self._take(made, ""):
            self._outline.go_to(new, quietly=True)
            self.added.emit(new)

    def _take(self, new: Arrangement, otherwise: str) -> bool:
        try:
            if self._desk.arrange(new):
                return True
        except ExpectedError as error:
            otherwise = _(str(error))
        if otherwise:
            self._desk.session.toast(otherwise)
        return False

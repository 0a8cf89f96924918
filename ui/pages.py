"""The pages of the window, in the order of the navigation; each is built on its first visit by the function named here.

A page is a widget with ``show_place(place)``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from db.records import RECORD_TYPES
from ui.session import Session

Factory = Callable[[Session], QWidget]


class Page(NamedTuple):
    """One page: its key, the word and icon of the navigation, the group it stands in, and how it is made."""

    key: str
    word: str
    icon: str
    group: str
    factory: Factory
    needs: str = "read"
    """The action (``app.users.ACTIONS``) without which there is nothing to do there."""
    section: str = ""
    """The words of the fold it stands in within its group; '' for none."""


def _from(module: str, name: str, *arguments: str) -> Factory:
    def make(session: Session) -> QWidget:
        made: QWidget = getattr(importlib.import_module(module), name)(session, *arguments)
        return made

    return make


FIXED = (
    ("home", "Việc hôm nay", "house", "work", "ui.home_page", "HomePage"),
    ("report", "Báo cáo", "file-text", "report", "ui.report_page", "ReportPage"),
    ("import", "Nhập từ bảng", "table", "report", "ui.import_page", "ImportPage"),
    ("exchange", "Gửi, nhận dữ liệu", "arrows-left-right", "report", "ui.exchange_page", "ExchangePage"),
    ("board", "Theo dõi đơn vị", "grid-four", "report", "ui.board_page", "BoardPage"),
    ("history", "Lịch sử, thùng rác", "clock-counter-clockwise", "settings", "ui.history_page", "HistoryPage"),
    ("settings", "Cài đặt", "gear-six", "settings", "ui.settings_page", "SettingsPage"),
)
NEEDS = {"import": "enter"}
GROUPS = ("work", "report", "catalogue", "settings")


def pages() -> list[Page]:
    """Give all pages in order: the fixed ones, and one for every record type but those that settings show."""
    found = [Page(key, word, icon, group, _from(module, name), NEEDS.get(key, "read")) for key, word, icon, group, module, name in FIXED]
    taken = {page.key for page in found}  # the report's own page shows its record too
    for name, declared in RECORD_TYPES.items():
        if name in taken:
            continue
        group = declared.shelf if declared.shelf != "settings" else ""
        make = _from("ui.record_page", "RecordPage", name)
        found.append(Page(name, declared.menu or declared.plural, declared.icon, group, make, section=declared.section))
    return sorted(found, key=lambda page: GROUPS.index(page.group) if page.group else len(GROUPS))

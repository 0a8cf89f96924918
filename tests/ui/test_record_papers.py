"""Papers of records from the list: in the menu of the chosen rows and of the whole list, by the declaration, for who may see names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu

from db.records import RECORD_TYPES
from db.system import Journal
from ui import export_action
from ui.confirm_pane import ConfirmPane
from ui.list_output import RecordPaper
from ui.main_window import MainWindow
from ui.palette import Palette
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]
WITH_PAPERS = [name for name, declared in RECORD_TYPES.items() if declared.papers]


def opened(window: MainWindow, settle: Settle, name: str) -> RecordPage:
    window.go(Place(name))
    settle()
    page = window.page(name)
    assert isinstance(page, RecordPage)
    page.list.table.setFocus()
    return page


def submenus(menu: QMenu) -> dict[str, QMenu]:
    return {action.text(): action.menu() for action in menu.actions() if action.menu() is not None}  # type: ignore[misc]


def test_the_menus_offer_what_the_record_type_declares_and_save_it(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    page = opened(window, settle, WITH_PAPERS[0])
    session, listing = window.session, page.list.model.listing
    menu = QMenu(page)
    export_action.offer_papers(menu, page, session, listing)
    found = submenus(menu)
    assert list(found) == [label for _name, label in page.declared.papers]
    below = next(iter(found.values()))
    assert [action.text() for action in below.actions()] == ["In…", "Lưu thành PDF…", "Lưu cho Word…"]

    page.list.table.go_to(0)
    settle()
    menu = QMenu(page)
    page.list.bulk.offer(menu)
    assert list(submenus(menu)) == list(found)

    name, label = page.declared.papers[0]
    paper = RecordPaper(page, session, listing, name)
    paper.ask_where_word()
    assert isinstance(paper.dialog, QFileDialog)
    assert paper.dialog.selectedFiles()[0].endswith(f"{label}.docx")
    paper.dialog.fileSelected.emit(str(tmp_path / "giấy.docx"))
    paper.dialog.close()
    settle()
    assert (tmp_path / "giấy.docx").read_bytes().startswith(b"PK")
    pane = next(one for one in window.findChildren(ConfirmPane) if one.isVisible())
    assert any("chưa có dòng “Danh sách” nào" in title.text() for title, _why in pane.named), "what was left out is named"
    pane.leave()
    noted = [entry.body for entry in session.store.entries((Journal.kind == "audit") & (Journal.type == "export"))]
    assert b'"to":"docx"' in noted[-1]


def test_chosen_rows_alone_are_printed(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    page = opened(window, settle, WITH_PAPERS[0])
    listing = page.list.model.listing
    ids = [row for row, uid in zip(page.list.model.ids, listing.uids(list(page.list.model.ids)), strict=True)
           if window.session.store.read(uid)[1]["kind"] == "CHI_TRA_1L"][:1]  # fmt: skip
    paper = RecordPaper(page, window.session, listing, "payment", ids)
    paper.save(tmp_path / "giấy.pdf")
    settle()
    assert (tmp_path / "giấy.pdf").read_bytes().startswith(b"%PDF")
    assert "giấy.pdf" in window.toast.accessibleName()
    assert not any(one.isVisible() for one in window.findChildren(ConfirmPane))


def test_papers_are_found_by_the_palette(window: MainWindow, settle: Settle) -> None:
    declared = RECORD_TYPES[WITH_PAPERS[0]]
    window.open_palette()
    settle()
    palette = window.findChild(Palette)
    assert palette is not None
    palette.field.setText(f"In giấy {declared.papers[0][1]}")
    settle()
    assert next(entry.words for entry in palette.results.entries) == f"In giấy: {declared.papers[0][1]}"
    palette.leave()


def test_who_may_not_see_names_is_offered_no_papers(
    window: MainWindow, settle: Settle, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(window, settle, WITH_PAPERS[0])
    may = session.may
    monkeypatch.setattr(session, "may", lambda action: action != "reveal" and may(action))
    menu = QMenu(page)
    export_action.offer_papers(menu, page, session, page.list.model.listing)
    assert menu.actions() == []

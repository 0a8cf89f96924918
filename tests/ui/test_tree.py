"""Catalogues as trees: dates and successors, a chosen day, keys, search, links; declared by the record type, never named by a page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from app.tree import fate_words, forest, span_words
from db.questions import Link as LinkQuestion
from db.record import Record
from db.records import RECORD_TYPES
from db.records.unit import Unit
from db.store import Store
from tests.ui.keyboard import Keyboard
from ui.buttons import Link
from ui.changes import changes
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place
from ui.tree_pane import TreePane

Settle = Callable[[], None]
Key = Qt.Key
AREAS = (("KV1", "khu vực 1 - Hà Sơn"), ("KV2", "khu vực 2 - Đông Giang"), ("KV3", "khu vực 3 - Châu Phong"))
INTO = {"DV01": "KV1", "DV03": "KV1", "DV09": "KV1", "DV02": "KV2", "DV06": "KV2", "DV08": "KV2", "DV04": "KV3", "DV05": "KV3"}


def _uid(store: Store, code: str) -> str:
    return store.names.find("unit", code, None)


def reform(store: Store, by: str = "admin") -> None:
    """Merge the districts into areas from 1/7/2025; half of DV07 goes to each of two (domain.md E.7)."""
    for code, name in AREAS:
        version = {"name": f"Ban Chỉ huy Phòng thủ {name}", "level": "PTKV", "parent": _uid(store, "HS00"), "valid_from": "2025-07-01"}
        store.save("unit", {"code": code, "versions": [version]}, by)
    commune = {"name": "Ban CHQS xã An Thạch", "level": "XA", "parent": _uid(store, "KV1"), "valid_from": "2025-07-01"}
    store.save("unit", {"code": "KV1.X1", "versions": [commune]}, by)
    for code, takers in [*((code, (to,)) for code, to in INTO.items()), ("DV07", ("KV3", "KV1"))]:
        _type, record = store.read(_uid(store, code))
        heirs = [{"successor": _uid(store, to), "on": "2025-07-01", "reason": "Giải thể Ban CHQS cấp huyện"} for to in takers]
        versions = [record["versions"][0] | {"valid_to": "2025-06-30"}]
        store.save("unit", record | {"versions": versions, "successors": heirs}, by)


@pytest.fixture
def pane(window: MainWindow, settle: Settle) -> TreePane:
    """The tree of units of an office that went through the reform, looked at after it."""
    reform(window.session.store)
    changes.records_changed.emit("unit")
    window.go(Place("unit"))
    settle()
    page = window.page("unit")
    assert isinstance(page, RecordPage)
    assert page.tree is not None
    page.tree.set_day("2025-08-01")
    settle()
    return page.tree


def _page(window: MainWindow) -> RecordPage:
    page = window.page("unit")
    assert isinstance(page, RecordPage)
    return page


def _shown(pane: TreePane) -> list[str]:
    """The codes in the order in which they are seen."""
    found, index = list[str](), pane.model.index(0, 0)
    while index.isValid():
        node = pane.model.node(index)
        assert node is not None
        found.append(node.code)
        index = pane.view.indexBelow(index)
    return found


@pytest.mark.parametrize("name", [name for name, declared in RECORD_TYPES.items() if declared.tree is not None])
def test_every_type_whose_records_stand_below_one_another_opens_as_a_tree(window: MainWindow, settle: Settle, name: str) -> None:
    window.go(Place(name))
    settle()
    page = window.page(name)
    assert isinstance(page, RecordPage)
    assert page.in_tree
    assert page.tree is not None
    if page.tree.ended.isVisible():
        page.tree.ended.click()
    assert page.tree.model.count() == window.session.store.count(RECORD_TYPES[name])
    page.switch.click()
    settle()
    assert not page.in_tree
    assert page.list.isVisible()
    assert window.session.preferences.get(f"view:{name}") == "list"


def test_every_catalogue_with_a_link_to_its_own_type_declares_its_tree() -> None:
    for declared in RECORD_TYPES.values():
        questions = [*declared.questions().values(), *(q for line in declared.kinds.values() for q in line.questions().values())]
        above = [q for q in questions if isinstance(q, LinkQuestion) and q.to == declared.type_name and q.name == "parent"]
        assert bool(above) == (declared.tree is not None), declared.type_name


def test_the_tree_stands_as_it_did_on_the_day(pane: TreePane) -> None:
    assert _shown(pane) == ["HS00", "DV10", "KV1", "KV1.X1", "KV2", "KV3"]
    pane.set_day("2025-06-30")
    assert _shown(pane) == ["HS00", *(f"DV{n:02}" for n in range(1, 11))]
    assert pane.sum.text() == "11 đơn vị vào ngày 30/06/2025"


def test_what_has_ended_is_shown_with_its_last_day_and_who_took_over(pane: TreePane) -> None:
    pane.ended.click()
    assert "DV07" in _shown(pane)
    nodes = pane.model.forest.nodes
    gone = nodes[_uid(pane.session.store, "DV07")]
    assert gone.standing == "ended"
    assert span_words(gone) == "01/10/2018 – 30/06/2025"
    areas = "Ban Chỉ huy Phòng thủ khu vực 3 - Châu Phong, Ban Chỉ huy Phòng thủ khu vực 1 - Hà Sơn"
    assert fate_words(gone, nodes) == f"sáp nhập vào {areas}"
    assert f"sáp nhập vào {areas}" in pane.model.data(pane.model.index_of(gone.uid), 11)


def test_a_unit_that_nobody_took_over_is_dissolved_and_one_to_come_says_so(window: MainWindow) -> None:
    store = window.session.store
    old = {"name": "Đại đội cũ", "parent": _uid(store, "HS00"), "valid_to": "2018-12-31"}
    store.save("unit", {"code": "X1", "versions": [old]}, "admin")
    new = {"name": "Đại đội mới", "parent": _uid(store, "HS00"), "valid_from": "2030-01-01"}
    store.save("unit", {"code": "X2", "versions": [new]}, "admin")
    found = forest(store, store.types["unit"], "2019-06-05")
    words = {node.code: fate_words(node, found.nodes) for node in found.nodes.values() if node.standing != "now"}
    merged = dict.fromkeys(("DV11", "DV12"), "sáp nhập vào Ban CHQS huyện Kim Lộc")
    assert words == {"X1": "đã giải thể", "X2": "chưa thành lập", **merged}


def test_a_name_that_changed_is_that_of_the_day(window: MainWindow) -> None:
    store = window.session.store
    uid = _uid(store, "DV03")
    _type, record = store.read(uid)
    first = record["versions"][0]
    versions = [first | {"valid_to": "2018-12-31"}, first | {"name": "Ban CHQS quận An Thạch", "valid_from": "2019-01-01"}]
    store.save("unit", record | {"versions": versions}, "admin")
    declared = store.types["unit"]
    assert forest(store, declared, "2018-06-05").nodes[uid].label == "Ban CHQS huyện An Thạch"
    assert forest(store, declared, "2019-06-05").nodes[uid].label == "Ban CHQS quận An Thạch"


def test_units_that_stand_below_each_other_in_a_circle_are_not_lost_from_sight(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    store = window.session.store
    monkeypatch.setattr(Unit, "among", Record.among)  # two machines can make a circle that neither of them would save
    for code, above in (("DV01", "DV02"), ("DV02", "DV01")):
        _type, record = store.read(_uid(store, code))
        store.save("unit", record | {"versions": [record["versions"][0] | {"parent": _uid(store, above)}]}, "admin")
    found = forest(store, store.types["unit"], "2019-06-05")
    reached, waiting = set[str](), list(found.roots)
    while waiting:
        reached.add(waiting[-1])
        waiting += found.nodes[waiting.pop()].children
    assert reached == set(found.nodes)


def test_links_lead_to_who_took_over_and_back(pane: TreePane, window: MainWindow, settle: Settle) -> None:
    pane.ended.click()
    pane.select(_uid(pane.session.store, "DV07"))
    settle()
    links = [one for one in pane.about.findChildren(Link) if one.isVisible()]
    assert [one.text()[-8:] for one in links] == [" Kim Đàm", " Lộc Khê", "âu Phong", "- Hà Sơn"]
    links[-1].click()
    settle()
    assert pane.model.forest.nodes[pane.current() or ""].code == "KV1"
    form = _page(window).form
    assert form is not None
    assert form.uid == pane.current()
    back = [one.text() for one in pane.about.findChildren(Link) if one.isVisible()]
    assert len(back) == 4
    assert "Ban CHQS huyện Kim Lộc" in back


def test_a_predecessor_that_is_not_shown_is_shown_on_the_day_it_still_was(pane: TreePane, settle: Settle) -> None:
    pane.select(_uid(pane.session.store, "KV2"))
    settle()
    next(one for one in pane.about.findChildren(Link) if "Đồng Xuyên" in one.text()).click()
    settle()
    assert pane.day == "2025-06-30"
    assert pane.model.forest.nodes[pane.current() or ""].code == "DV06"
    assert pane.day_field.text() == "30/06/2025"


def test_arrows_open_close_and_walk_the_tree_and_enter_opens_the_record(pane: TreePane, window: MainWindow, settle: Settle) -> None:
    keys = Keyboard()
    pane.select(_uid(pane.session.store, "KV1"))
    pane.view.setFocus()
    keys.press(Key.Key_Left)
    assert "KV1.X1" not in _shown(pane)
    keys.press(Key.Key_Left)
    assert pane.model.forest.nodes[pane.current() or ""].code == "HS00"
    keys.press(Key.Key_Down, Key.Key_Down, Key.Key_Right)
    assert "KV1.X1" in _shown(pane)
    keys.press(Key.Key_Right)
    assert pane.model.forest.nodes[pane.current() or ""].code == "KV1.X1"
    keys.press(Key.Key_Return)
    settle()
    form = _page(window).form
    assert form is not None
    assert form.isVisible()
    assert form.uid == _uid(pane.session.store, "KV1.X1")


def test_what_is_closed_stays_closed_when_something_was_saved(pane: TreePane, settle: Settle) -> None:
    store = pane.session.store
    pane.view.setExpanded(pane.model.index_of(_uid(store, "KV1")), False)
    _type, record = store.read(_uid(store, "KV2"))
    store.save("unit", record | {"note": "đã sửa"}, "admin")
    changes.records_changed.emit("unit")
    settle()
    assert "KV1.X1" not in _shown(pane)


def test_typing_in_the_tree_searches_with_or_without_marks(pane: TreePane, settle: Settle) -> None:
    keys = Keyboard()
    pane.view.setFocus()
    keys.write("chau")
    settle()
    assert pane.search.text() == "chau"
    assert pane.search.hasFocus()
    assert set(_shown(pane)) == {"HS00", "DV05", "KV3"}
    keys.press(Key.Key_Down)
    assert pane.view.hasFocus()
    pane.search.setFocus()
    keys.press(Key.Key_Escape)
    settle()
    assert pane.search.text() == ""
    assert "KV2" in _shown(pane)


def test_an_old_name_is_found_too(pane: TreePane, settle: Settle) -> None:
    pane.search.setText("Kim Lộc")
    settle()
    assert "DV07" in _shown(pane)
    pane.search.setText("không có đâu")
    settle()
    assert _shown(pane) == []
    assert "không có đâu" in pane.empty.text()


def test_the_day_is_typed_in_shorthand_and_a_wrong_one_is_said(pane: TreePane, settle: Settle) -> None:
    keys = Keyboard()
    pane.day_field.setFocus()
    pane.day_field.selectAll()
    keys.write("30062025")
    keys.press(Key.Key_Return)
    settle()
    assert pane.day == "2025-06-30"
    assert pane.view.hasFocus()
    pane.day_field.setFocus()
    pane.day_field.selectAll()
    keys.write("31022025")
    keys.press(Key.Key_Tab)
    assert pane.day == "2025-06-30"
    assert pane.day_field.property("state") == "error"
    assert pane.day_field.toolTip()


def test_the_day_follows_the_period_until_a_person_chooses_one(window: MainWindow, settle: Settle) -> None:
    from app.periods import period

    reform(window.session.store)
    window.go(Place("unit"))
    settle()
    pane = _page(window).tree
    assert pane is not None
    assert pane.day == "2019-06-05"
    window.session.set_period(period(window.session.store, "2025-H2"))
    settle()
    assert pane.day == "2025-12-14"
    assert "KV1" in _shown(pane)


def test_beside_a_form_walking_opens_and_dated_versions_are_edited_with_the_same_form(
    pane: TreePane, window: MainWindow, settle: Settle
) -> None:
    keys = Keyboard()
    page = _page(window)
    page.open_uid(_uid(pane.session.store, "KV2"))
    settle()
    assert pane.view.is_narrow
    pane.select(_uid(pane.session.store, "KV2"))
    pane.view.setFocus()
    keys.press(Key.Key_Down)
    settle()
    assert page.form is not None
    assert page.form.uid == _uid(pane.session.store, "KV3")
    lines = page.form.entry.lines["versions"]
    lines[0]["name"].text, lines[0]["name"].settled = "Ban Chỉ huy Phòng thủ khu vực 3", False
    page.form.save_here()
    settle()
    node = pane.model.forest.nodes[_uid(pane.session.store, "KV3")]
    assert node.label == "Ban Chỉ huy Phòng thủ khu vực 3"


def test_the_model_of_the_tree_is_one_qt_accepts(pane: TreePane, qtmodeltester: ModelTester) -> None:
    pane.ended.click()
    qtmodeltester.check(pane.model, force_py=True)
    assert not pane.model.index(0, 0, pane.model.index(99, 0)).isValid() or pane.model.rowCount(QModelIndex()) == 1


def test_rows_of_the_tree_do_not_overlap_beside_a_form_at_the_largest_text(pane: TreePane, window: MainWindow, settle: Settle) -> None:
    from ui import look

    look.set_scale(160)
    window.resize(1280, 680)
    pane.ended.click()
    _page(window).open_uid(_uid(pane.session.store, "KV2"))
    settle()
    tops = []
    index = pane.model.index(0, 0)
    while index.isValid():
        tops.append(pane.view.visualRect(index))
        index = pane.view.indexBelow(index)
    assert all(one.bottom() < other.top() for one, other in pairwise(tops))

"""The first page: counts beside last year's, drafts, warnings, shortcomings, changes since the report; every row is a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from app import demo, drafts
from app.figures import compute
from app.listing import Listing, Wanted
from app.periods import period
from app.report.behind import behind
from app.today import today
from db.records import FIGURES, RECORD_TYPES
from tests.ui.keyboard import Key, Keyboard
from ui.buttons import Link
from ui.changes import changes
from ui.home_page import HomePage
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place, Session

Settle = Callable[[], None]


def _home(window: MainWindow) -> HomePage:
    page = window.page("home")
    assert isinstance(page, HomePage)
    return page


def test_figures_stand_beside_those_of_the_same_period_last_year(session: Session) -> None:
    chosen = period(session.store, "2019-H1")
    found = today(session.store, chosen, None, "2019-06-05", session.user)
    rows = {one.label: one for one in found.compared}
    assert rows["Buổi giáo dục"].now == compute(session.store, chosen).value("EDU_SESSION_N").text
    assert rows["Tham gia thấp nhất (%)"].now == "95,8"
    assert rows["Buổi giáo dục"].before == compute(session.store, period(session.store, "2018-H1")).value("EDU_SESSION_N").text != "0"
    assert rows["Buổi giáo dục"].change == f"+{int(rows['Buổi giáo dục'].now) - int(rows['Buổi giáo dục'].before)}"
    assert rows["Tham gia thấp nhất (%)"].change == "+0,3"
    assert (rows["Chuyên đề"].before, rows["Chuyên đề"].change) == ("—", "")  # the totals of 2018 do not tell it
    later = {one.label: one for one in today(session.store, period(session.store, "2020-H1"), None, "2020-03-01", session.user).compared}
    assert later["Buổi giáo dục"].before == rows["Buổi giáo dục"].now
    assert later["Buổi giáo dục"].change == f"−{rows['Buổi giáo dục'].now}"


def test_what_is_compared_exists() -> None:
    assert {code for declared in RECORD_TYPES.values() for _, codes in declared.highlights for code in codes} <= FIGURES.keys()


def test_drafts_warnings_and_shortcomings_are_work_to_do(session: Session) -> None:
    draft = drafts.put(session.store, "care", {"kind": "Khám bệnh"}, session.user)
    few = {"audience": "DQ_CD", "strength": 100, "required": 100, "present": 50}
    topic, unit = session.store.names.find("topic", "T23", None), session.own_unit
    answers = {
        "unit": unit,
        "event_to": "2019-02-02",
        "form": "HOC_TAP",
        "content_type": "CT",
        "topic": topic,
        "lecturer_role": "CAN_BO_CT",
    }
    session.store.save("education", answers | {"audiences": [few]}, session.user)
    found = today(session.store, period(session.store, "2019-H1"), None, "2019-06-05", session.user)
    by_state = {task.state: task for task in reversed(found.tasks)}
    assert by_state["draft"].draft == draft
    assert "Khám bệnh" in by_state["draft"].title
    assert by_state["warning"].wanted is not None
    assert by_state["warning"].wanted.warnings
    assert by_state["late"].title == "2 khuyết điểm quá hạn khắc phục"
    assert by_state["due"].title == "3 khuyết điểm đang khắc phục, còn hạn"


def test_changes_since_the_report_was_last_worked_on_are_named(session: Session) -> None:
    chosen = period(session.store, "2019-H1")
    before = today(session.store, chosen, None, "2019-06-05", session.user)
    assert before.since_report is not None
    uid = session.store.execute(session.store.types["education"].select(session.store.types["education"].uid).tuples()).fetchone()[0]
    declared, record = session.store.read(uid)
    session.store.execute(session.store.types["report"].update(written="2019-01-01T00:00:00+07:00"))
    session.store.save(declared.type_name, record | {"note": "sửa"}, session.user)
    after = today(session.store, chosen, None, "2019-06-05", session.user)
    assert after.since_report is not None
    assert after.since_report[1] > before.since_report[1]
    assert any(task.state == "report" and "giáo dục" in task.second.lower() for task in after.tasks)


def test_every_task_says_the_number_that_its_list_has(window: MainWindow, settle: Settle) -> None:
    """Drafts, warnings, late, due and changed ones: the link lands in a list of exactly what it counted."""
    session = window.session
    store = session.store
    for place in range(8):
        drafts.put(store, "care" if place % 2 else "education", {"place": f"Nơi {place}"}, session.user)
    few = {"audience": "DQ_CD", "strength": 100, "required": 100, "present": 50}
    answers = {"unit": session.own_unit, "event_to": "2019-02-02", "form": "HOC_TAP", "content_type": "CT", "lecturer_role": "CAN_BO_CT"}
    topic = store.names.find("topic", "T23", None)
    store.save("education", answers | {"topic": topic, "audiences": [few]}, session.user)
    store.execute(store.types["report"].update(written="2019-01-01T00:00:00+07:00"))
    for unit in (session.own_unit, store.names.find("unit", "DV04", None), store.names.find("unit", "DV06", None)):
        session.set_unit(unit)
        found = today(store, session.period, None if unit == session.own_unit else unit, "2019-06-05", session.user)
        lists = [task for task in found.tasks if task.wanted is not None]
        for task in lists:
            window.go(Place(task.type_name, task.wanted))
            settle()
            page = window.page(task.type_name)
            assert isinstance(page, RecordPage)
            listed = page.list.model.listing
            if task.state in ("late", "due"):  # shortcomings are counted, the list has their records
                assert page.list.model.rowCount() > 0, window.key
                assert listed.wanted.overdue is not None or listed.wanted.due is not None
            elif task.state == "draft":
                assert page.list.model.rowCount() >= int(task.title.split()[0])
            else:
                assert page.list.model.rowCount() == int(task.title.split()[0].replace(".", "")), (task.title, task.second)
    assert {task.state for task in lists} >= {"draft", "report"}


def test_shortcomings_due_later_do_not_list_those_that_are_late(session: Session) -> None:

    declared = session.store.types["inspection"]
    late = set(Listing(session.store, declared, Wanted(overdue="2019-06-05")).ids())
    due = set(Listing(session.store, declared, Wanted(due="2019-06-05")).ids())
    either = set(Listing(session.store, declared, Wanted(overdue="9999-12-31")).ids())
    assert late | due == either
    assert due
    assert late


def test_work_follows_the_unit_that_is_worked_on(session: Session) -> None:
    store = session.store
    whole = today(store, session.period, None, "2019-06-05", session.user)
    titles = [task.title for task in whole.tasks if task.state == "late"]
    assert titles == ["2 khuyết điểm quá hạn khắc phục"]
    one = today(store, session.period, store.names.find("unit", "DV04", None), "2019-06-05", session.user)
    assert [task.title for task in one.tasks if task.state == "late"] == ["1 khuyết điểm quá hạn khắc phục"]


def test_key_tasks_past_their_day_are_late_until_they_are_done_or_given_up(session: Session) -> None:
    store = session.store
    tasks = [
        {"no": 1, "content": "Việc chưa làm", "deadline": "2019-05-01"},
        {"no": 2, "content": "Việc đang làm", "deadline": "2019-06-04", "progress": "DANG_TH"},
        {"no": 3, "content": "Việc đã xong", "deadline": "2019-05-01", "progress": "HOAN_THANH"},
        {"no": 4, "content": "Việc không làm", "deadline": "2019-05-01", "progress": "KHONG_TH", "outcome": "Trên rút"},
        {"no": 5, "content": "Việc hạn hôm nay", "deadline": "2019-06-05"},
        {"no": 6, "content": "Việc không hạn"},
    ]
    span = {"event_from": "2018-12-15", "event_to": "2019-06-14"}
    uid = store.save("task", {"unit": session.own_unit, **span, "tasks": tasks}, session.user)
    found = today(store, session.period, None, "2019-06-05", session.user)
    late = [task for task in found.tasks if task.state == "late" and task.type_name == "task"]
    assert [task.title for task in late] == ["2 nhiệm vụ trọng tâm quá hạn"]
    assert "hạn 01/05/2019" in late[0].second
    listing = Listing(store, store.types["task"], late[0].wanted or Wanted())
    assert store.row_ids(store.types["task"], [uid])[uid] in listing.ids()
    assert len(listing.ids()) == 1


def test_every_row_of_the_first_page_leads_somewhere(window: MainWindow, settle: Settle) -> None:
    home = _home(window)
    settle()
    links = [one for one in home.findChildren(Link) if one.isVisible() and one.isEnabled()]
    assert len(links) > 10
    for place in range(len(links)):
        window.session.go(Place("home"))
        settle()
        again = [one for one in home.findChildren(Link) if one.isVisible() and one.isEnabled()]
        again[place].click()
        settle()
        assert window.key != "home", again[place].accessibleName()
        page = window.page(window.key)
        if isinstance(page, RecordPage):
            assert page.list.model.rowCount() > 0, window.key


def test_a_draft_is_finished_from_the_first_page(window: MainWindow, settle: Settle) -> None:
    session = window.session
    drafts.put(session.store, "care", {"partners": "Trung tâm Y tế"}, session.user)
    changes.drafts_changed.emit("care")
    settle()
    home = _home(window)
    link = next(one for one in home.findChildren(Link) if "Trung tâm Y tế" in one.text())
    link.click()
    settle()
    page = window.page("care")
    assert window.key == "care"
    assert isinstance(page, RecordPage)
    assert page.form is not None
    assert page.form.isVisible()


def test_the_first_page_follows_unit_and_period(window: MainWindow, settle: Settle) -> None:
    home = _home(window)
    settle()
    assert home.found is not None
    whole = home.found.compared[0].now
    session = window.session
    session.set_unit(session.store.names.find("unit", "DV05", None))
    settle()
    assert home.found.compared[0].now != whole
    session.set_period(period(session.store, "2030-H1"))
    settle()
    assert home.found.compared[0].now == "0"
    assert home.found.filled == []


def test_what_came_with_an_import_is_told_apart_from_what_was_entered_by_hand(window: MainWindow, settle: Settle) -> None:
    session, day = window.session, date.today().isoformat()  # the demo was imported just now
    before = today(session.store, session.period, None, day, session.user)
    assert before.imported_today > 400
    uid = session.store.execute(session.store.types["education"].select(session.store.types["education"].uid).tuples()).fetchone()[0]
    declared, record = session.store.read(uid)
    session.store.save(declared.type_name, record | {"note": "sửa tay"}, session.user)
    after = today(session.store, session.period, None, day, session.user)
    assert (after.saved_today, after.imported_today) == (before.saved_today + 1, before.imported_today - 1)


def test_a_new_office_is_told_what_to_do_first_until_it_is_done(tmp_path: Path) -> None:
    from app import office
    from db import key_slots

    folder = tmp_path / "moi"
    office.create(folder, "DV07", "Ban CHQS huyện Kim Lộc", "district", None, demo.PASSWORD, cost=key_slots.FLOOR)
    with office.open_office(folder, "admin", demo.PASSWORD, "thử") as opened:
        store = opened.store

        def first() -> list[str]:
            found = today(store, period(store, "2019-H1"), None, "2019-06-05", "admin")
            return [task.type_name for task in found.tasks if task.state == "first"]

        assert first() == ["office", "office", "topic", "unit"]
        record = dict(store.office())
        term = {"issuer_lines": "BAN CHQS HUYỆN KIM LỘC", "place": "Kim Lộc", "signer_name": "Nguyễn Văn An"}
        lines = [{**line, **term} for line in record["terms"]] or [term]
        store.save("office", record | {"terms": lines}, "admin")
        assert first() == ["topic", "unit"]


def test_what_is_to_be_said_first_opens_with_the_answer_that_is_wanting(window: MainWindow, settle: Settle) -> None:
    store = window.session.store
    record = dict(store.office())
    wanting = [line | {"signer_name": None} for line in record["terms"]]
    store.save("office", record | {"terms": wanting}, window.session.user)
    window.go(Place("home"))
    settle()
    next(one for one in _home(window).findChildren(Link) if one.isVisible() and one.text() == "Khai người ký báo cáo").click()
    settle()
    focus = window.focusWidget()
    assert focus is not None
    assert focus.accessibleName().endswith("Người ký")


def test_the_demo_office_has_nothing_to_do_first(session: Session) -> None:
    found = today(session.store, session.period, None, "2019-06-05", session.user)
    assert [task for task in found.tasks if task.state == "first"] == []


def test_a_figure_opens_exactly_the_records_behind_it_and_the_list_says_of_what(window: MainWindow, settle: Settle, keys: Keyboard) -> None:
    session, dv05 = window.session, window.session.store.names.find("unit", "DV05", None)
    for unit, labels in ((None, ("Buổi giáo dục", "Khám bệnh (đối tượng)", "Ngày công dân vận")), (dv05, ("Buổi giáo dục",))):
        session.set_unit(unit or session.own_unit)
        window.go(Place("home"))
        settle()
        every = {one.label: one for one in today(session.store, session.period, unit, "2019-06-05", session.user).compared}
        for asked in [one for label, one in every.items() if label in labels or (unit is None and len(one.codes) > 1)]:
            wanted = behind(session.store, session.period, unit, "+".join(asked.codes))
            window.go(Place("home"))
            next(one for one in _home(window).figures.findChildren(Link) if one.text() == asked.label).setFocus()
            keys.press(Key.Key_Return)
            settle()
            if not wanted.parts:
                assert (window.key, asked.label in window.toast.accessibleName()) == ("home", True)
                continue
            page = window.page(wanted.types[0])
            assert window.key == wanted.types[0]
            assert isinstance(page, RecordPage)
            listed = {page.list.model.row(place).uid for place in range(page.list.model.rowCount())}
            assert listed == {part.uid for part in wanted.parts if part.type_name == wanted.types[0]}, asked.label
            assert page.list.narrowed.isVisible()
            assert page.list.narrowed.text().startswith(f"{asked.label}: {asked.now} · ")

"""What headquarters keeps for all: code lists, periods and outlines come with every answer; what is in use is not taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.periods import period
from app.report import outline
from app.report.editing import Writing
from db.errors import ExpectedError
from db.locks import ABOVE
from db.record import complete, fixed_uid
from db.records import RECORD_TYPES
from db.system import write_meta
from tests import samples
from tests.samples import USER
from tests.sync_offices import HQ, ONE, UNIT, Place, back, lesson

SECTION = next(section.key for section in outline.read().sections if section.depth == 1)
BELOW = fixed_uid("unit", "X01")


def commune(hq: Place, state: str = "entered") -> None:
    version = {"name": "Xã Phú Lâm", "level": "XA", "parent": UNIT[ONE]}
    reason = {"cancel_reason": "giải thể"} if state == "cancelled" else {}
    hq.store.save("unit", complete(RECORD_TYPES["unit"], {"code": "X01", "versions": [version], "state": state, **reason}), USER)


def test_units_topics_and_periods_of_headquarters_come_and_change_with_it(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    commune(hq)
    hq.store.save("period", {"code": "2031-H1", "start": "2030-12-20", "end": "2031-06-20"}, USER)
    hq.store.save("topic", {"code": "T50", "title": "Luật Nghĩa vụ quân sự", "content_type": "PL", "audience": "DQTV"}, USER)
    assert any("Đã cập nhật" in note for note in back(hq, one, mail)[0].notes)
    assert one.store.read(BELOW)[1]["versions"][0]["name"] == "Xã Phú Lâm"
    assert one.store.period_days("2031-H1") == ("2030-12-20", "2031-06-20")
    topic = one.store.names.find("topic", "T50", None)
    hq.store.save("topic", {**hq.store.read(topic)[1], "title": "Luật Dân quân tự vệ"}, USER)
    back(hq, one, mail)
    assert one.store.read(topic)[1]["title"] == "Luật Dân quân tự vệ"
    assert not any("Đã cập nhật" in note for note in back(hq, one, mail)[0].notes)


def test_a_unit_that_is_in_use_is_not_removed_and_it_is_said(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    commune(hq)
    back(hq, one, mail)
    uid = one.store.save("education", samples.education(unit=BELOW), USER)
    commune(hq, "cancelled")
    before = one.store.state_hash()
    notes = back(hq, one, mail)[0].notes
    assert any("X01" in note and "còn bản ghi dùng" in note for note in notes)
    assert one.store.state_hash() == before
    assert one.store.read(BELOW)[1]["state"] == "entered"
    one.store.cancel(uid, "nhầm", USER)
    back(hq, one, mail)
    assert one.store.read(BELOW)[1]["state"] == "cancelled"


def test_an_office_keeps_its_own_unit_whatever_comes(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    record = hq.store.read(UNIT[ONE])[1]
    hq.store.save("unit", {**record, "state": "cancelled", "cancel_reason": "sáp nhập"}, USER)
    assert any("chưa bỏ" in note for note in back(hq, one, mail)[0].notes)
    assert one.store.read(UNIT[ONE])[1]["state"] == "entered"
    assert lesson(one)


def outlined(hq: Place, first: str) -> None:
    """Let headquarters rename a section of its own report and add one."""
    lines = [{"section": SECTION, "level": 2, "heading": first}, {"section": "T1", "level": 2, "heading": "Việc đột xuất"}]
    unit = fixed_uid("unit", HQ)
    hq.store.save("report", complete(RECORD_TYPES["report"], {"unit": unit, "period": "2026-H2", "outline": lines}), USER)


def shown(at: Place) -> list[str]:
    writing = Writing(at.store, period(at.store, "2026-H2"), None, USER)
    assert not writing.outline_changed
    return [spot.heading for spot in writing.arrangement.spots if spot.heading]


def test_a_report_follows_the_outline_of_headquarters_until_it_has_its_own(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    outlined(hq, "Kết quả công tác")
    assert any("2026-H2 theo đề cương" in note for note in back(hq, one, mail)[0].notes)
    assert shown(one) == shown(hq)
    assert "Kết quả công tác" in shown(one)
    assert "Việc đột xuất" in shown(one)
    assert not one.store.execute(one.store.types["report"].select(one.store.types["report"].uid).tuples()).fetchall()
    outlined(hq, "Kết quả đạt được")
    back(hq, one, mail)
    assert "Kết quả đạt được" in shown(one)
    assert not any("đề cương" in note for note in back(hq, one, mail)[0].notes)
    own = [{"section": "T1", "level": 2, "heading": "Của đơn vị"}]
    report = {"unit": UNIT[ONE], "period": "2026-H2", "outline": own}
    one.store.save("report", complete(RECORD_TYPES["report"], report), USER)
    outlined(hq, "Lần thứ ba")
    back(hq, one, mail)
    assert shown(one) == ["Của đơn vị"]


def test_the_outline_of_a_locked_period_stays_as_it_was(places: dict[str, Place], mail: Path) -> None:
    one, hq = places[ONE], places[HQ]
    outlined(hq, "Trước khi chốt")
    back(hq, one, mail)
    write_meta(hq.store.database, ABOVE, '[["2026-06-15", "2026-12-14", "2026-H2"]]')
    hq.store = type(hq.store)(hq.store.database)
    back(hq, one, mail)
    write_meta(hq.store.database, ABOVE, "[]")
    hq.store = type(hq.store)(hq.store.database)
    outlined(hq, "Sau khi chốt")
    write_meta(hq.store.database, ABOVE, '[["2026-06-15", "2026-12-14", "2026-H2"]]')
    hq.store = type(hq.store)(hq.store.database)
    back(hq, one, mail)
    assert "Trước khi chốt" in shown(one)
    with pytest.raises(ExpectedError, match="đã chốt"):
        one.store.save("report", complete(RECORD_TYPES["report"], {"unit": UNIT[ONE], "period": "2026-H2"}), USER)

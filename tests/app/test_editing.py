"""The report being written: its outline, its texts as drafts and as a record, and what stands behind its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import drafts
from app.entry import Cell
from app.figures import compute
from app.office import Office
from app.periods import period
from app.report import editing, showing
from app.report.behind import asked, behind
from app.report.editing import Writing
from db.errors import ExpectedError
from db.questions import decimal, grouped
from db.store import Refused
from tests import samples
from tests.demo_office import open_demo, written


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Office]:
    with open_demo(tmp_path / "demo") as opened:
        yield opened


def writing(office: Office, unit: str | None = None) -> Writing:
    return Writing(office.store, period(office.store, "2019-H1"), unit, office.user)


def test_the_outline_says_what_every_section_is_made_of(demo: Office) -> None:
    shown = showing.draw(demo.store, period(demo.store, "2019-H1"), None)
    states = {item.key: item.state for item in shown.items}
    assert states["1"] == states["1.II"] == "head"
    assert states["1.I.1"] == states["can_cu"] == "written"
    assert states["1.II.2.a"] == states["PL.I"] == "generated"
    assert states["1.IV"] == "empty"
    assert not any(item.by_hand for item in shown.items if item.key.startswith("PL."))
    assert set(shown.headings) <= set(states)
    assert all(item.title and item.title in (item.whole, item.title) for item in shown.items)


def test_an_office_without_records_has_an_outline_with_nothing_in_it(small: Office) -> None:
    shown = showing.draw(small.store, period(small.store, "2019-H1"), None)
    assert {item.state for item in shown.items} <= {"empty", "head", "generated"}
    assert shown.pages >= 1


def test_a_text_is_saved_in_the_report_record_and_printed(small: Office) -> None:
    text = writing(small)
    text.set_text("1.II.11", "Dân vận tốt.\n- Một\n- Hai")
    text.set_cell("draft_no", Cell("3"))
    assert text.dirty
    uid = text.save()
    assert not text.dirty
    _type, record = small.store.read(uid)
    assert [(line["section"], line["text"]) for line in record["contents"]] == [("1.II.11", "Dân vận tốt.\n- Một\n- Hai")]
    assert (record["draft_no"], record["period"]) == (3, "2019-H1")
    assert written(small.store, period(small.store, "2019-H1"), None) == {"1.II.11": "Dân vận tốt.\n- Một\n- Hai"}
    shown = showing.draw(small.store, period(small.store, "2019-H1"), None)
    assert {item.key: item.state for item in shown.items}["1.II.11"] == "written"


def test_emptying_a_text_removes_it(demo: Office) -> None:
    text = writing(demo)
    before = dict(written(demo.store, text.period, None))
    text.set_text("1.I.2", "   ")
    text.save()
    assert written(demo.store, text.period, None) == {key: words for key, words in before.items() if key != "1.I.2"}


def test_what_is_typed_survives_as_a_draft_of_a_new_and_of_an_old_record(small: Office) -> None:
    for words in ("chưa xong", "viết thêm"):
        text = writing(small)
        text.set_text("1.I.1", words)
        text.set_cell("dated", Cell("31/02/20"))
        assert text.keep()
        assert not text.keep(), "nothing new"
        again = writing(small)
        assert (again.text("1.I.1"), again.entry.cells["dated"].text) == (words, "31/02/20")
        assert again.dirty
        assert again.changed_keys() == {"1.I.1"}
        again.set_cell("dated", Cell(""))
        again.save()
        assert drafts.of_record(small.store, str(again.entry.uid)) is None
        assert not writing(small).dirty


def test_drafts_of_another_unit_stay_there(small: Office) -> None:
    other = writing(small, samples.DV1)
    other.set_text("1.I.1", "của đơn vị")
    other.keep()
    assert writing(small).text("1.I.1") == ""
    assert writing(small, samples.DV1).text("1.I.1") == "của đơn vị"
    found = editing.context_of(small.store, None, other.entry.draft)
    assert found is not None
    assert (found[0].code, found[1]) == ("2019-H1", samples.DV1)


def test_what_is_wrong_is_named_by_section_and_field_and_nothing_is_written(small: Office) -> None:
    text = writing(small)
    text.set_text("1.I.1", "x" * 20_001)
    text.set_cell("draft_no", Cell("không"))
    with pytest.raises(Refused):
        text.save()
    assert set(text.problems()) == {"1.I.1", "draft_no"}
    assert written(small.store, text.period, None) == {}
    text.drop()
    assert not text.dirty


def test_a_save_can_be_taken_back(demo: Office) -> None:
    text = writing(demo)
    before = text.text("1.I.1")
    text.set_text("1.I.1", "khác hẳn")
    text.save()
    assert text.can_undo
    text.undo_save()
    assert written(demo.store, text.period, None)["1.I.1"] == before == text.text("1.I.1")


def test_a_cancelled_report_record_is_written_anew(demo: Office) -> None:
    text = writing(demo)
    uid = str(text.entry.uid)
    demo.store.cancel(uid, "ghi nhầm", demo.user)
    text = writing(demo)
    assert (text.text("1.I.1"), text.cancelled) == ("", "ghi nhầm")
    text.begin_anew()
    text.set_text("1.I.1", "bản mới")
    assert text.save() == uid
    assert written(demo.store, text.period, None) == {"1.I.1": "bản mới"}


@pytest.mark.parametrize(
    ("code", "codes", "row", "dims"),
    [
        ("EDU_TURN_N", ("EDU_TURN_N",), None, {}),
        ("A+B@0305cd37-7d82", ("A", "B"), "0305cd37-7d82", {}),
        ("A@uid?audience=SQ", ("A",), "uid", {"audience": "SQ"}),
        ("A?kind=TANG_QUA", ("A",), None, {"kind": "TANG_QUA"}),
    ],
)
def test_a_place_says_which_figures_which_unit_and_which_group(code: str, codes: tuple[str, ...], row: str | None, dims: dict) -> None:
    assert asked(code) == (codes, row, dims)


def test_behind_every_number_of_the_demo_are_records_that_add_up_to_it(demo: Office) -> None:
    chosen = period(demo.store, "2019-H1")
    shown = showing.draw(demo.store, chosen, None)
    figures = compute(demo.store, chosen)
    codes = list(dict.fromkeys(place.code for place in shown.places))
    assert any("@" in code and "?" in code for code in codes)
    assert any("+" in code for code in codes)
    for code in codes[::3]:
        found, wanted = behind(demo.store, chosen, None, code), asked(code)
        values = [figures.value(one, wanted.row, **wanted.dims) for one in wanted.codes]
        if all(value.is_total for value in values) and any(value.value is not None for value in values):
            show = decimal if values[0].in_tenths else grouped
            assert found.number == show(sum(int(value.value or 0) for value in values))
            assert found.total in (found.number, "—"), code
        elif values[0].is_share and values[0].value is not None:
            assert found.share == found.number == values[0].text, code
        assert found.label
        assert found.rule


def test_a_number_in_a_unit_s_row_leads_to_that_unit_s_records(demo: Office) -> None:
    chosen = period(demo.store, "2019-H1")
    names = demo.store.names
    unit = names.find("unit", "DV01", None)
    found = behind(demo.store, chosen, None, f"EDU_TURN_N@{unit}")
    assert found.parts
    assert {part.unit for part in found.parts} == {names.label("unit", unit, chosen.end)} == {found.of}


def test_a_figure_that_is_no_more_is_said(demo: Office) -> None:
    with pytest.raises(ExpectedError, match="Không còn chỉ tiêu"):
        behind(demo.store, period(demo.store, "2019-H1"), None, "NO_SUCH_N")

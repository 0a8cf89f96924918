"""A person's name typed in capitals: shown as a name wherever it is read, kept in the record as it was typed."""

from __future__ import annotations

import re

import pytest

from app import history, search
from app.entry import Entry
from app.listing import Listing, Wanted
from app.office import Office
from app.periods import period
from app.report import content
from db.questions import PersonName
from db.records import RECORD_TYPES
from tests.samples import CELL, USER, care, inspection

TYPED, SHOWN = "H'HEN NIÊ KĐĂM", "H'Hen Niê Kđăm"
PERSON = RECORD_TYPES["beneficiary"]


@pytest.fixture
def person(small: Office) -> str:
    return small.store.save("beneficiary", {"name": TYPED, "alias": "BÀ SÁU", "birth": "1948"}, USER)


def test_a_name_in_capitals_is_shown_as_a_name_and_kept_as_typed(small: Office, person: str) -> None:
    store = small.store
    record = store.read(person)[1]
    assert (record["name"], record["alias"]) == (TYPED, "BÀ SÁU")
    assert Listing(store, PERSON, Wanted()).described(record).title == SHOWN
    assert {f"  Họ và tên: {SHOWN}", "  Bí danh: Bà Sáu"} <= set(map(str, search.lines(store, PERSON, record)))
    assert [one["id"] for one in search.find(store, PERSON, words="h'hen nie").records] == [person]


def test_a_person_is_found_by_half_a_name_and_the_year_of_birth(small: Office, person: str) -> None:
    store = small.store
    full = store.save("beneficiary", {"name": "Trần Văn Năm", "birth": "1951-05-04"}, USER)
    about = store.save("beneficiary", {"name": "Trần Văn Sáu", "birth": "~1951"}, USER)
    for words, found in (("nie 1948", [person]), ("tran 1951", [about, full]), ("nam 1951", [full]), ("tran 04", []), ("nie 1949", [])):
        assert [one["id"] for one in search.find(store, PERSON, words=words).records] == found


def test_a_form_shows_the_name_and_saves_what_was_typed_where_it_was_not_touched(small: Office, person: str) -> None:
    entry = Entry(small.store, PERSON)
    entry.open(person)
    assert entry.cells["name"].text == SHOWN
    assert entry.cells["name"].value == TYPED
    small.store.save("beneficiary", {**small.store.read(person)[1], "birth": "1949"}, USER)
    small.store.save("beneficiary", {**small.store.read(person)[1], "name": SHOWN}, USER)
    changes = [list(map(str, one.changes)) for one in history.versions(small.store, person)]
    assert changes[1:] == [["Năm sinh: 1948 → 1949"], [f"Họ và tên: {TYPED} → {SHOWN}"]]


def test_names_on_lines_are_shown_as_names(small: Office, person: str) -> None:
    store = small.store
    listed = [{"person": person, "category": "THUONG_BINH", "amount": 8_400_000, "received_by": "TRẦN VĂN CON"}]
    given = store.read(store.save("care", care(listed=listed, norm=None), USER))[1]
    told = "\n".join(map(str, search.lines(store, RECORD_TYPES["care"], given)))
    assert SHOWN in told
    assert "Người nhận thay: Trần Văn Con" in told
    subject = {"no": 1, "subject_type": "DV", "org": CELL, "member": "NGUYỄN VĂN KÍN", "conclusion": "TOT"}
    round_ = store.read(store.save("inspection", inspection(subjects=[subject], shortcomings=[]), USER))[1]
    assert "Đảng viên: Nguyễn Văn Kín" in "\n".join(map(str, search.lines(store, RECORD_TYPES["inspection"], round_)))


def test_the_signatory_of_a_report_is_a_name(small: Office) -> None:
    store, at = small.store, period(small.store, "2019-H1")
    report = {"unit": small.store.names.find("unit", store.office()["code"], None), "period": at.code, "sign_code": "SIG_CTV"}
    store.save("report", {**report, "signer_name": "LÊ VĂN MINH"}, USER)
    assert content.build(store, at).signature.name == "Lê Văn Minh"


@pytest.mark.parametrize("value", [None, 7, ["A"], "", "Lê thị B", "Ng. Văn A"])
def test_what_is_no_name_in_capitals_is_shown_as_it_is(value: object) -> None:
    assert PersonName("Họ và tên").show(value) == ("" if value is None else str(value))


def test_every_question_for_a_persons_name_is_one() -> None:
    models = [model for declared in RECORD_TYPES.values() for model in (declared, *declared.kinds.values())]
    asked = [(name, question) for model in models for name, question in model.questions().items()]
    labels = re.compile(r"^(Họ và tên|Bí danh|Người nhận thay|Đảng viên|Người ký)$")
    assert {name for name, one in asked if isinstance(one, PersonName)} == {"name", "alias", "received_by", "member", "signer_name"}
    assert all(isinstance(one, PersonName) for _, one in asked if labels.match(str(one.label)))

"""Closed code lists: every file is sound, and a day shows the wording of that day."""

from __future__ import annotations

import unicodedata

import pytest

from db.catalogues import COLUMNS, FOLDER, UNIONS, CodeList, code_list

NAMES = sorted({path.stem for path in FOLDER.glob("*.csv")} | set(UNIONS))


def rows(*cells: str) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, (line + ";;;;;;").split(";"), strict=False)) for line in cells]


@pytest.fixture(params=NAMES)
def every_list(request: pytest.FixtureRequest) -> CodeList:
    return code_list(request.param)


def test_every_label_of_every_day_finds_its_code(every_list: CodeList) -> None:
    for code in every_list.codes():
        for day in (None, "2019-03-01", "2022-03-01"):
            assert every_list.find(every_list.label(code, day)) == code
            assert every_list.find(every_list.label(code, day).upper()) == code
            assert every_list.find(code.lower()) == code


def test_every_label_is_composed_text_with_an_english_label(every_list: CodeList) -> None:
    for code in every_list.codes():
        assert unicodedata.is_normalized("NFC", every_list.label(code))
        assert every_list.attribute(code, "label_en").isascii()
        assert every_list.attribute(code, "label_en")
        assert every_list.short(code)


def test_labels_of_lists_that_are_joined_by_semicolons_hold_none() -> None:
    for name in ("BENEF", "INSP_CONTENT"):
        assert not any(";" in code_list(name).label(code, day) for code in code_list(name).codes() for day in (None, "2019-01-01"))


def test_a_list_is_read_once_and_keeps_the_order_of_its_file() -> None:
    assert code_list("FUND") is code_list("FUND")
    assert code_list("FUND").codes() == ("NSNN", "NSDP", "NSQP", "QUY_DON", "QUY_DV", "DONG_GOP", "XHH", "BHXH", "HIEN_VAT")
    assert code_list("UNIT_LEVEL").codes("1975-04-30") == ("TINH", "HUYEN", "PTKV", "XA", "CO_QUAN")


def test_a_day_of_2019_shows_the_wording_of_2019() -> None:
    benef = code_list("BENEF")
    assert benef.label("THUONG_BINH", "2019-06-14") == "Thương binh, người hưởng chính sách như thương binh"
    assert benef.label("THUONG_BINH", "2021-06-30") == "Thương binh, người hưởng chính sách như thương binh"
    assert benef.label("THUONG_BINH", "2021-07-01") == "Thương binh (gồm thương binh loại B trước 31/12/1993)"
    assert benef.label("THUONG_BINH") == benef.label("THUONG_BINH", "2026-01-01")
    assert "02/2020" in benef.attribute("LIET_SI", "legal_basis", "2022-01-01")
    assert "2005" in benef.attribute("LIET_SI", "legal_basis", "2020-01-01")


def test_old_and_new_wordings_find_the_same_code() -> None:
    benef = code_list("BENEF")
    for text in ("Người hoạt động cách mạng, kháng chiến bị địch bắt tù, đày", "Bị địch bắt tù đày", "tu_day"):
        assert benef.find(text, "2022-01-01") == "TU_DAY"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("AUDIENCE", "HSQ, BS", "HSQBS"),
        ("AUDIENCE", "hsq bs", "HSQBS"),
        ("AUDIENCE", "Hạ sỹ quan, binh sỹ", "HSQBS"),
        ("AUDIENCE", "CNVQP", "CNVCQP"),
        ("AUDIENCE", "  si  quan ", "SQ"),
        ("AUDIENCE_OR_ROLLUP", "DQTV", "DQTV"),
        ("AUDIENCE_OR_ROLLUP", "DQ_CD", "DQ_CD"),
        ("EDU_FORM", "Học tập chính trị", "HOC_TAP"),
        ("BENEF", "thuong binh", "THUONG_BINH"),
        ("BENEF", "Như thương binh", "NHU_TB"),
        ("DISCIPLINE", "Khiển trách", "DV_KHIEN_TRACH"),
        ("DISCIPLINE", "Khiển trách tổ chức đảng", "TCD_KHIEN_TRACH"),
        ("STATE", "DA_CHOT", "entered"),
        ("STATE", "Hủy", "cancelled"),
        ("STATE", "Nháp", "draft"),
        ("OCCASION", "27/7", "N27_7"),
        ("UNIT_LEVEL", "province", "TINH"),
        ("LECTURER", "Chính uỷ", "CHINH_UY"),
    ],
)
def test_a_code_is_found_by_what_clerks_write(name: str, text: str, code: str) -> None:
    assert code_list(name).find(text) == code


@pytest.mark.parametrize("text", ["", " ", "…", "Sĩ", "không có", "\x00", "SQ;QNCN"])
def test_anything_else_is_not_found(text: str) -> None:
    assert code_list("AUDIENCE").find(text) is None


def test_a_code_is_found_only_on_its_days() -> None:
    kinds = code_list("INSP_KIND")
    assert kinds.find("KS_TSTN", "2019-03-01") is None
    assert kinds.find("KS_TSTN", "2025-05-30") == kinds.find("KS_TSTN") == "KS_TSTN"
    assert "KS_TSTN" not in kinds.codes("2019-03-01")
    assert kinds.label("KS_TSTN", "2019-03-01") == kinds.label("KS_TSTN")


def test_an_unknown_code_is_its_own_label() -> None:
    assert code_list("FUND").label("QUY_MOI") == code_list("FUND").short("QUY_MOI") == "QUY_MOI"
    assert code_list("FUND").attribute("QUY_MOI", "column") == ""


def test_attributes_say_what_the_rules_need() -> None:
    audience = code_list("AUDIENCE")
    assert audience.attribute("DQ_TT", "rollup") == "DQTV"
    assert audience.attribute("DV", "rollup") == ""
    assert {audience.attribute(code, "rollup") for code in audience.codes()} == {*code_list("ROLLUP").codes(), ""}
    assert [code for code in code_list("EDU_FORM").codes() if code_list("EDU_FORM").attribute(code, "counts") == "1"] == [
        "HOC_TAP",
        "GD_PHAP_LUAT",
    ]
    kinds = code_list("INSP_KIND")
    for code in kinds.codes():
        assert set(kinds.attribute(code, "actors").split(";")) <= set(code_list("INSP_ACTOR").codes())
        assert set(kinds.attribute(code, "subjects").split(";")) <= set(code_list("SUBJECT_TYPE").codes())
    assert {code_list("SIGN_CODE").attribute(code, "profile") for code in code_list("SIGN_CODE").codes()} <= set(
        code_list("PROFILE").codes()
    )
    with pytest.raises(KeyError):
        audience.attribute("SQ", "no such column")


def test_the_print_names_of_the_first_annex() -> None:
    assert [code_list("AUDIENCE").short(code) for code in ("SQ", "QNCN", "HSQBS")] == ["Sĩ quan", "QNCN", "HSQ, BS"]


@pytest.mark.parametrize(
    "cells",
    [
        ("A;An", "A;An mới;;2020-01-01"),
        ("A;An;;;2020-01-01", "A;An mới;;2020-01-01"),
        ("A;An;;2020-01-01", "A;An cũ;;;2019-12-31"),
        ("A;An;;2020-01-02;2020-01-01",),
        ("A;An;;2020-13-01",),
        ("A;An;;01/01/2020",),
        ("A;",),
        (";An",),
        ("A B;An",),
        ("A; An",),
        ("A;" + unicodedata.normalize("NFD", "Án"),),
        ("A;An", "B;Ân"),
    ],
)
def test_a_malformed_list_is_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="X"):
        CodeList("X", rows(*cells))


def test_wordings_may_follow_each_other_with_a_gap() -> None:
    codes = CodeList("X", rows("A;An;;;2019-12-31", "A;Ân;;2021-01-01"))
    assert codes.codes("2020-06-01") == ()
    assert codes.label("A", "2020-06-01") == "Ân"
    assert codes.label("A", "2019-12-31") == "An"


def test_a_list_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(FileNotFoundError):
        code_list("NO_SUCH_LIST")

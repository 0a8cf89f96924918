"""English: every text of the window is in the catalogue, and what the catalogue says is English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from app import i18n
from app.i18n import _, say
from db.catalogues import FOLDER, code_list
from db.errors import ExpectedError
from db.message import Joined, Message, Named, inside
from db.questions import PartialDay, YesNo
from tests import translations


@pytest.fixture
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language("vi")


def fields(text: str) -> set[str]:
    return {name for _words, name, _spec, _mark in Formatter().parse(text) if name is not None}


def test_every_text_of_the_window_has_an_english_translation() -> None:
    known = translations.catalogue()
    missing = [f"{place}: {text}" for text, place in translations.texts().items() if not known.get(text)]
    assert missing == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    assert sorted(set(translations.catalogue()) - set(translations.texts())) == []


def test_no_sentence_is_put_together_where_no_catalogue_can_find_it() -> None:
    assert translations.untranslatable() == []


def test_nothing_in_the_catalogue_is_fuzzy_obsolete_or_twice() -> None:
    with translations.PO.open("rb") as file:
        found = read_po(file, "en")
    assert [one.id for one in found if one.fuzzy and one.id] == []
    assert list(found.obsolete) == []
    keys = re.findall(r"^(?:msgctxt .*\n)?msgid .*$", translations.PO.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_no_translation_is_in_vietnamese() -> None:
    assert [f"{text} → {said}" for text, said in translations.catalogue().items() if translations.is_vietnamese(said)] == []


def test_both_sides_have_the_same_values_in_them() -> None:
    wrong = [f"{text} → {said}" for text, said in translations.catalogue().items() if fields(text) != fields(said)]
    assert wrong == []


def test_both_sides_begin_and_end_with_the_same_space() -> None:
    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    wrong = [f"{text!r} → {said!r}" for text, said in translations.catalogue().items() if edges(text) != edges(said)]
    assert wrong == []


def test_both_sides_end_a_sentence_alike() -> None:
    def end(text: str) -> str:
        last = text.rstrip()[-1:]
        return last if last in ".…:?" and not text.endswith((" no.", "No.")) else ""

    wrong = [f"{text} → {said}" for text, said in translations.catalogue().items() if end(text) not in (end(said), said[-1:])]
    assert wrong == []


def test_what_gettext_reads_was_compiled_from_the_catalogue() -> None:
    assert translations.MO.read_bytes() == translations.compiled()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.csv")))
def test_every_code_is_named_in_english_and_found_by_that_name(name: str) -> None:
    codes = code_list(name)
    for code in codes.codes():
        label = codes.label(code)
        assert isinstance(label, Named)
        assert label.english
        assert not translations.is_vietnamese(label.english)
        assert codes.find(label.english) == code
        assert ";" not in label.english


def test_a_sentence_is_said_again_with_its_values(english: None) -> None:
    message = Message("Dài {n} ký tự; nhiều nhất {limit}. Hãy viết gọn lại.", n=700, limit=500)
    assert message == "Dài 700 ký tự; nhiều nhất 500. Hãy viết gọn lại."
    assert _(message) == say(message) == "700 characters; at most 500. Make it shorter."


def test_values_of_ours_are_translated_and_data_is_left_alone(english: None) -> None:
    inner = Message("Chưa có “{label}”.", label=Message("Đơn vị"))
    assert _(inner) == "“Unit” is missing."
    assert _(Message("Chưa có “{label}”.", label="Đơn vị")) == "“Đơn vị” is missing."
    assert say("Đơn vị") == "Đơn vị"
    assert say(Joined("; ", [code_list("STATE").label("draft"), "Hà Sơn"])) == "Draft; Hà Sơn"


def test_small_letters_stay_small_in_english(english: None) -> None:
    assert _(inside(Message("Đơn vị"))) == "unit"


def test_an_error_is_said_whole_in_english(english: None) -> None:
    error = ExpectedError("empty", Message("Tệp {name} trống.", name="Bảng.xlsx"), "Hãy chọn tệp có dữ liệu.")
    assert str(error) == "Tệp Bảng.xlsx trống. Hãy chọn tệp có dữ liệu."
    assert _(str(error)) == "File Bảng.xlsx is empty. Choose a file with data."
    assert _(str(ValueError(Message("Tệp {name} trống.", name="a")))) == "File a is empty."


def test_a_translation_chooses_by_the_number(english: None) -> None:
    text = "{n} bản ghi"
    assert [_(text).format(n=n) for n in (0, 1, 2, "1.245")] == ["0 records", "1 record", "2 records", "1.245 records"]
    assert _(Message(text, n=1)) == "1 record"


def test_answers_shown_in_english_are_read_back(english: None) -> None:
    yes_no, partial = YesNo("Còn sống"), PartialDay("Năm sinh")
    assert [yes_no.parse(say(yes_no.show(value))) for value in (True, False)] == [True, False]
    assert partial.parse(say(partial.show("~1948"))) == "~1948"


def test_an_unknown_language_is_vietnamese() -> None:
    assert i18n.set_language("tlh") == "vi"
    assert _("Đóng") == "Đóng"

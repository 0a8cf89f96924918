"""What was signed stays, byte for byte, and the files beside it say what was approved or that they are drafts."""

from __future__ import annotations

import json
import random
import re
import zlib
from dataclasses import asdict, replace
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from python_calamine import load_workbook

from app import checking
from app.periods import Period
from app.report import approval, frozen, showing, writing
from app.report.document import Number, Paragraph
from app.unit_tree import report_uid
from db.errors import ExpectedError
from db.record import fixed_uid
from db.store import Store
from db.system import Approval, Device, Enrolment
from db.text import canonical
from tests import samples
from tests.app.approval.kit import CHIEF, CLERK, NOW, approved, text_of
from tests.samples import DV1, HS, USER, education


def test_the_approved_file_carries_its_hash_on_every_page_and_no_draft_mark(store: Store, half: Period) -> None:
    made = approved(store, half)
    data = approval.printed(store, made.hash)
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            words = page.get_textpage().get_text_bounded().replace("\u00a0", " ")
            assert f"Mã báo cáo: {made.hash[:4]} {made.hash[4:8]} {made.hash[8:12]}" in words
    assert "DỰ THẢO" not in text_of(data)
    assert "bản dự thảo" not in text_of(data).lower()


def test_a_reprint_after_a_thousand_edits_is_the_same_bytes(store: Store, half: Period) -> None:
    made = approved(store, half)
    before = approval.printed(store, made.hash)
    approval.amend(store, half, CHIEF, "sửa nhiều")
    chance = random.Random(5)
    days = [f"2019-{month:02}-{day:02}" for month in (1, 2, 3, 4) for day in range(1, 10)]
    uids = [store.save("education", education(event_from=day, event_to=day), USER) for day in days]
    with store.transaction():
        for number in range(1_000):
            uid = chance.choice(uids)
            _, record = store.read(uid)
            store.save("education", record | {"note": f"lần {number}", "state": "entered"}, USER)
    assert approval.printed(store, made.hash) == before
    assert checking.check_all(store).ok
    store.rebuild()
    assert approval.printed(store, made.hash) == before


def test_altered_bytes_of_an_approved_report_are_found_and_never_printed(store: Store, half: Period) -> None:
    made = approved(store, half)
    data = approval.printed(store, made.hash)
    with store.transaction():
        store.execute(Approval.update(pdf=data[:-1] + bytes([data[-1] ^ 1])))
    with pytest.raises(ExpectedError, match="không còn như lúc duyệt"):
        approval.printed(store, made.hash)
    assert any(re.search("không còn như lúc duyệt", problem) for problem in checking.check_all(store).problems)
    with store.transaction():
        store.execute(Approval.delete())
    with pytest.raises(ExpectedError, match="Máy này không có tệp"):
        approval.printed(store, made.hash)
    assert any("Thiếu tệp của báo cáo đã duyệt" in problem for problem in checking.check_all(store).problems)


def test_a_file_that_is_not_here_is_said_to_be_wanting_and_taken_back_from_a_copy_that_is_it_byte_for_byte(
    store: Store, half: Period, tmp_path: Path
) -> None:
    """The journal carries the hash alone: a machine rebuilt from it has no file until somebody brings one."""
    stick, whole = tmp_path / "usb", tmp_path / "lai.pdf"
    stick.mkdir()
    first = approved(store, half)
    approval.amend(store, half, CHIEF, "bổ sung")
    second = approved(store, half)
    with pytest.raises(ExpectedError, match="không thiếu"):
        approval.take_back(store, half, stick, CLERK)
    kept = {one.hash: approval.printed(store, one.hash) for one in (first, second)}
    with store.transaction():
        store.execute(Approval.delete())
    assert [one.here for one in approval.standing(store, half).approvals] == [False, False]
    assert sum(approval.lacking(store).values()) == 2
    with pytest.raises(ExpectedError, match=r"Máy này không có tệp.*máy này, trước khi được khôi phục.*approval take"):
        writing.write(store, half, whole, by=CHIEF)
    assert not whole.exists()

    (stick / "khac.pdf").write_bytes(kept[second.hash] + b" ")
    (stick / "thu-muc.pdf").mkdir()
    for wrong in (stick, stick / "khac.pdf", stick / "thu-muc.pdf"):
        with pytest.raises(ExpectedError, match="không phải tệp đã duyệt"):
            approval.take_back(store, half, wrong, CLERK)
    with pytest.raises(ExpectedError, match="Không thấy"):
        approval.take_back(store, half, stick / "khong-co.pdf", CLERK)
    (stick / "BAO-CAO.PDF").write_bytes(kept[second.hash])
    (taken,) = approval.take_back(store, half, stick, CLERK)
    assert (taken.hash, taken.here) == (second.hash, True)
    writing.write(store, half, whole, by=CHIEF)
    assert whole.read_bytes() == kept[second.hash]
    (stick / "BAO-CAO.PDF").write_bytes(kept[first.hash])
    assert approval.take_back(store, half, stick / "BAO-CAO.PDF", CLERK)[0].hash == first.hash
    assert {one: approval.printed(store, one) for one in kept} == kept
    assert approval.lacking(store) == {}
    assert checking.check_all(store).ok


def test_a_report_approved_on_another_machine_is_drawn_again_where_its_code_shows_that_nothing_differs(
    store: Store, half: Period, tmp_path: Path
) -> None:
    last_year = store.save("education", education(event_to="2018-03-02"), USER)
    made = approved(store, half)
    code, word = f"{made.hash[:4]} {made.hash[4:8]} {made.hash[8:12]}", tmp_path / "a.docx"
    with store.transaction():
        store.execute(Approval.delete())
        store.execute(Device.update(own=0))
        store.execute(Enrolment.insert(device=made.device, office="HS00", office_name="Bộ CHQS", label="Máy phòng chính trị", public=b"",
                                       age="", status="approved", since="2019"))  # fmt: skip
    again = showing.draw(store, half, None)
    assert not again.draft
    assert "duyệt ở máy “Máy phòng chính trị”" in again.missing
    assert "đúng lời và số đã duyệt" in again.missing
    with pypdfium2.PdfDocument(again.pdf) as document:
        for page in document:  # never passed off as what was signed
            words = page.get_textpage().get_text_bounded().replace("\u00a0", " ")
            assert f"Bản lập lại trên máy khác, lời và số như báo cáo đã duyệt, mã báo cáo: {code}" in " ".join(words.split())
    writing.write(store, half, word)
    assert f"mã báo cáo: {code}".replace(" ", "") in "".join(
        node.text for node in docx.Document(str(word)).sections[0].footer.paragraphs
    ).replace("\u00a0", "").replace(" ", "")
    with pytest.raises(ExpectedError, match="Máy phòng chính trị"):
        writing.write_kept(store, half, made, tmp_path / "a.pdf", CHIEF)
    store.save("education", {**store.read(last_year)[1], "note": "sửa sau khi duyệt"}, USER)
    other = showing.draw(store, half, None)
    assert other.draft
    assert "không phải bản đã duyệt" in other.missing
    with pytest.raises(ExpectedError, match="Máy phòng chính trị"):
        writing.write_kept(store, half, made, tmp_path / "b.docx", CHIEF)
    with store.transaction():
        store.execute(Enrolment.delete())
    assert f"mã máy {made.device[:8]}" in showing.draw(store, half, None).missing


def test_prints_of_an_approved_report_are_noted_in_the_journal(store: Store, half: Period) -> None:
    made = approved(store, half)
    before = int(store.chain_end().partition(":")[0])
    approval.note_print(store, made, CHIEF)
    assert int(store.chain_end().partition(":")[0]) == before + 1


def test_the_kind_of_document_and_the_source_annex_that_were_chosen_are_part_of_what_is_approved(store: Store, half: Period) -> None:
    store.save("report", {"unit": HS, "period": half.code, "profile": "DANG_2018", "sources": True}, USER)
    samples.signable(store)
    office_uid = fixed_uid("office", "HS00")
    office_record = store.read(office_uid)[1]
    (term,) = office_record["terms"]
    party = term | {"profile": "DANG_2018", "sign_code": "SIG_DU_BT"}
    store.save("office", office_record | {"terms": [term, party]}, USER)
    words = text_of(approval.printed(store, approved(store, half).hash))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    assert "NGUỒN SỐ LIỆU CỦA BÁO CÁO" in words


def word_text(path: Path) -> str:
    return " ".join("".join(node.itertext()) for node in docx.Document(str(path)).element.body.iter(qn("w:p")))


def head_of(path: Path) -> list[str]:
    with load_workbook(str(path)) as book:
        return [str(book.get_sheet_by_name(name).to_python()[0][0]) for name in book.sheet_names]


def test_word_file_and_workbook_of_an_approved_report_say_what_was_approved_whatever_was_entered_since(
    store: Store, half: Period, tmp_path: Path
) -> None:
    last_year = store.save("education", education(event_to="2018-03-02"), USER)
    draft, word, book = tmp_path / "a.docx", tmp_path / "b.docx", tmp_path / "b.xlsx"
    writing.write(store, half, draft, now=NOW)
    writing.write(store, half, book, now=NOW)
    assert all(line.startswith("DỰ THẢO. Bản dự thảo, số liệu chưa chốt.") for line in head_of(book))
    assert "DỰ THẢO" in word_text(draft)
    made = approved(store, half)
    before = word_text(draft).replace("DỰ THẢO", "")
    audience = store.read(last_year)[1]["audiences"][0] | {"required": 9, "strength": 9, "present": 1}
    store.save("education", store.read(last_year)[1] | {"audiences": [audience]}, USER)
    store.save("unit", store.read(DV1)[1] | {"versions": [store.read(DV1)[1]["versions"][0] | {"name": "Tên đổi sau khi duyệt"}]}, USER)
    for path in (word, book):
        assert writing.write(store, half, path).warnings == ()
    assert word_text(word).split()[-200:] == before.split()[-200:]
    assert "DỰ THẢO" not in word_text(word)
    assert "Tên đổi sau khi duyệt" not in word_text(word)
    copied = f"Bản để sửa tiếp, lời và số như báo cáo đã duyệt, mã báo cáo: {made.hash[:4]}"
    assert all(line.startswith(copied) for line in head_of(book))
    assert copied in " ".join(node.text for node in docx.Document(str(word)).sections[0].footer.paragraphs)
    (asked,) = writing.write(store, half, word, exact=True).warnings
    assert "không theo lựa chọn khác" in asked
    approval.amend(store, half, CHIEF, "thiếu")
    writing.write(store, half, book, now=NOW)
    assert all(line.startswith("DỰ THẢO") for line in head_of(book))


def test_word_file_and_workbook_of_an_older_approval_say_what_was_approved_then(store: Store, half: Period, tmp_path: Path) -> None:
    first = approved(store, half)
    approval.amend(store, half, CHIEF, "thiếu")
    store.save("education", education(event_to="2019-04-02"), USER)
    second = approved(store, half)
    marks = {}
    for one in (first, second):
        for ending in ("xlsx", "docx"):
            assert writing.write_kept(store, half, one, path := tmp_path / f"{one.turn}.{ending}", CHIEF).warnings == ()
        marks[one.turn] = {line.partition("mã báo cáo: ")[2][:4] for line in head_of(tmp_path / f"{one.turn}.xlsx")}
        assert ("(Bổ sung lần 01)" in word_text(path)) == bool(one.turn)
    assert marks == {0: {first.hash[:4]}, 1: {second.hash[:4]}}
    with store.transaction():
        store.execute(Approval.update(frozen=b"").where(Approval.hash == first.hash))
    with pytest.raises(ExpectedError, match="chỉ còn tệp PDF"):
        writing.write_kept(store, half, first, tmp_path / "0.docx", CHIEF)


def test_what_was_frozen_is_read_back_whole_and_refused_when_it_is_not_what_the_journal_names(
    store: Store, half: Period, tmp_path: Path
) -> None:
    store.save("report", store.read(report_uid(store, half, None))[1] | {"sources": True}, USER)
    made = approved(store, half)
    report = frozen.report(store, half, made)
    assert report is not None
    row = store.execute(Approval.select(Approval.frozen).where(Approval.hash == made.hash).tuples()).fetchone()
    kept = json.loads(zlib.decompress(row[0]))["report"]
    assert json.loads(canonical(asdict(replace(report, footer="")))) == kept
    assert isinstance(report.body[0], Paragraph)
    assert any(isinstance(run, Number) for block in report.body if isinstance(block, Paragraph) for run in block.runs)
    with store.transaction():
        store.execute(Approval.update(frozen=b""))
    again = frozen.report(store, half, made)
    assert again is not None
    assert replace(again, made=None) == replace(report, made=None)  # the records it rested on are the same
    store.save("education", education(event_to="2018-03-02"), USER)
    assert frozen.report(store, half, made) is None
    written = writing.write(store, half, tmp_path / "a.xlsx", now=NOW)
    assert "Máy này không giữ lời và số của báo cáo đã duyệt: tệp vừa ghi là dự thảo" in written.notice
    assert all(line.startswith("DỰ THẢO") for line in head_of(tmp_path / "a.xlsx"))
    with store.transaction():
        store.execute(Approval.update(frozen=zlib.compress(canonical({"report": kept}))))
    with pytest.raises(ExpectedError, match="không còn như lúc duyệt"):
        frozen.report(store, half, made)


def test_a_summary_is_a_draft_until_the_report_is_approved_and_again_when_what_it_rests_on_changed(
    store: Store, half: Period, tmp_path: Path
) -> None:
    last_year = store.save("education", education(event_to="2018-03-02"), USER)
    path, word = tmp_path / "tom-tat.txt", tmp_path / "tom-tat.docx"

    def first_line() -> str:
        told = writing.write_summary(store, half, path, now=NOW).warnings
        return "; ".join((path.read_text("utf-8").splitlines()[0], *told))

    assert first_line() == "DỰ THẢO"
    made = approved(store, half)
    assert first_line() == "BỘ CHQS TỈNH HÀ SƠN"
    writing.write_summary(store, half, word, now=NOW)
    footer = " ".join(one.text for one in docx.Document(str(word)).sections[0].footer.paragraphs)
    assert f"Số liệu như báo cáo đã duyệt, mã báo cáo: {made.hash[:4]}" in footer
    store.save("education", {**store.read(last_year)[1], "note": "sửa sau khi duyệt"}, USER)
    assert first_line() == "DỰ THẢO; Bản tóm tắt là dự thảo: có bản ghi thay đổi sau khi báo cáo được duyệt."

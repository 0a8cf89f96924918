"""Submit, approve, lock, amend: what was signed stays, byte for byte, and what it rests on does not change unseen."""

from __future__ import annotations

import json
import random
import re
import zlib
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from python_calamine import load_workbook

from app import checking, importing, tabular, users
from app.office import Office
from app.periods import Period, period
from app.report import approval, arrangement, content, frozen, showing, signing, sound, writing
from app.report.document import Draft, Number, Paragraph
from app.unit_tree import report_uid
from db import faults
from db.errors import ExpectedError
from db.journal import now_text
from db.locks import APPROVE, CODE
from db.record import fixed_uid
from db.store import Refused, Store
from db.system import Approval
from db.text import canonical
from tests import samples
from tests.samples import DV1, HS, USER, education

NOW = datetime(2019, 6, 17, 14, 20)
CLERK, CHIEF = "thu", "chihuy"


@pytest.fixture
def opened(small: Office) -> Office:
    """An office with a session in 2019-H1, a clerk and a commander."""
    for user, role in ((CLERK, "clerk"), (CHIEF, "commander")):
        users.enter(small.store, user, f"Người {user}", [role], USER, now_text())
    small.store.save("education", education(), USER)
    samples.signable(small.store)
    return small


@pytest.fixture
def store(opened: Office) -> Store:
    return opened.store


@pytest.fixture
def half(store: Store) -> Period:
    return period(store, "2019-H1")


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def approved(store: Store, half: Period, by: str = CHIEF) -> approval.Approved:
    if by == CHIEF and approval.standing(store, half).stage == "draft":
        approval.submit(store, half, CLERK, NOW)
    return approval.approve(store, half, by, "KHONG", NOW, agreed=sound.EVERY_DOUBT)


def test_a_report_goes_from_draft_to_submitted_to_approved(store: Store, half: Period) -> None:
    assert approval.standing(store, half).stage == "draft"
    approval.submit(store, half, CLERK)
    assert (approval.standing(store, half).stage, approval.standing(store, half).by) == ("submitted", CLERK)
    made = approved(store, half)
    found = approval.standing(store, half)
    assert (found.stage, found.by, found.approvals) == ("approved", CHIEF, (made,))
    assert (made.turn, made.own) == (0, False)
    assert made.records >= 2


def test_nothing_is_approved_that_was_not_submitted_and_who_does_both_leaves_both_in_the_journal(store: Store, half: Period) -> None:
    before = (store.chain_end(), store.state_hash())
    with pytest.raises(ExpectedError, match="Báo cáo chưa được trình duyệt"):
        approval.approve(store, half, CHIEF, "KHONG", NOW, agreed=sound.EVERY_DOUBT)
    assert (store.chain_end(), store.state_hash()) == before
    assert approved(store, half, USER).own
    steps = store.audits(approval.SUBMIT, APPROVE, record=report_uid(store, half, None))
    assert [(entry.type, entry.head["u"]) for entry in steps] == [("submit", USER), ("approve", USER)]


def test_the_approved_file_carries_its_hash_on_every_page_and_no_draft_mark(store: Store, half: Period) -> None:
    made = approved(store, half)
    data = approval.printed(store, made.hash)
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            words = page.get_textpage().get_text_bounded().replace("\u00a0", " ")
            assert f"Mã báo cáo: {made.hash[:4]} {made.hash[4:8]} {made.hash[8:12]}" in words
    assert "DỰ THẢO" not in text_of(data)
    assert "bản dự thảo" not in text_of(data).lower()


def test_a_report_waits_until_every_warning_of_its_period_has_a_reason(store: Store, half: Period) -> None:
    low = education(event_from="2019-02-02", event_to="2019-02-02", audiences=[{**education()["audiences"][0], "present": 200}])
    uid = store.save("education", low, CLERK)
    for step in (lambda: approval.submit(store, half, CLERK), lambda: approval.approve(store, half, USER, "KHONG", NOW)):
        with pytest.raises(ExpectedError, match=r"chưa giải trình \(Giáo dục chính trị, pháp luật: 1\)"):
            step()
    record = store.read(uid)[1]
    store.save("education", record | {"warned": dict.fromkeys(record["warned"], "trực sẵn sàng chiến đấu")}, CLERK)
    approval.submit(store, half, CLERK)
    assert approval.standing(store, half).stage == "submitted"


def test_warnings_of_what_another_office_wrote_keep_no_report_from_being_signed(store: Store, half: Period) -> None:
    low = education(event_from="2019-02-02", event_to="2019-02-02", audiences=[{**education()["audiences"][0], "present": 200}])
    uid = store.save("education", low, CLERK)
    declared = store.types["education"]
    other = "00000000-0000-4000-8000-000000000000"
    store.execute(declared.update(device=other).where(declared.uid == uid))
    with pytest.raises(ExpectedError, match="chưa giải trình"):  # a second machine of our own office
        approval.submit(store, half, CLERK)
    store.elsewhere[other] = "DV09"
    approval.submit(store, half, CLERK)
    assert approval.standing(store, half).stage == "submitted"


def test_a_submitted_report_can_be_given_back_with_words(store: Store, half: Period) -> None:
    approval.submit(store, half, CLERK)
    with pytest.raises(ExpectedError, match="lý do"):
        approval.give_back(store, half, CHIEF, "  ")
    approval.give_back(store, half, CHIEF, "Thiếu  số liệu\nBình Khê")
    assert approval.standing(store, half).stage == "draft"
    assert approval.standing(store, half).reason == "Thiếu số liệu Bình Khê"


@pytest.mark.parametrize(
    ("secrecy", "words"),
    [(None, "Chưa chọn độ mật"), ("", "Chưa chọn độ mật"), ("KHAC", "Chưa chọn độ mật"), ("MAT", "không dùng cho tài liệu mật"),
     ("TOI_MAT", "không dùng cho tài liệu mật"), ("TUYET_MAT", "không dùng cho tài liệu mật")],
)  # fmt: skip
def test_secrecy_is_asked_and_secret_reports_are_refused_before_anything_is_written(
    store: Store, half: Period, secrecy: str | None, words: str
) -> None:
    before = (store.chain_end(), store.state_hash())
    with pytest.raises(ExpectedError, match=words):
        approval.approve(store, half, CHIEF, secrecy, NOW)
    assert (store.chain_end(), store.state_hash()) == before


@pytest.mark.parametrize("user", [CLERK, "khongco"])
def test_only_a_commander_approves_gives_back_and_amends(store: Store, half: Period, user: str) -> None:
    approval.submit(store, half, CLERK)
    before = store.chain_end()
    acts: list[Any] = [
        lambda: approval.approve(store, half, user, "KHONG", NOW),
        lambda: approval.give_back(store, half, user, "x"),
        lambda: approval.amend(store, half, user, "x"),
    ]
    for act in acts:
        with pytest.raises(ExpectedError):
            act()
    assert store.chain_end() == before


def test_each_step_is_refused_at_another_stage(store: Store, half: Period) -> None:
    with pytest.raises(ExpectedError, match="bước"):
        approval.amend(store, half, CHIEF, "x")
    with pytest.raises(ExpectedError, match="bước"):
        approval.give_back(store, half, CHIEF, "x")
    approved(store, half)
    for act in (lambda: approved(store, half), lambda: approval.submit(store, half, CLERK)):
        with pytest.raises(ExpectedError, match="bước"):
            act()


def test_an_approval_that_dies_half_way_leaves_nothing(store: Store, half: Period, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, /) -> None:
        if name == "approval kept":
            raise OSError(28, "đĩa đầy")

    before = (store.chain_end(), store.state_hash())
    monkeypatch.setattr(faults, "step", fail)
    with pytest.raises(ExpectedError):
        approved(store, half, USER)
    assert (store.chain_end(), store.state_hash()) == before
    assert approval.standing(store, half).stage == "draft"
    assert store.locked() == ()
    assert not store.execute(Approval.select(Approval.hash).tuples()).fetchall()


def test_a_report_with_a_place_that_could_not_be_filled_in_is_drafted_but_not_signed(store: Store, half: Period) -> None:
    words = [
        {"sentence": "GD.1", "text": "Đã học {EDU_TOPIC_N:n} chuyên đề, {EDU_OLD_N:n}.", "seen": ""},
        {"sentence": "KT.1", "text": "[Kiểm tra {sai} chỗ", "seen": ""},
    ]
    uid = store.save("report", {"unit": HS, "period": "2019-H1", "wordings": words}, USER)
    before = (store.chain_end(), store.state_hash())
    with pytest.raises(ExpectedError) as refused:
        approved(store, half)
    said = str(refused.value)
    assert "mục a) Giáo dục chính trị, pháp luật; mục 5. Công tác kiểm tra, giám sát và thi hành kỷ luật đảng" in said
    assert "{EDU_OLD_N:n}" in said
    assert "{sai}" in said
    assert "sửa lời" in said
    assert signing.facts(store, half, CHIEF).refusal == said
    assert (store.chain_end(), store.state_hash()) == before
    assert "(?{EDU_OLD_N:n}?)" in " ".join(block.text for block in content.build(store, half, None).body)
    store.save("report", store.read(uid)[1] | {"wordings": []}, USER)
    samples.signable(store)
    assert signing.facts(store, half, CHIEF).refusal == ""
    assert approved(store, half).turn == 0


def test_a_period_with_days_of_the_next_one_is_drafted_with_a_warning_and_not_signed(store: Store, half: Period) -> None:
    days = {"code": "2019-H1", "start": "2018-12-15", "end": "2019-06-30"}
    store.save("period", days, USER)
    half = period(store, "2019-H1")
    warning = "chồng lên kỳ 2019-H2 (15/06/2019 – 14/12/2019)"
    assert any(warning in words for words in content.build(store, half, None).warnings)
    with pytest.raises(ExpectedError, match=re.escape(warning)):
        approved(store, half)
    store.save("period", {"code": "2019-H2", "start": "2019-07-01", "end": "2019-12-14"}, USER)
    assert not any("chồng" in words for words in content.build(store, half, None).warnings)
    assert approved(store, half).turn == 0


def test_one_person_may_do_both_and_every_page_says_so(small: Office) -> None:
    half = period(small.store, "2019-H1")
    samples.signable(small.store)
    approval.submit(small.store, half, USER)
    made = approved(small.store, half, USER)
    assert made.own
    data = approval.printed(small.store, made.hash)
    with pypdfium2.PdfDocument(data) as document:
        assert all("Người duyệt cũng là người lập" in page.get_textpage().get_text_bounded() for page in document)


# -- the lock ------------------------------------------------------------------------------------------------------------------


def test_records_of_an_approved_period_do_not_change_by_any_way(store: Store, half: Period, tmp_path: Path) -> None:
    uid = store.save("education", education(event_from="2019-03-04", event_to="2019-03-04"), USER)
    outside = store.save("education", education(event_from="2019-09-04", event_to="2019-09-04"), USER)
    approved(store, half)
    _, kept = store.read(uid)
    _, other = store.read(outside)
    kept_version = store.versions(uid)[0]
    before = (store.chain_end(), store.state_hash())
    ways: list[Any] = [
        lambda: store.save("education", kept | {"note": "khác"}, USER),
        lambda: store.save("education", kept | {"event_from": "2019-09-01", "event_to": "2019-09-01"}, USER),  # out of the period
        lambda: store.save("education", other | {"event_from": "2019-03-04", "event_to": "2019-03-04"}, USER),  # into it
        lambda: store.save("education", other | {"moved_to": "2019-H1"}, USER),
        lambda: store.save("education", education(event_from="2019-02-04", event_to="2019-02-04"), USER),
        lambda: store.cancel(uid, "nhầm", USER),
        lambda: store.restore(uid, kept_version.device, kept_version.seq, USER),
        lambda: store.save("period", {"code": "2019-H1", "start": "2018-12-01", "end": "2019-06-20"}, USER),
    ]
    for way in ways:
        with pytest.raises(Refused, match="đã chốt") as refused:
            way()
        assert CODE in [problem.code for problem in refused.value.problems]
    assert (store.chain_end(), store.state_hash()) == before
    store.save("education", other | {"note": "kỳ sau vẫn sửa được"}, USER)


def test_an_import_into_an_approved_period_refuses_those_rows_only(store: Store, half: Period, tmp_path: Path) -> None:
    approved(store, half)
    rows = [education(event_from=day, event_to=day) for day in ("2019-04-02", "2019-10-02")]
    path = tmp_path / "buoi.xlsx"
    declared = store.types["education"]
    records = [row | {"uid": None, "state": "entered"} for row in rows]
    tabular.write(path, tabular.tables_of(declared, records, store.names, flat=False, with_names=False))
    preview = importing.preview(store, declared, path)
    assert len(preview.refused) == 1
    assert "đã chốt" in str(preview.refused[0])


def test_an_amendment_opens_the_period_and_stands_beside_the_original(store: Store, half: Period) -> None:
    uid = store.save("education", education(event_from="2019-03-04", event_to="2019-03-04"), USER)
    first = approved(store, half)
    original = approval.printed(store, first.hash)
    with pytest.raises(ExpectedError, match="lý do"):
        approval.amend(store, half, CHIEF, " ")
    approval.amend(store, half, CHIEF, "Bổ sung quân số")
    assert approval.standing(store, half).turn == 1
    _, record = store.read(uid)
    store.save("education", record | {"note": "bổ sung"}, USER)
    second = approved(store, half)
    assert [one.turn for one in approval.standing(store, half).approvals] == [0, 1]
    assert second.hash != first.hash
    assert "(Bổ sung lần 01)" in text_of(approval.printed(store, second.hash))
    assert approval.printed(store, first.hash) == original
    with pytest.raises(Refused, match="đã chốt"):
        store.cancel(uid, "nhầm", USER)


def test_the_draft_of_an_amendment_says_that_it_is_one_and_bears_nothing_of_the_paper_that_was_signed(store: Store, half: Period) -> None:
    written = {"number": "126", "dated": "2019-06-18", "draft_no": 2, "secrecy": "LUU_HANH_NOI_BO"}
    store.save("report", store.read(report_uid(store, half, None))[1] | written, USER)
    approval.submit(store, half, CLERK, NOW)
    first = approval.approve(store, half, CHIEF, "LUU_HANH_NOI_BO", NOW, agreed=sound.EVERY_DOUBT)
    assert "LƯU HÀNH NỘI BỘ" in text_of(approval.printed(store, first.hash))
    approval.amend(store, half, CHIEF, "Bổ sung quân số")
    draft = content.build(store, half)
    assert draft.letterhead.subject[-1] == "(Bổ sung lần 01)"
    assert (draft.letterhead.circulation, draft.draft) == ("", Draft(""))
    assert "126" not in draft.letterhead.number
    kept = store.read(report_uid(store, half, None))[1]
    assert [kept[name] for name in written] == [None] * 4
    assert kept["contents"], "what people wrote stays"
    second = approved(store, half)
    assert "LƯU HÀNH NỘI BỘ" not in text_of(approval.printed(store, second.hash))


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
    with pytest.raises(ExpectedError, match=r"Máy này không có tệp.*approval take"):
        writing.write(store, half, whole, by=CHIEF)
    assert not whole.exists()
    assert showing.draw(store, half, None).draft  # never passed off as what was signed

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


def test_the_versions_of_all_that_a_report_rests_on_are_frozen_last_years_and_next_years_too(store: Store, half: Period) -> None:
    """What annexes compare with, what is planned ahead, names: with the version that was printed, whatever is written later."""
    last_year = store.save("education", education(event_to="2018-03-02"), USER)
    between = store.save("education", education(event_to="2018-08-02"), USER)
    task = {"content": "Giữ nghiêm nền nếp"}
    ahead = store.save("task", {"unit": HS, "event_from": "2019-06-15", "event_to": "2019-12-14", "tasks": [task]}, USER)
    made = approved(store, half)
    row = store.execute(Approval.select(Approval.frozen).where(Approval.hash == made.hash).tuples()).fetchone()
    frozen = {uid: (device, seq) for uid, device, seq in json.loads(zlib.decompress(row[0]))["records"]}
    assert len(frozen) == made.records
    for uid in (last_year, ahead, HS):
        newest = store.versions(uid)[-1]
        assert frozen[uid] == (newest.device, newest.seq)
    assert between not in frozen
    store.save("education", {**store.read(last_year)[1], "note": "sửa sau khi duyệt"}, USER)
    assert frozen[last_year] != (store.versions(last_year)[-1].device, store.versions(last_year)[-1].seq)


# -- what is missing, and what is asked ------------------------------------------------------------------------------------------


def test_a_report_that_lacks_what_every_report_has_is_drafted_but_neither_submitted_nor_approved(small: Office) -> None:
    store, half = small.store, period(small.store, "2019-H1")
    before = (store.chain_end(), store.state_hash())
    for act in (lambda: approval.submit(store, half, USER, NOW), lambda: approved(store, half, USER)):
        with pytest.raises(ExpectedError) as refused:
            act()
        assert str(refused.value).startswith("Báo cáo còn thiếu: mục “Hạn chế”; “Địa danh”; “Người ký”.")
    assert signing.facts(store, half, USER).refusal == str(refused.value)
    assert (store.chain_end(), store.state_hash()) == before
    assert content.build(store, half, None).body, "the draft prints whatever there is"
    samples.signable(store)
    assert signing.facts(store, half, USER).refusal == ""


def test_an_outline_without_sections_and_one_without_its_needed_section_are_not_signed(store: Store, half: Period) -> None:
    uid = report_uid(store, half, None)
    kept = store.read(uid)[1]
    whole = arrangement.default()
    for gone, words in (
        ([spot.key for spot in whole.spots if spot.depth == 0], "mọi mục (đề cương không còn mục nào)"),
        (["1.III"], "mục “Hạn chế” (đề cương bỏ mục này)"),
    ):
        outline = whole
        for key in gone:
            outline = outline.toggle(key)
        store.save("report", kept | {"outline": outline.lines()}, USER)
        with pytest.raises(ExpectedError, match=re.escape(f"Báo cáo còn thiếu: {words}.")):
            approved(store, half)


def test_a_kind_of_document_whose_letterhead_nobody_declared_is_not_signed(store: Store, half: Period) -> None:
    store.save("report", store.read(report_uid(store, half, None))[1] | {"profile": "DANG_2018"}, USER)
    with pytest.raises(ExpectedError, match="“Cơ quan ban hành”; “Mã chữ ký”; “Người ký”"):
        approved(store, half)


def test_what_is_odd_but_may_be_meant_is_asked_and_nothing_is_written_before_it_is_agreed_to(small: Office) -> None:
    store, half = small.store, period(small.store, "2019-H1")
    samples.signable(store)
    store.save("report", store.read(report_uid(store, half, None))[1] | {"dated": "2019-06-10"}, USER)
    early = datetime(2019, 6, 14, 16, 0)
    told = approval.submit(store, half, USER, early)
    assert [doubt.code for doubt in told] == ["early", "dated", "no-records", "empty"]
    before = (store.chain_end(), store.state_hash())
    with pytest.raises(ExpectedError) as asked:
        approval.approve(store, half, USER, "KHONG", early, agreed=("dated", "empty"))
    assert str(asked.value) == (
        "Kỳ này đến hết ngày 14/06/2019 mới kết thúc, số liệu còn có thể thay đổi. Kỳ này chưa có bản ghi nào: báo cáo không có số liệu. "
        "Nếu vẫn duyệt, hãy xác nhận là đã xem (lệnh: thêm --yes)."
    )
    assert (store.chain_end(), store.state_hash()) == before
    assert approval.approve(store, half, USER, "KHONG", early, agreed=[doubt.code for doubt in told]).turn == 0


# -- files beside the signed one -----------------------------------------------------------------------------------------------


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
            assert writing.write_kept(store, one, path := tmp_path / f"{one.turn}.{ending}", CHIEF).warnings == ()
        marks[one.turn] = {line.partition("mã báo cáo: ")[2][:4] for line in head_of(tmp_path / f"{one.turn}.xlsx")}
        assert ("(Bổ sung lần 01)" in word_text(path)) == bool(one.turn)
    assert marks == {0: {first.hash[:4]}, 1: {second.hash[:4]}}
    with store.transaction():
        store.execute(Approval.update(frozen=b"").where(Approval.hash == first.hash))
    with pytest.raises(ExpectedError, match="chỉ còn tệp PDF"):
        writing.write_kept(store, first, tmp_path / "0.docx", CHIEF)


def test_an_approval_that_does_not_say_what_it_approved_approves_and_locks_nothing(store: Store, half: Period) -> None:
    uid = report_uid(store, half, None)
    with store.transaction():
        store.audit(APPROVE, {"period": half.code}, USER, record=uid)
    assert (approval.standing(store, half).stage, approval.lacking(store), store.locked()) == ("draft", {}, ())
    assert approved(store, half).turn == 0
    with store.transaction():
        store.audit(APPROVE, {"period": half.code, "start": half.start, "end": half.end, "hash": 7}, USER, record=uid)
    assert approval.standing(store, half).stage == "approved"
    assert [span.code for span in store.locked()] == [half.code]


def test_what_was_frozen_is_read_back_whole_and_refused_when_it_is_not_what_the_journal_names(
    store: Store, half: Period, tmp_path: Path
) -> None:
    store.save("report", store.read(report_uid(store, half, None))[1] | {"sources": True}, USER)
    made = approved(store, half)
    report = frozen.report(store, made)
    assert report is not None
    row = store.execute(Approval.select(Approval.frozen).where(Approval.hash == made.hash).tuples()).fetchone()
    kept = json.loads(zlib.decompress(row[0]))["report"]
    assert json.loads(canonical(asdict(replace(report, footer="")))) == kept
    assert isinstance(report.body[0], Paragraph)
    assert any(isinstance(run, Number) for block in report.body if isinstance(block, Paragraph) for run in block.runs)
    with store.transaction():
        store.execute(Approval.update(frozen=b""))
    assert frozen.report(store, made) is None
    written = writing.write(store, half, tmp_path / "a.xlsx", now=NOW)
    assert "Máy này chỉ còn tệp PDF của báo cáo đã duyệt: tệp vừa ghi là dự thảo" in written.notice
    assert all(line.startswith("DỰ THẢO") for line in head_of(tmp_path / "a.xlsx"))
    with store.transaction():
        store.execute(Approval.update(frozen=zlib.compress(canonical({"report": kept}))))
    with pytest.raises(ExpectedError, match="không còn như lúc duyệt"):
        frozen.report(store, made)


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

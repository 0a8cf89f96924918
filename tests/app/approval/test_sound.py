"""What is missing keeps a report from being signed; what is odd but may be meant is asked."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from app.office import Office
from app.periods import Period, period
from app.report import approval, arrangement, content, signing
from app.unit_tree import report_uid
from db.errors import ExpectedError
from db.store import Store
from tests import samples
from tests.app.approval.kit import CHIEF, CLERK, NOW, approved
from tests.samples import HS, USER, education


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

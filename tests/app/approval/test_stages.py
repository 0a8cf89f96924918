"""A report goes from draft to submitted to approved, by whom it may, and to an amendment; a step that fails leaves nothing."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from app.office import Office
from app.periods import Period, period
from app.report import approval, content, sound
from app.report.document import Draft
from app.unit_tree import report_uid
from db import faults
from db.errors import ExpectedError
from db.locks import APPROVE
from db.store import Refused, Store
from db.system import Approval
from tests import samples
from tests.app.approval.kit import CHIEF, CLERK, NOW, approved, text_of
from tests.samples import USER, education


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


def test_one_person_may_do_both_and_every_page_says_so(small: Office) -> None:
    half = period(small.store, "2019-H1")
    samples.signable(small.store)
    approval.submit(small.store, half, USER)
    made = approved(small.store, half, USER)
    assert made.own
    data = approval.printed(small.store, made.hash)
    with pypdfium2.PdfDocument(data) as document:
        assert all("Người duyệt cũng là người lập" in page.get_textpage().get_text_bounded() for page in document)


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

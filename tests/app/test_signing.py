"""What comes next with a report, for whom, and what approving it would freeze."""

from __future__ import annotations

from datetime import datetime

import pytest

from app import users
from app.entry import Cell, Entry
from app.office import Office
from app.periods import Period, period
from app.report import approval, signing, sound
from app.report.editing import Writing
from db.journal import now_text
from db.store import Store
from tests.samples import USER, education, signable

NOW = datetime(2019, 6, 17, 14, 20)
PEOPLE = {"clerk": "thu", "commander": "chihuy", "administrator": "quantri"}


@pytest.fixture
def store(small: Office) -> Store:
    for role, user in PEOPLE.items():
        users.enter(small.store, user, f"Người {user}", [role], USER, now_text())
    small.store.save("education", education(), USER)
    signable(small.store)
    return small.store


@pytest.fixture
def half(store: Store) -> Period:
    return period(store, "2019-H1")


def next_of(store: Store, half: Period, role: str) -> list[tuple[str, bool]]:
    user = PEOPLE.get(role, USER)
    return [(step.act, not step.refusal) for step in signing.steps(store, approval.standing(store, half), user)]


def test_every_stage_offers_each_role_its_own_next_step_and_refuses_the_others_with_words(store: Store, half: Period) -> None:
    told: dict[str, dict[str, list[tuple[str, bool]]]] = {}
    roles = (*PEOPLE, "all")
    told["draft"] = {role: next_of(store, half, role) for role in roles}
    approval.submit(store, half, PEOPLE["clerk"])
    told["submitted"] = {role: next_of(store, half, role) for role in roles}
    approval.approve(store, half, PEOPLE["commander"], "KHONG", NOW, agreed=sound.EVERY_DOUBT)
    told["approved"] = {role: next_of(store, half, role) for role in roles}
    both, never, amend = [("approve", True), ("return", True)], [("approve", False)], [("amend", False)]
    submit, approve = [("submit", True)], [("approve", True)]
    assert told == {
        "draft": {"clerk": submit, "commander": submit, "administrator": [("submit", False)], "all": approve},
        "submitted": {"clerk": never, "commander": both, "administrator": never, "all": both},
        "approved": {"clerk": amend, "commander": [("amend", True)], "administrator": amend, "all": [("amend", True)]},
    }
    (refused,) = signing.steps(store, approval.standing(store, half), PEOPLE["clerk"])
    assert "chỉ huy" in refused.refusal


def test_the_stage_is_said_with_the_number_of_its_amendment(store: Store, half: Period) -> None:
    said = []
    for act in (
        lambda: None,
        lambda: approval.submit(store, half, USER),
        lambda: approval.approve(store, half, USER, "KHONG", NOW, agreed=sound.EVERY_DOUBT),
        lambda: approval.amend(store, half, USER, "x"),
        lambda: approval.submit(store, half, USER),
        lambda: approval.approve(store, half, USER, "KHONG", NOW, agreed=sound.EVERY_DOUBT),
    ):
        act()
        said.append(str(signing.name(approval.standing(store, half))))
    assert said == [
        "Bản dự thảo", "Đang trình duyệt", "Đã duyệt và chốt",
        "Bổ sung lần 01", "Bổ sung lần 01 · đang trình duyệt", "Bổ sung lần 01 · đã duyệt và chốt",
    ]  # fmt: skip


def test_the_facts_are_those_of_the_period_and_the_count_is_the_one_that_is_frozen(store: Store, half: Period) -> None:
    twin = store.save("education", education(), USER)
    assert store.read(twin)[1].get("warned"), "a twin is warned of"
    store.save("education", education(event_from="2019-09-04", event_to="2019-09-04"), USER)
    for day in ("05/03/2019", "05/09/2019", ""):
        entry = Entry(store, store.types["education"])
        entry.cells["event_to"], entry.cells["note"] = Cell(day), Cell("nửa chừng")
        entry.save_draft(USER)
    text = Writing(store, half, None, USER)
    text.set_text("1.I.1", "chưa lưu")
    text.keep()
    found = signing.facts(store, half, USER)
    assert (found.drafts, found.open, found.own) == ({"education": 1, "report": 1}, {"education": 1}, True)
    assert [str(one) for one in found.missing][:2] == ["Số", "Ngày ký"]
    assert "còn cảnh báo chưa giải trình" in found.refusal
    record = store.read(twin)[1]
    store.save("education", record | {"warned": dict.fromkeys(record["warned"], "hai buổi khác nhau")}, USER)
    made = approval.approve(store, half, USER, "KHONG", NOW, agreed=sound.EVERY_DOUBT)
    assert made.records == found.records


def test_what_is_filled_in_is_not_missing_and_who_did_not_write_does_not_approve_own_work(store: Store, half: Period) -> None:
    text = Writing(store, half, None, USER)
    for name, words in (("number", "126"), ("dated", "18/06/2019"), ("sign_code", "SIG_CU"), ("signer_name", "Trần Văn B")):
        text.set_cell(name, text.entry.typed_cell(text.entry.declared.questions()[name], words))
    text.save()
    assert signing.facts(store, half, USER).own, "one person does both"
    approval.submit(store, half, PEOPLE["clerk"])
    found = signing.facts(store, half, PEOPLE["commander"])
    assert (found.missing, found.own) == ((), False)


def test_secrecy_has_three_answers_and_the_last_is_refused_with_words() -> None:
    assert [str(words) for _code, words in signing.secrecies()] == ["Không", "Lưu hành nội bộ", "Mật trở lên"]
    assert ["không dùng cho tài liệu mật" in signing.refusal_of(code) for code, _words in signing.secrecies()] == [False, False, True]

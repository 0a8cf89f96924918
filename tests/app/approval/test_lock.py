"""What an approved report rests on does not change unseen, by any way in."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from app import importing, tabular
from app.periods import Period
from app.report import approval
from app.unit_tree import report_uid
from db.locks import APPROVE, CODE
from db.store import Refused, Store
from db.system import Approval
from tests.app.approval.kit import approved
from tests.samples import HS, USER, education


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

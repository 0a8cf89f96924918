"""The store and its journal: what is saved stays, what is tampered with is found, what is undone is as before."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app import office
from app.checking import check_all, rebuild
from app.office import Office
from db import crosschecks, fold, journal, search_index
from db.errors import ExpectedError
from db.record import fixed_uid, uuid7
from db.store import Refused
from db.system import Journal
from tests import samples
from tests.samples import DV1, DV2, USER


def open_warnings(small: Office, uid: str) -> list[str]:
    record = small.store.read(uid)[1]
    return [key for key, reason in record.get("warned", {}).items() if not reason]


# -- saving ------------------------------------------------------------------------------------------------------------------


def test_a_save_is_one_entry_that_names_the_version_it_starts_from(small: Office) -> None:
    uid = small.store.save("education", samples.education(), USER)
    record = small.store.read(uid)[1]
    small.store.save("education", {**record, "place": "Hội trường"}, USER)
    first, second = small.store.versions(uid)
    assert first.head["b"] == []
    assert second.head["b"] == [[first.device, first.seq]]
    assert second.lc > first.lc
    assert second.seq == first.seq + 1


def test_a_refused_save_writes_nothing_and_names_every_error(small: Office) -> None:
    before, end = small.store.state_hash(), small.store.chain_end()
    wrong = samples.education(audiences=[{"audience": "SQ", "strength": 5, "excused": 6, "required": 7, "present": 9}])
    with pytest.raises(Refused) as refused:
        small.store.save("education", wrong, USER)
    assert {problem.code for problem in refused.value.problems} == {"E1", "E2"}
    assert small.store.state_hash() == before
    assert small.store.chain_end() == end


def test_where_one_of_two_answers_is_wanting_both_ways_are_named(small: Office) -> None:
    with pytest.raises(Refused) as refused:
        small.store.save("education", samples.education(form="SINH_HOAT", topic=None), USER)
    assert [(one.where, one.message) for one in refused.value.problems] == [("topic_free", "Chưa có chuyên đề hoặc nội dung khác.")]
    with pytest.raises(Refused) as refused:
        small.store.save("education", samples.education(topic=None), USER)
    assert [(one.where, one.message) for one in refused.value.problems] == [("topic", "Chưa có “Chuyên đề”.")]


def test_warnings_stay_open_until_a_reason_is_given_and_the_reason_stays(small: Office) -> None:
    low = samples.education(audiences=[{"audience": "DQ_CD", "strength": 100, "required": 100, "present": 80}])
    uid = small.store.save("education", low, USER)
    assert open_warnings(small, uid) == ["E7@audiences[0].present"]
    record = small.store.read(uid)[1]
    small.store.save("education", record, USER, {"E7@audiences[0].present": "Mưa lũ"})
    assert open_warnings(small, uid) == []
    small.store.save("education", {**small.store.read(uid)[1], "place": "Xã"}, USER)
    assert open_warnings(small, uid) == []


def test_a_repeated_session_is_warned_and_names_the_other(small: Office) -> None:
    small.store.save("education", samples.education(), USER)
    uid = small.store.save("education", samples.education(), USER)
    assert open_warnings(small, uid) == ["E8@audiences"]
    other_unit = small.store.save("education", samples.education(unit=DV2), USER)
    other_day = small.store.save("education", samples.education(event_to="2019-01-03"), USER)
    assert open_warnings(small, other_unit) == open_warnings(small, other_day) == []


def test_a_cancelled_session_is_no_twin(small: Office) -> None:
    small.store.cancel(small.store.save("education", samples.education(), USER), "nhầm", USER)
    assert open_warnings(small, small.store.save("education", samples.education(), USER)) == []


def test_the_same_person_is_not_paid_twice_under_one_decision(small: Office) -> None:
    person = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    paid = samples.care(
        kind="CHI_TRA_1L", norm=None, served=[{"category": "QD49", "persons": 1}],
        listed=[{"person": person, "category": "QD49", "amount": 2_000_000}], funding=[{"source": "NSNN", "amount": 2_000_000}],
    )  # fmt: skip
    small.store.save("care", paid, USER)
    with pytest.raises(Refused, match="đã được chi trả"):
        small.store.save("care", {**paid, "event_to": "2019-05-01"}, USER)
    small.store.save("care", {**paid, "served": [{"category": "QD62", "persons": 1}],
                              "listed": [{"person": person, "category": "QD62", "amount": 2_500_000}],
                              "funding": [{"source": "NSNN", "amount": 2_500_000}]}, USER)  # fmt: skip


def test_the_same_code_on_two_machines_is_one_record(small: Office) -> None:
    uid = small.store.save("unit", {"code": "dv01 ", "versions": [{"name": "Tên mới"}]}, USER)
    assert uid == DV1 == fixed_uid("unit", "DV01")
    assert len(small.store.versions(DV1)) == 2


def test_moving_to_another_period_counts_on_its_last_day(small: Office) -> None:
    uid = small.store.save("education", samples.education(event_to="2019-06-20", moved_to="2019-H1", moved_why="báo muộn"), USER)
    record = small.store.read(uid)[1]
    assert record["moved_on"] == "2019-06-14"
    with pytest.raises(Refused):
        small.store.save("education", samples.education(moved_to="2019-H1"), USER)
    with pytest.raises(Refused):
        small.store.save("education", samples.education(moved_to="năm nay", moved_why="x"), USER)


def test_text_in_pieces_is_stored_composed(small: Office) -> None:
    pieces = unicodedata.normalize("NFD", "Hội trường Đông Giang")
    uid = small.store.save("education", samples.education(place=pieces), USER)
    assert small.store.read(uid)[1]["place"] == "Hội trường Đông Giang"


def test_a_record_over_the_limits_is_refused_with_words(small: Office) -> None:
    with pytest.raises(Refused, match="nhiều nhất 2000"):
        small.store.save("care", samples.care(served=[{"category": "CCB", "persons": 1}] * 2_001), USER)
    with pytest.raises(ExpectedError):
        small.store.save("education", samples.education(note="x" * 20_001), USER)


def test_the_largest_note_is_kept_whole(small: Office) -> None:
    note = "Ghi chú dài. " * 1_538
    uid = small.store.save("education", samples.education(note=note[:20_000]), USER)
    assert len(small.store.read(uid)[1]["note"]) == len(note[:20_000])


# -- versions ----------------------------------------------------------------------------------------------------------------


def test_cancel_needs_a_reason_and_restore_brings_the_old_version_back(small: Office) -> None:
    uid = small.store.save("education", samples.education(), USER)
    first = small.store.versions(uid)[0]
    with pytest.raises(Refused, match="Lý do hủy"):
        small.store.cancel(uid, "  ", USER)
    small.store.cancel(uid, "nhập trùng", USER)
    assert small.store.read(uid)[1]["state"] == "cancelled"
    small.store.restore(uid, first.device, first.seq, USER)
    assert small.store.read(uid)[1] == small.store.read(uid)[1] | {"state": "entered", "cancel_reason": None}
    assert len(small.store.versions(uid)) == 3


def test_a_tail_of_six_names_one_record_only(small: Office) -> None:
    uid = small.store.save("education", samples.education(), USER)
    assert small.store.find_uid(uid[-8:]) == uid
    for hopeless in ("12345", "%%%%%%", "______", "zzzzzz", "' OR 1=1 --"):
        with pytest.raises(ExpectedError):
            small.store.find_uid(hopeless)


def test_newer_uids_sort_after_older_ones() -> None:
    made = [uuid7() for _ in range(2_000)]
    assert len(set(made)) == 2_000
    assert [uid[:13] for uid in made] == sorted(uid[:13] for uid in made)


# -- private answers ---------------------------------------------------------------------------------------------------------


def test_private_answers_stand_apart_and_are_erased_for_good(small: Office) -> None:
    uid = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    small.store.save("beneficiary", {**small.store.read(uid)[1], "commune": "Xuân Mai"}, USER)
    for entry in small.store.versions(uid):
        assert "Nguyễn".encode() not in entry.body
        assert entry.private is not None
    assert small.store.erase(uid, "theo đơn của gia đình", USER) == 2
    assert all(entry.private is None for entry in small.store.versions(uid))
    record = small.store.read(uid)[1]
    assert record["name"] is None
    assert record["commune"] == "Xuân Mai"
    assert check_all(small.store).ok
    before = small.store.state_hash()
    small.store.rebuild()
    assert small.store.state_hash() == before
    with pytest.raises(ExpectedError, match="lý do"):
        small.store.erase(uid, " ", USER)


def test_equal_private_answers_leave_different_hashes(small: Office) -> None:
    one = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    two = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    assert small.store.versions(one)[0].head["ph"] != small.store.versions(two)[0].head["ph"]


# -- the chain ---------------------------------------------------------------------------------------------------------------


def _change_body(small: Office, seq: int) -> None:
    row = small.database.execute_sql("SELECT body FROM journal WHERE seq = ?", (seq,)).fetchone()[0]
    small.database.execute_sql("UPDATE journal SET body = ? WHERE seq = ?", (bytes(row).replace(b"409", b"408"), seq))


def _change_header(small: Office, seq: int) -> None:
    header = json.loads(small.database.execute_sql("SELECT header FROM journal WHERE seq = ?", (seq,)).fetchone()[0])
    text = json.dumps({**header, "u": "khác"}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    small.database.execute_sql("UPDATE journal SET header = ? WHERE seq = ?", (text, seq))


def _garbage_header(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET header = x'ff00' WHERE seq = ?", (seq,))


def _remove(small: Office, seq: int) -> None:
    small.database.execute_sql("DELETE FROM journal WHERE seq = ?", (seq,))


def _remove_last(small: Office, seq: int) -> None:
    small.database.execute_sql("DELETE FROM journal WHERE seq = (SELECT MAX(seq) FROM journal)")


def _swap(small: Office, seq: int) -> None:
    for old, new in ((seq, 10_000), (seq + 1, seq), (10_000, seq + 1)):
        small.database.execute_sql("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))


def _column(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET import_id = 'x' WHERE seq = ?", (seq,))


def _private(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET private = x'7b7d' WHERE private IS NOT NULL")


def _take_private(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET private = NULL WHERE private IS NOT NULL")


def _text_body(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET body = replace(CAST(body AS TEXT), '409', '408') WHERE seq = ?", (seq,))


def _broken_body(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET body = x'7b' WHERE seq = ?", (seq,))


def _list_header(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET header = CAST('[]' AS BLOB) WHERE seq = ?", (seq,))


def _empty_header(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET header = CAST('{}' AS BLOB) WHERE seq = ?", (seq,))


def _text_number(small: Office, seq: int) -> None:
    small.database.execute_sql("UPDATE journal SET lc = 'x' WHERE seq = ?", (seq,))


TAMPERS = (
    _change_body, _change_header, _garbage_header, _remove, _remove_last, _swap, _column, _private, _take_private, _text_body,
    _broken_body, _list_header, _empty_header, _text_number,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERS)
def test_any_entry_altered_removed_or_swapped_is_found(small: Office, tamper: Callable[[Office, int], None]) -> None:
    small.store.save("beneficiary", samples.SAMPLES["beneficiary"], USER)
    uid = small.store.save("education", samples.education(), USER)
    small.store.save("education", samples.education(unit=DV2), USER)
    assert check_all(small.store).ok
    tamper(small, small.store.versions(uid)[0].seq)
    result = check_all(small.store)
    assert not result.ok
    assert result.problems[0].endswith(".")
    assert "rebuild" not in " ".join(result.problems)
    before = small.store.state_hash()
    with pytest.raises(ExpectedError, match="Chưa dựng lại gì"):  # else what was altered would be in the tables too
        rebuild(small.store)
    assert small.store.state_hash() == before
    with contextlib.suppress(ExpectedError):  # in words, or as far as it can be read
        small.store.read(uid)


def test_every_entry_of_a_chain_is_watched(small: Office) -> None:
    total = small.database.execute_sql("SELECT MAX(seq) FROM journal").fetchone()[0]
    for seq in range(1, total + 1):
        with small.database.atomic() as change:
            small.database.execute_sql("UPDATE journal SET hash = zeroblob(32) WHERE seq = ?", (seq,))
            device = small.store.device
            found = list(journal.verify(journal.first_hash(device.id, device.public), small.store.entries(Journal.device == device.id)))
            assert found, seq
            change.rollback()


# -- the file ----------------------------------------------------------------------------------------------------------------


def test_the_state_is_the_same_after_closing_and_opening(small: Office, tmp_path: Path) -> None:
    small.store.save("care", samples.care(), USER)
    before = small.store.state_hash()
    small.close()
    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as again:
        assert again.store.state_hash() == before


def test_a_changed_declaration_is_folded_anew_when_the_office_opens(small: Office, tmp_path: Path) -> None:
    small.store.save("care", samples.care(), USER)
    before = small.store.state_hash()
    small.database.execute_sql("UPDATE meta SET value = 'old' WHERE key = 'fold:care'")
    small.database.execute_sql("DELETE FROM care_funding")
    small.close()
    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as again:
        assert again.store.state_hash() == before


def test_a_record_is_found_by_a_question_that_is_searched_since_the_office_was_made(
    small: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    care = small.store.types["care"]

    def declare(search: bool) -> None:
        monkeypatch.setattr(care.questions()["place"], "search", search)
        care.searched.cache_clear()
        fold.digest.cache_clear()

    declare(search=False)
    small.store.save("care", samples.care(place="Đồi Mây"), USER)
    small.store.rebuild()
    assert not search_index.search(small.database, "care", "doi may")
    small.close()
    declare(search=True)
    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as again:
        assert len(search_index.search(again.database, "care", "doi may")) == 1
    monkeypatch.undo()
    care.searched.cache_clear()
    fold.digest.cache_clear()


def test_a_failing_write_leaves_everything_as_it_was(small: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    small.store.save("education", samples.education(), USER)
    before, journaled = small.store.state_hash(), small.store.chain_end()
    small.database.execute_sql("CREATE TRIGGER broken BEFORE INSERT ON education_audiences BEGIN SELECT RAISE(ABORT, 'đĩa hỏng'); END")
    with pytest.raises(Exception, match="đĩa hỏng"):
        small.store.save("education", samples.education(unit=DV2), USER)
    small.database.execute_sql("DROP TRIGGER broken")
    assert small.store.state_hash() == before
    assert small.store.chain_end() == journaled
    small.store.save("education", samples.education(unit=DV2), USER)
    assert check_all(small.store).ok


def test_two_threads_saving_never_lose_or_fork(small: Office) -> None:
    failed: list[BaseException] = []

    def work(unit: str) -> None:
        try:
            for day in range(1, 21):
                small.store.save("education", samples.education(unit=unit, event_to=f"2019-03-{day:02}"), USER)
        except BaseException as error:
            failed.append(error)
        finally:
            small.database.close()

    threads = [threading.Thread(target=work, args=(unit,)) for unit in (DV1, DV2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert check_all(small.store).ok
    assert small.store.count(small.store.types["education"]) == 40


def test_search_words_never_reach_sql_as_sql(small: Office) -> None:
    from app import search

    small.store.save("education", samples.education(place="Hội trường 100%"), USER)
    declared = small.store.types["education"]
    for words in ('"', "'", "*", "a*", "NEAR(", "AND OR NOT", "folded:x", "%", "_", "\\", ";--", "()", "^", "hội AND", "\x00", "🙂"):
        search.find(small.store, declared, words=words)
    assert search.find(small.store, declared, words="hoi truong").total == 1


def test_sqlite_itself_is_only_an_engine_for_the_encrypted_file(small: Office) -> None:
    path = small.unlocked.db_path
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path).execute("SELECT * FROM journal")


def test_the_journal_holds_no_empty_answer(small: Office) -> None:
    uid = small.store.save("education", samples.education(), USER)
    body: dict[str, Any] = json.loads(small.store.versions(uid)[0].body)
    assert None not in body.values()
    assert "place" not in body


def test_a_save_in_one_thread_takes_nothing_from_a_batch_that_another_is_checking(small: Office) -> None:
    uid = small.store.save("beneficiary", samples.SAMPLES["beneficiary"], samples.USER)
    crosschecks.prefetch(small.store, "beneficiary", {uid})
    before = small.store.names.linked("beneficiary", uid)
    assert before is not None
    other = threading.Thread(target=small.store.names.forget)
    other.start()
    other.join()
    assert small.store.names.linked("beneficiary", uid) == before
    small.store.names.forget()
    assert small.store.names.linked("beneficiary", uid) is None

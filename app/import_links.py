"""What an import may not link to: records of the same file that are refused, and persons of its lists that cannot be made."""

from __future__ import annotations

from collections.abc import Iterator

from app.import_preview import Preview
from app.reading import Reader
from app.record_sheets import RawRecord
from db import crosschecks
from db.message import Message
from db.questions import Link
from db.record import Aggregate, Record
from db.records.beneficiary import Beneficiary
from db.store import Store


def may_drop(declared: type[Record]) -> bool:
    """Tell whether records of a type may have to be taken out again because of what they link to."""
    return declared.catalogue or any(hasattr(line_type, "makes") for line_type in declared.kinds.values())


def settle(store: Store, reader: Reader, result: Preview) -> None:
    """Refuse what links to refused rows of the file, however many steps away; keep the persons in use, with their warnings listed.

    Refused and known rows make nobody.
    """
    if not may_drop(result.declared):
        return
    fallen = _refused_names(store, reader, result)
    if fallen:
        _refuse_links(result, reader.declared.type_name, fallen)
    while reader.persons.made:
        used = crosschecks.linked_uids(result.declared, (put.record for put in result.puts), Beneficiary.type_name)
        result.persons = [person for person in reader.persons.made.values() if person["uid"] in used]
        if not _check_persons(store, reader, result):
            break
    result.rows.clear()


def _refused_names(store: Store, reader: Reader, result: Preview) -> dict[str, RawRecord]:
    """Give, by uid, the records of the file whose names other rows may have been understood by, but which will not be there."""
    if not reader.own:
        return {}
    there = store.names.catalogue(result.declared.type_name).records.keys() | {put.record["uid"] for put in result.puts}
    return {uid: raw for uid, raw in reader.own.items() if uid not in there}


def _refuse_links(result: Preview, to: str, fallen: dict[str, RawRecord]) -> None:
    """Refuse the records that link to one of ``fallen``; they fall with it."""
    while True:
        dropped: set[int] = set()
        for at, put in enumerate(result.puts):
            places = [(where, fallen[uid]) for where, uid in _links(result.declared, put.record, to) if uid in fallen]
            if places:
                raw, _new = result.rows[at]
                result.refused += [
                    raw.refusal(where, Message("Nối với bản ghi ở dòng {row}, dòng đó bị từ chối. Hãy sửa dòng đó trước.", row=other.row))
                    for where, other in places
                ]
                fallen[put.record["uid"]] = raw
                dropped.add(at)
        if not dropped:
            return
        _drop(result, dropped)


def _links(declared: type[Record], record: Aggregate, to: str) -> Iterator[tuple[str, str]]:
    """Give (where, uid) of the answers that link to records of type ``to``."""
    for name, question in declared.questions().items():
        if isinstance(question, Link) and question.to == to and record[name]:
            yield name, record[name]
    for kind, line_type in declared.kinds.items():
        names = [name for name, question in line_type.questions().items() if isinstance(question, Link) and question.to == to]
        for index, line in enumerate(record[kind]):
            for name in names:
                if line[name]:
                    yield f"{kind}[{index}].{name}", line[name]


def _drop(result: Preview, dropped: set[int]) -> None:
    """Take puts out again, with all that was counted of them."""
    rows: set[tuple[str, int]] = set()
    for at in dropped:
        raw, new = result.rows[at]
        rows |= {(raw.plan.title, raw.row)} | {(line.plan.title, line.row) for lines in raw.lines.values() for line in lines}
        result.new -= new
        result.updated -= not new
    gone = {id(result.rows[at][0]) for at in dropped}
    result.doubts = [doubt for doubt in result.doubts if (doubt.sheet, doubt.row) not in rows]
    if result.fates is not None:
        result.fates = [(raw, fate) for raw, fate in result.fates if id(raw) not in gone]
    result.doubtful -= sum(bool(put.record.get("warned")) for at, put in enumerate(result.puts) if at in dropped)
    result.puts = result.puts.kept(lambda at, _put: at not in dropped)
    result.rows = [row for at, row in enumerate(result.rows) if at not in dropped]


def _check_persons(store: Store, reader: Reader, result: Preview) -> bool:
    """File the warnings of new persons and list them at their rows; True when some cannot be made and their records were refused."""
    wrong: set[str] = set()
    found = store.problems(Beneficiary, result.persons)
    for person, problems in zip(result.persons, found, strict=True):
        raw, prefix, columns = reader.made_at[person["uid"]]
        for problem in problems:
            if problem.level == "error":
                wrong.add(person["uid"])
                result.refused.append(raw.refusal(prefix + columns.get(problem.where, ""), problem.message))
    if wrong:
        links = [{uid for _, uid in _links(result.declared, put.record, Beneficiary.type_name)} for put in result.puts]
        _drop(result, {at for at, uids in enumerate(links) if uids & wrong})
        return True
    for person, problems in zip(result.persons, found, strict=True):
        raw, prefix, columns = reader.made_at[person["uid"]]
        store.keep_warnings(person, problems, {})
        result.doubtful += bool(problems)
        result.doubts += [
            raw.refusal(prefix + columns.get(problem.where, ""), Message("Người hưởng mới: {what}", what=problem.message))
            for problem in problems
        ]
    return False

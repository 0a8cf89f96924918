"""Reading an open office: versions of records from the journal, catalogues, the office's own settings, and where its chain ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import peewee

from db import crosschecks, fold, journal, senders
from db.connection import expected_errors
from db.errors import ExpectedError
from db.journal import Chain, Entry
from db.message import Message
from db.names import NameBook, is_uid
from db.questions import Answers, Choice, Link, PartialDay
from db.record import ENTERED, Aggregate, Record, complete
from db.records import RECORD_TYPES
from db.records.period import period_days
from db.statements import Prepared, slot
from db.system import AUDITS, Enrolment, Journal, Late, own_device, read_meta

_ENTRY = tuple(getattr(Journal, name) for name in journal.COLUMNS)

_CHAIN_END = Prepared(
    Journal.select(Journal.seq, Journal.lc, Journal.hash).where(Journal.device == slot(0)).order_by(Journal.seq.desc()).limit(1).tuples()
)
_VERSIONS = Prepared(
    Journal.select(*_ENTRY)
    .where((Journal.record == slot(0)) & (Journal.kind == "put"))
    .order_by(Journal.lc, Journal.device, Journal.seq)
    .tuples()
)
_OTHERS = Prepared(Enrolment.select(Enrolment.device, Enrolment.office).where(Enrolment.office != slot(0)).tuples())
_KEPT_OUT = Prepared(Late.select(Late.device, Late.seq).where(Late.accepted.is_null()).tuples())


class Reader:
    """An open office, read. One per process; connections are per thread. What writes is ``store.Store``."""

    def __init__(self, database: peewee.Database, types: Mapping[str, type[Record]] = RECORD_TYPES) -> None:
        self.database = database
        self.types = types
        self.names = NameBook(types, self._read_catalogue)
        device = own_device(database)
        if device is None:
            raise ExpectedError("device", "Dữ liệu chưa có danh tính máy.", "Hãy khôi phục từ bản sao lưu.")
        self.device = device
        self.elsewhere: dict[str, str] = {}
        """Device → office, of the machines of other offices whose entries are or may come here. Empty where nothing is received."""
        self._sending: dict[str, str] | None = None
        self._late: set[tuple[str, int]] = set()
        self._seen = 0
        """The greatest Lamport counter received."""
        self.know_others()

    def execute(self, query: Any) -> Any:
        """Run a peewee query (``.tuples()``) and give the cursor."""
        with expected_errors():
            return self.database.execute(query)

    def run(self, prepared: Prepared, *values: Any) -> Any:
        """Run a query that was built once and give the cursor."""
        with expected_errors():
            return prepared.run(self.database, *values)

    def _read_catalogue(self, name: str) -> dict[str, Answers]:
        record_type = self.types[name]
        query = (
            record_type.select(record_type.uid, Journal.body, Journal.private)
            .join(Journal, on=((Journal.device == record_type.device) & (Journal.seq == record_type.seq)))
            .where(record_type.state == ENTERED)
        )
        rows = self.execute(query.tuples())
        return {uid: complete(record_type, journal.decode(uid, body, private)) for uid, body, private in rows}

    def entries(self, where: Any, order: Sequence[Any] = (Journal.id,)) -> Iterator[Entry]:
        """Give journal entries that fulfil a peewee condition."""
        for row in self.execute(Journal.select(*_ENTRY).where(where).order_by(*order).tuples()):
            yield Entry(*row)

    def audits(self, *types: str, record: str | None = None) -> list[Entry]:
        """Give the audit entries of these types (of one record) that machines of our office wrote, oldest first.

        What another office noted is about its own files, whatever record it names.
        """
        where = AUDITS & Journal.type.in_(types)
        found = self.entries(where if record is None else where & (Journal.record == record), (Journal.lc, Journal.device, Journal.seq))
        return [entry for entry in found if entry.device not in self.elsewhere]

    def know_others(self) -> None:
        """Read anew which machines are other offices', which received versions stay out, and the greatest counter received."""
        self.elsewhere = dict(self.run(_OTHERS, read_meta(self.database, "office")).fetchall())
        self._sending = None if self.elsewhere else {}
        self._late = set(self.run(_KEPT_OUT).fetchall())
        self._seen = int(read_meta(self.database, "lamport") or 0)

    @property
    def sending(self) -> Mapping[str, str]:
        """Unit (uid) → ISO day since which its own office sends its records here. Empty where nothing is received."""
        if self._sending is None:
            self._sending = senders.since(self)
        return self._sending

    def owned(self, entries: list[Entry]) -> list[Entry]:
        """Leave out the versions of one record that do not count here: those of others than its owner, and late ones (trust.md e)."""
        if self._late:
            entries = [entry for entry in entries if (entry.device, entry.seq) not in self._late]
        if not self.elsewhere or len(entries) < 2:
            return entries
        return journal.of_owner(entries, self.elsewhere, bool(self.types[entries[0].type].key))

    def versions(self, uid: str) -> list[Entry]:
        """Give all versions of a record that count, oldest first."""
        return self.owned([Entry(*row) for row in self.run(_VERSIONS, uid)])

    def read(self, uid: str) -> tuple[type[Record], Aggregate]:
        """Give type and complete aggregate of a record's newest version; raise ExpectedError when there is none."""
        heads = journal.heads(self.versions(uid))
        if not heads:
            raise ExpectedError("id", Message("Không có bản ghi “{uid}”.", uid=uid), "Hãy xem mã bằng lệnh list.")
        entry = heads[0]
        record_type = self.types[entry.type]
        return record_type, fold.aggregate(record_type, entry)

    def find_uid(self, tail: str) -> str:
        """Give the uid that ``tail`` means: the uid, a unique tail of six characters or more, or the code of a record in a catalogue.

        Raises ExpectedError otherwise.
        """
        text = tail.strip().lower()
        if coded := self._coded(text):
            if len(coded) > 1:
                listed = ", ".join(f"{one.caption} …{uid[-8:]}" for one, uid in coded)
                words = "Có nhiều bản ghi mang mã “{tail}”: {listed}."
                raise ExpectedError("id", Message(words, tail=tail, listed=listed), "Hãy ghi các ký tự sau dấu … của bản ghi cần xem.")
            return coded[0][1]
        if len(text) < 6:
            raise ExpectedError("id", Message("“{tail}” quá ngắn để tìm bản ghi.", tail=tail), "Hãy ghi ít nhất 6 ký tự cuối của mã.")
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found: list[str] = []
        for record_type in self.types.values():
            query = record_type.select(record_type.uid).where(
                peewee.NodeList((record_type.uid, peewee.SQL("LIKE"), peewee.Value("%" + escaped), peewee.SQL("ESCAPE '\\'")))
            )
            found += [row[0] for row in self.execute(query.limit(3).tuples())]
        if len(found) != 1:
            none, many = "Không có bản ghi nào có mã kết thúc bằng “{tail}”.", "Có nhiều bản ghi có mã kết thúc bằng “{tail}”."
            if is_uid(text):
                raise ExpectedError(
                    "id", "Không có bản ghi nào mang mã này.", "Hãy xem mã bằng lệnh list; có thể đang mở nhầm thư mục dữ liệu."
                )
            remedy = "Hãy ghi thêm ký tự." if found else "Hãy ghi các ký tự cuối (không phải đầu) của mã mà lệnh list in ra."
            raise ExpectedError("id", Message(many if found else none, tail=tail), remedy)
        return found[0]

    def _coded(self, code: str) -> list[tuple[type[Record], str]]:
        """Give the records of catalogues that have this code, in whatever case."""
        catalogues = [one for one in self.types.values() if one.catalogue]
        found = (
            (one, uid, record.get("code")) for one in catalogues for uid, record in self.names.catalogue(one.type_name).records.items()
        )
        return [(one, uid) for one, uid, known in found if code and str(known or "").lower() == code]

    def count(self, record_type: type[Record]) -> int:
        """Give how many records of a type there are, cancelled ones included."""
        return int(self.execute(record_type.select(peewee.fn.COUNT()).tuples()).fetchone()[0])

    def period_days(self, code: str) -> tuple[str, str]:
        """Give first and last ISO day of a period code: the office's ``period`` record, else its regime (contract.md 2)."""
        for record in self.names.catalogue("period").records.values():
            if record["code"] == code:
                return record["start"], record["end"]
        return period_days(code, self.term(code[:4] + "-06-30").get("regime") or "TT58")

    def office(self) -> Answers:
        """Give the record of the office that owns this file; raise ExpectedError when it is not there."""
        code = read_meta(self.database, "office")
        for record in self.names.catalogue("office").records.values():
            if record["code"] == code:
                return record
        raise ExpectedError("office", "Dữ liệu chưa có thông tin cơ quan.", "Hãy tạo bằng lệnh init hoặc nhập tệp office.")

    def term(self, day: str) -> Answers:
        """Give the office's letterhead and settings in force on ``day``, the first of several; {} when none are."""
        return next(self.terms(day), {})

    def terms(self, day: str) -> Iterator[Answers]:
        """Give what is in force on ``day``: one for each kind of document that the office writes."""
        for line in self.office()["terms"]:
            if (line["valid_from"] or "") <= day <= (line["valid_to"] or "9999"):
                yield dict(line)

    def row_ids(self, record_type: type[Record], uids: Sequence[str]) -> dict[str, int]:
        """Give the row ids of those uids that have a row."""
        found: dict[str, int] = {}
        if not uids:
            return found
        for chunk in crosschecks.chunks(uids, crosschecks.CHUNK):
            found.update(self.execute(record_type.select(record_type.uid, record_type.id).where(record_type.uid.in_(chunk)).tuples()))
        return found

    def search_text(self, record_type: type[Record], record: Answers) -> str:
        """Give the words a record is found by: its ``search`` answers, linked names and codes as words, the year of a birth."""
        day = record_type.day_of(record)
        parts: list[str] = []
        for name, question in record_type.searched():
            value = record[name]
            if value is not None:
                if isinstance(question, Link):
                    parts.append(self.names.code(question.to, value))
                if isinstance(question, (Link, Choice)):
                    parts.append(question.show(value, self.names, day))
                else:
                    parts.append(value.lstrip("~")[:4] if isinstance(question, PartialDay) else str(value))
        parts += [name for name, _, _ in record_type.names_of(record)]
        return " ".join(parts)

    def journal_end(self) -> Chain:
        """Give the end of this machine's chain as the journal has it, and the greatest counter seen; number 0 where it is empty."""
        last = self.run(_CHAIN_END, self.device.id).fetchone()
        if last:
            return Chain(self.device.id, last[0], max(last[1], self._seen), bytes(last[2]))
        seen = self.execute(Journal.select(peewee.fn.MAX(Journal.lc)).tuples()).fetchone()[0] or 0
        return Chain(self.device.id, 0, seen, journal.first_hash(self.device.id, self.device.public))

    def chain_end(self) -> str:
        """Give the end of this installation's chain: its last number and hash."""
        chain = self.journal_end()
        return f"{chain.seq}:{chain.hash.hex()}"

    def chain_mark(self) -> str | None:
        """Give the end of the chain as it was noted beside the last entry: a chain cut at its end shows here."""
        mark = read_meta(self.database, f"chain:{self.device.id}")
        return None if mark is None else ":".join(mark.split(":")[:2])

    def state_hash(self) -> str:
        """Give the SHA-256 of the whole state of the record tables."""
        return fold.state_hash(self.database, self.types)

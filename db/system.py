"""The tables that are not a fold of the journal: the journal itself, devices, drafts, users and small facts about the file.

Contract.md 1 and trust.md c say what each column means. These tables, unlike record tables, change through numbered scripts in
``db/migrations``; a test holds the models and the scripts together.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from peewee import SQL, AutoField, BlobField, IntegerField, Model, TextField

from db.statements import Prepared, slot


class SystemModel(Model):
    """Base of the system tables; unbound, as every model is."""

    class Meta:
        legacy_table_names = False


class Meta(SystemModel):
    """Small facts about this file: ``db_id``, digests of declarations, sent and received marks."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "meta"


class Device(SystemModel):
    """One installation that writes journal entries, ours or another's."""

    id = TextField(primary_key=True)
    """UUIDv4."""
    public = BlobField()
    """Ed25519 public key, 32 bytes."""
    private = BlobField(null=True)
    """Ed25519 private key, 32 bytes; None for devices that are not ours."""
    created = TextField()
    closed_at = IntegerField(null=True)
    """The last sequence number this device may ever have; None while it is in use."""
    own = IntegerField()
    """1 for a device of this installation, open or closed, else 0."""

    class Meta:
        table_name = "device"


class Journal(SystemModel):
    """One entry of a device's hash chain (trust.md c); never changed, except that ``private`` may be erased."""

    id = AutoField()
    device = TextField()
    seq = IntegerField()
    """1, 2, 3 … within the device, without holes."""
    lc = IntegerField()
    """Lamport counter: 1 + the greatest seen."""
    kind = TextField()
    """``put`` or ``audit``."""
    type = TextField()
    record = TextField()
    import_id = TextField(null=True)
    identity = BlobField(null=True)
    """Hash of the imported row, 32 bytes; None when not imported."""
    header = BlobField()
    """Canonical JSON, the bytes that were chained."""
    hash = BlobField()
    """h_n of trust.md c, 32 bytes."""
    body = BlobField()
    """Canonical JSON, written once and never serialised again."""
    private = BlobField(null=True)
    """Private answers as canonical JSON; None when there are none, they were erased or were left out of a package."""

    class Meta:
        table_name = "journal"


Journal.add_index(Journal.index(Journal.device, Journal.seq, unique=True, name="journal_chain"))
Journal.add_index(Journal.index(Journal.record, Journal.lc, name="journal_record"))
Journal.add_index(Journal.index(Journal.import_id, where=Journal.import_id.is_null(False), name="journal_import"))
Journal.add_index(Journal.index(Journal.identity, where=Journal.identity.is_null(False), name="journal_identity"))
Journal.add_index(Journal.index(Journal.type, Journal.id, where=(Journal.kind == "audit"), name="journal_audit"))


AUDITS = SQL("kind = 'audit'")
"""The condition of the index ``journal_audit``, written out: SQLite takes a partial index only for a condition without parameters."""


class Draft(SystemModel):
    """The text of an unfinished form; never journaled, counted or sent."""

    id = TextField(primary_key=True)
    """UUIDv7."""
    type = TextField()
    record = TextField(null=True)
    """The record being changed; None for a new one."""
    content = TextField()
    """JSON: the editors' text by question and line."""
    ts = TextField()
    user = TextField()
    import_id = TextField(null=True)
    identity = BlobField(null=True)
    edited = IntegerField()
    """1 once a person has changed an imported draft; undoing the import then leaves it."""

    class Meta:
        table_name = "draft"


class User(SystemModel):
    """A person who may unlock this file. The key slot is in keys.json; this row says who it is and what is allowed."""

    id = TextField(primary_key=True)
    name = TextField()
    roles = TextField()
    """Role codes in sorted order, joined by a space: administrator, clerk, commander."""
    disabled = IntegerField()
    created = TextField()

    class Meta:
        table_name = "user"


class Approval(SystemModel):
    """What was signed: kept as it is, whatever changes later. The journal's entry ``approve`` names the hashes of both blobs."""

    hash = TextField(primary_key=True)
    """SHA-256 of the report's content as hexadecimal digits; the first twelve stand on every page."""
    report = TextField()
    """The uid of the report record."""
    turn = IntegerField()
    """0 for the report itself, 1, 2, 3 … for its amendments."""
    pdf = BlobField()
    """The file as it was approved; a reprint is these bytes."""
    frozen = BlobField()
    """zlib of canonical JSON: the figures, and uid and version of every record that the report rests on.

    Empty where the file was taken back from a copy: nobody can tell any more what these were.
    """

    class Meta:
        table_name = "approval"


Approval.add_index(Approval.index(Approval.report, Approval.turn, name="approval_report"))


class Authority(SystemModel):
    """The keys of a headquarters: those above that we send to, or our own when other offices send to us (trust.md e)."""

    sign = TextField(primary_key=True)
    """Ed25519 public key as 64 hexadecimal digits."""
    office = TextField()
    """The code of the headquarters' unit."""
    name = TextField()
    working = TextField()
    """age recipient that every package is encrypted to."""
    safe = TextField()
    """age recipient of the key in the safe, whose identity is not in this file."""
    secret = BlobField(null=True)
    """Ed25519 private key, 32 bytes; None for keys of others."""
    identity = TextField(null=True)
    """age identity of ``working``; None for keys of others."""
    own = IntegerField()
    """1 for our own keys as a headquarters, else 0."""
    since = TextField()
    replaced = TextField(null=True)
    """Local time at which other keys took their place; None while they are in use."""

    class Meta:
        table_name = "authority"


class Enrolment(SystemModel):
    """A machine that exchanges files: ours (with its age identity), another of our office, or one of another office."""

    device = TextField(primary_key=True)
    office = TextField()
    """The code of the office's unit."""
    office_name = TextField()
    label = TextField()
    """What its people call the machine."""
    public = BlobField()
    """Ed25519 public key, 32 bytes."""
    age = TextField()
    identity = TextField(null=True)
    """age identity; None for machines that are not this one."""
    status = TextField()
    """``waiting``, ``approved`` or ``revoked``."""
    since = TextField()
    last_ok = IntegerField(null=True)
    """The last sequence number taken from it; None while it is not revoked."""

    class Meta:
        table_name = "enrolment"


class Package(SystemModel):
    """A file that was written (``out``) or met (``in``), with what became of it."""

    id = AutoField()
    bundle = TextField()
    """The id in its manifest; the digest where the manifest could not be read."""
    way = TextField()
    kind = TextField()
    office = TextField()
    device = TextField()
    number = IntegerField()
    """``bundle_no``, or ``return_no`` of what came from headquarters."""
    chain = TextField()
    first = IntegerField()
    last = IntegerField()
    verdict = TextField()
    """``taken``, ``waiting``, ``aside`` or ``written``; what waits is tried again after every file that is taken."""
    at = TextField()
    """Local time with offset, for display."""
    digest = TextField()
    """SHA-256 of the file, hexadecimal."""
    facts = TextField()
    """JSON: counts, and for what waits or was put aside the message with its code."""
    content = BlobField(null=True)
    """The file verbatim; None for what we wrote ourselves."""

    class Meta:
        table_name = "package"


Package.add_index(Package.index(Package.device, Package.number, name="package_bundle"))
Package.add_index(Package.index(Package.digest, name="package_digest"))


class Conflict(SystemModel):
    """A record that had several newest versions when something was last received; a save since may have put them together."""

    record = TextField(primary_key=True)
    type = TextField()

    class Meta:
        table_name = "conflict"


class Late(SystemModel):
    """A received version that counts, or whose version before counted, in a period locked here: out of the fold until accepted."""

    id = AutoField()
    device = TextField()
    seq = IntegerField()
    record = TextField()
    type = TextField()
    period = TextField()
    accepted = TextField(null=True)
    """Who accepted it; None while it stays out."""

    class Meta:
        table_name = "late"


Late.add_index(Late.index(Late.device, Late.seq, unique=True, name="late_entry"))


class Request(SystemModel):
    """What headquarters asks an office to make clear about a record; open until the record changes."""

    id = TextField(primary_key=True)
    record = TextField()
    office = TextField()
    text = TextField()
    at = TextField()
    by = TextField()
    heads = TextField()
    """JSON: device and number of the newest versions when it was asked."""
    received = IntegerField()
    """1 when it came from above, 0 when it was asked here."""

    class Meta:
        table_name = "request"


SYSTEM_MODELS: tuple[type[SystemModel], ...] = (
    Meta, Device, Journal, Draft, User, Approval, Authority, Enrolment, Package, Conflict, Late, Request,
)  # fmt: skip


class OwnDevice(NamedTuple):
    """The device this installation writes as: id, raw Ed25519 keys (32 bytes each)."""

    id: str
    public: bytes
    private: bytes


_READ_META = Prepared(Meta.select(Meta.value).where(Meta.key == slot(0)).tuples())
_OWN = Prepared(Device.select(Device.id, Device.public, Device.private).where((Device.own == 1) & Device.closed_at.is_null()).tuples())
_LAST = Prepared(Journal.select(Journal.seq).where(Journal.device == slot(0)).order_by(Journal.seq.desc()).limit(1).tuples())
_WRITE_META = Prepared(Meta.insert({Meta.key: slot(0), Meta.value: slot(1)}).on_conflict_replace())


def read_meta(database: Any, key: str) -> str | None:
    """Give the fact stored under ``key``; None when there is none."""
    row = _READ_META.run(database, key).fetchone()
    return None if row is None else str(row[0])


def write_meta(database: Any, key: str, value: str) -> None:
    """Store ``value`` under ``key``, replacing what was there."""
    _WRITE_META.run(database, key, value)


def own_device(database: Any) -> OwnDevice | None:
    """Give the open device of this installation; None before there is one."""
    row = _OWN.run(database).fetchone()
    return None if row is None else OwnDevice(str(row[0]), bytes(row[1]), bytes(row[2]))


def add_device(database: Any, device: OwnDevice, created: str) -> None:
    """Enter ``device`` as this installation's own, open device. ``created`` is local time with offset, for display."""
    database.execute(Device.insert(id=device.id, public=device.public, private=device.private, created=created, closed_at=None, own=1))


def last_seq(database: Any, device: str) -> int:
    """Give the last sequence number of ``device``; 0 when it has written nothing."""
    row = _LAST.run(database, device).fetchone()
    return 0 if row is None else int(row[0])


def close_own_devices(database: Any) -> None:
    """Close every open device of this installation at its last entry, so that it never writes again (trust.md e, restored PC)."""
    for device, _public, _private in _OWN.run(database).fetchall():
        database.execute(Device.update(closed_at=last_seq(database, device)).where(Device.id == device))


def superseded(database: Any) -> list[str]:
    """Give the names of files that this one replaced under another key and that may be deleted."""
    found: list[str] = json.loads(read_meta(database, "superseded") or "[]")
    return found


def add_superseded(database: Any, name: str) -> None:
    """Remember that the file ``name`` beside this one is replaced by it."""
    write_meta(database, "superseded", json.dumps(sorted({*superseded(database), name})))


def clear_superseded(database: Any) -> None:
    """Forget them, once deleted."""
    database.execute(Meta.delete().where(Meta.key == "superseded"))

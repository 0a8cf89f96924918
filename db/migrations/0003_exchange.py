"""Exchange of files: keys of headquarters, enrolled machines, packages, conflicts, late versions, requests. A frozen copy."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, BlobField, IntegerField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    """Make the tables and their indexes."""

    class Authority(Model):
        sign = TextField(primary_key=True)
        office = TextField()
        name = TextField()
        working = TextField()
        safe = TextField()
        secret = BlobField(null=True)
        identity = TextField(null=True)
        own = IntegerField()
        since = TextField()
        replaced = TextField(null=True)

        class Meta:
            table_name = "authority"

    class Enrolment(Model):
        device = TextField(primary_key=True)
        office = TextField()
        office_name = TextField()
        label = TextField()
        public = BlobField()
        age = TextField()
        identity = TextField(null=True)
        status = TextField()
        since = TextField()
        last_ok = IntegerField(null=True)

        class Meta:
            table_name = "enrolment"

    class Package(Model):
        id = AutoField()
        bundle = TextField()
        way = TextField()
        kind = TextField()
        office = TextField()
        device = TextField()
        number = IntegerField()
        chain = TextField()
        first = IntegerField()
        last = IntegerField()
        verdict = TextField()
        at = TextField()
        digest = TextField()
        facts = TextField()
        content = BlobField(null=True)

        class Meta:
            table_name = "package"

    class Conflict(Model):
        record = TextField(primary_key=True)
        type = TextField()

        class Meta:
            table_name = "conflict"

    class Late(Model):
        id = AutoField()
        device = TextField()
        seq = IntegerField()
        record = TextField()
        type = TextField()
        period = TextField()
        accepted = TextField(null=True)

        class Meta:
            table_name = "late"

    class Request(Model):
        id = TextField(primary_key=True)
        record = TextField()
        office = TextField()
        text = TextField()
        at = TextField()
        by = TextField()
        heads = TextField()
        received = IntegerField()

        class Meta:
            table_name = "request"

    models = [Authority, Enrolment, Package, Conflict, Late, Request]
    with db.bind_ctx(models):
        db.create_tables(models, safe=False)
    db.execute_sql("CREATE INDEX package_bundle ON package (device, number)")
    db.execute_sql("CREATE INDEX package_digest ON package (digest)")
    db.execute_sql("CREATE UNIQUE INDEX late_entry ON late (device, seq)")
    db.execute_sql("PRAGMA user_version = 3")

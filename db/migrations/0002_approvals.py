"""Approved reports: the bytes that were signed, and a quick way to the journal's audit entries. A frozen copy, as every script."""

from __future__ import annotations

from typing import Any

from peewee import BlobField, IntegerField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    """Make the table and the index."""

    class Approval(Model):
        hash = TextField(primary_key=True)
        report = TextField()
        turn = IntegerField()
        pdf = BlobField()
        frozen = BlobField()

        class Meta:
            table_name = "approval"

    with db.bind_ctx([Approval]):
        db.create_tables([Approval], safe=False)
    db.execute_sql("CREATE INDEX approval_report ON approval (report, turn)")
    db.execute_sql("CREATE INDEX journal_audit ON journal (type, id) WHERE kind = 'audit'")
    db.execute_sql("PRAGMA user_version = 2")

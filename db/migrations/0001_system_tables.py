"""The first schema: facts about the file, devices, the journal, drafts, users. A frozen copy, independent of db.system."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, BlobField, IntegerField, Model, TextField


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""

    class Meta(Model):
        key = TextField(primary_key=True)
        value = TextField()

        class Meta:
            table_name = "meta"

    class Device(Model):
        id = TextField(primary_key=True)
        public = BlobField()
        private = BlobField(null=True)
        created = TextField()
        closed_at = IntegerField(null=True)
        own = IntegerField()

        class Meta:
            table_name = "device"

    class Journal(Model):
        id = AutoField()
        device = TextField()
        seq = IntegerField()
        lc = IntegerField()
        kind = TextField()
        type = TextField()
        record = TextField()
        import_id = TextField(null=True)
        identity = BlobField(null=True)
        header = BlobField()
        hash = BlobField()
        body = BlobField()
        private = BlobField(null=True)

        class Meta:
            table_name = "journal"

    class Draft(Model):
        id = TextField(primary_key=True)
        type = TextField()
        record = TextField(null=True)
        content = TextField()
        ts = TextField()
        user = TextField()
        import_id = TextField(null=True)
        identity = BlobField(null=True)
        edited = IntegerField()

        class Meta:
            table_name = "draft"

    class User(Model):
        id = TextField(primary_key=True)
        name = TextField()
        roles = TextField()
        disabled = IntegerField()
        created = TextField()

        class Meta:
            table_name = "user"

    models = [Meta, Device, Journal, Draft, User]
    with db.bind_ctx(models):
        db.create_tables(models, safe=False)
    db.execute_sql("CREATE UNIQUE INDEX journal_chain ON journal (device, seq)")
    db.execute_sql("CREATE INDEX journal_record ON journal (record, lc)")
    db.execute_sql("CREATE INDEX journal_import ON journal (import_id) WHERE import_id IS NOT NULL")
    db.execute_sql("CREATE INDEX journal_identity ON journal (identity) WHERE identity IS NOT NULL")
    db.execute_sql("PRAGMA user_version = 1")

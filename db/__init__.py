"""What a record is and how it is kept. Knows peewee; no Qt, no files but the database."""

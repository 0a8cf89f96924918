"""What stays of records while the screen is locked: no key, no open file, and typed text only where no draft could be written.

``forget`` ends an open office for good; the folder's lock stays with the program. Python cannot overwrite memory reliably; what can be
done is that nothing refers to the keys any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from peewee import fn

from app import drafts
from app.entry import Entry, memory
from app.office import Office
from db.errors import ExpectedError
from db.store import Store
from db.system import Draft


class Loose(NamedTuple):
    """Typed text that no draft holds: what ``app.drafts.put`` wants, and whose it is."""

    type: str
    content: dict[str, Any]
    user: str
    draft: str | None
    record: str | None


def loose(entry: Entry, user: str) -> Loose:
    """Give the text of a form; as it stands in its fields where names cannot be read, because the file is gone."""
    try:
        content = entry.content()
    except ExpectedError:
        content = {name: cell.text for name, cell in entry.cells.items() if cell.text}
        for kind, rows in entry.lines.items():
            lines = [{name: cell.text for name, cell in row.items() if cell.text} for row in rows]
            if any(lines):
                content[kind] = lines
        content["reasons"] = dict(entry.reasons)
        if entry.heads:
            content["base"] = dict(entry.heads)
    return Loose(entry.declared.type_name, content, user, entry.draft, entry.uid)


def put_back(store: Store, text: Loose) -> str:
    """Write such text as a draft at last; give its id. Raises ExpectedError when it still cannot be written."""
    return drafts.put(store, text.type, text.content, text.user, draft=text.draft, record=text.record)


def own_drafts(office: Office) -> int:
    """Give how many drafts of its user wait; 0 when that cannot be read now."""
    try:
        query = Draft.select(fn.COUNT()).where(Draft.user == office.user)
        return int(office.store.execute(query.tuples()).fetchone()[0])
    except ExpectedError:
        return 0


def forget(office: Office) -> None:
    """Close the file in this thread, drop the keys and what was read; the office cannot be used any more. No job may run on it."""
    database = office.database
    office.store.names.forget()
    memory(office.store).last.clear()
    if not database.is_closed():
        database.close()
    database.key = b""
    database.connect_params["passphrase"] = "x''"  # a connection that somebody opens by mistake fails
    office.unlocked = replace(office.unlocked, data_key=b"")

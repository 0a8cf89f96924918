"""How people name an import: by the beginning of its id."""

from __future__ import annotations

from app.reading import json_of
from db.errors import ExpectedError
from db.message import Message
from db.questions import shown_day
from db.store import Store

SHORTEST = 4
SHORT = 13
"""Characters of an id that hold its millisecond (UUIDv7): two imports of one office never share them."""
_MOST_NAMED = 5
FILE_OF = "import-file:"
"""The local fact under which the name of an import's file is kept; the id follows."""


def short_id(import_id: str) -> str:
    """Give the beginning of an import's id by which it is named, ``019aab3c-7f21``."""
    return import_id[:SHORT]


def find(store: Store, text: str) -> str:
    """Give the id of the one import that ``text``, its id or at least four characters of its beginning, means.

    Raises ExpectedError when there is none, or several; these are named, undone ones too.
    """
    wanted = text.strip().lower()
    if len(wanted) < SHORTEST:
        raise ExpectedError(
            "import",
            Message("“{text}” quá ngắn để tìm lần nhập.", text=text),
            "Hãy ghi ít nhất 4 ký tự đầu của mã mà lệnh import đã in ra.",
        )
    bodies = [(json_of(entry.body), entry.head["ts"]) for entry in store.audits("import")]
    found = [(str(body["import"]), str(body["type"]), ts) for body, ts in bodies]
    meant = [one for one in found if one[0] == wanted] or [one for one in found if one[0].startswith(wanted)]
    if not meant:
        raise ExpectedError("import", Message("Không có lần nhập “{text}”.", text=text), "Hãy dùng mã mà lệnh import đã in ra.")
    if len(meant) > 1:
        named = "; ".join(
            f"{short_id(one)} ({store.types[name].plural}, {shown_day(ts[:10])} {ts[11:16]})" for one, name, ts in meant[-_MOST_NAMED:]
        )
        more = "; …" if len(meant) > _MOST_NAMED else ""
        raise ExpectedError(
            "import",
            Message("Có {n} lần nhập bắt đầu bằng “{text}”: {named}{more}.", n=len(meant), text=text, named=named, more=more),
            "Hãy ghi thêm ký tự.",
        )
    return meant[0][0]

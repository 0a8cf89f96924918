"""The header of a journal entry, read from its bytes: by one pattern when it has the usual form, else by the strict reading of JSON.

What the pattern takes is canonical JSON that passes every check of ``shapes.of_header``; a test holds the two readings together. It takes
no text but ASCII without escapes and no list of bases longer than eight, so that nothing is left to check; the rest is for the other.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from app.sync import shapes
from app.sync.strict import strict


class Head(NamedTuple):
    """What opening a file asks of a header; FORMAT.md says what each key means."""

    device: str
    number: int
    counter: int
    kind: str
    type: str
    schema: int
    record: str
    import_id: str | None
    identity: bytes | None
    body: str
    """SHA-256 of the body, hexadecimal."""
    length: int
    private: str | None
    """SHA-256 of the private answers, hexadecimal; None when there are none."""


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_HASH, _NUMBER = r"[0-9a-f]{64}", r"[1-9][0-9]{0,14}"
_TEXT, _WORD = r"[ !#-\[\]-~]", r"[!#-\[\]-~]"
_BASE = rf'\["{_UUID}",{_NUMBER}\]'
_usual = re.compile(
    rf'\{{"b":\[(?:{_BASE}(?:,{_BASE}){{0,7}})?\],"bh":"({_HASH})","bl":({_NUMBER}),"d":"({_UUID})"(?:,"ih":"({_HASH})")?'
    rf'(?:,"im":"({_TEXT}{{1,64}})")?,"k":"(?:(audit)|put)","lc":({_NUMBER}),"n":({_NUMBER})(?:,"ph":"({_HASH})")?'
    rf'(?:,"r":"({_UUID})")?,"s":({_NUMBER}),"ts":"{_TEXT}{{1,40}}","ty":"({_WORD}{{1,64}})","u":"{_TEXT}{{1,64}}"\}}'
).fullmatch


def travelling(header: bytes) -> bytes:
    """Give a header as it stands in a file: without ``bh``, which the body beside it says, and which nothing could make smaller."""
    at = header.index(b'"bh":"')  # only pairs of machine and number stand before it
    return header[:at] + header[at + len('"bh":"",') + 64 :]


def whole(travelled: bytes, body: bytes) -> bytes:
    """Give the header that ``travelling`` was given, its body beside it. Raises ValueError when it has no place for ``bh``."""
    at = travelled.index(b'"bl":')
    return b'%b"bh":"%b",%b' % (travelled[:at], hashlib.sha256(body).hexdigest().encode(), travelled[at:])


def read(header: bytes) -> Head:
    """Give what the canonical bytes of a header say. Raises ValueError, in English for the log, when they are none."""
    found = _usual(header.decode("latin-1"))  # what is not ASCII stays what the pattern does not take
    if found is None:
        return read_strictly(header)
    body, length, device, identity, import_id, audit, counter, number, private, record, schema, type_name = found.groups()
    if length == "1" or (audit is None and record is None):
        return read_strictly(header)
    return Head(
        device, int(number), int(counter), audit or "put", type_name, int(schema), record or "", import_id,
        None if identity is None else bytes.fromhex(identity), body, int(length), private,
    )  # fmt: skip


def read_strictly(header: bytes) -> Head:
    """Give the same without the pattern. Raises ValueError."""
    head = shapes.of_header(strict(header))
    identity = bytes.fromhex(head["ih"]) if "ih" in head else None
    return Head(
        head["d"], head["n"], head["lc"], head["k"], head["ty"], head["s"], head.get("r", ""), head.get("im"), identity, head["bh"],
        head["bl"], head.get("ph"),
    )  # fmt: skip

"""The header of a journal entry, read from its bytes: by one pattern when it has the usual form, else by the strict reading of JSON.

What the pattern takes is canonical JSON that passes every check of ``shapes.of_header``; a test holds the two readings together. It takes
no text but ASCII without escapes and no list of bases longer than eight, so that nothing is left to check; the rest is for the other.
"""

from __future__ import annotations

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


_UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_HASH, _NUMBER = rb"[0-9a-f]{64}", rb"[1-9][0-9]{0,14}"
_TEXT, _WORD = rb"[ !#-\[\]-~]", rb"[!#-\[\]-~]"
_BASE = rb'\["%b",%b\]' % (_UUID, _NUMBER)
_usual = re.compile(
    rb'\{"b":\[(?:%b(?:,%b){0,7})?\],"bh":"(%b)","bl":(%b),"d":"(%b)"' % (_BASE, _BASE, _HASH, _NUMBER, _UUID)
    + rb'(?:,"ih":"(%b)")?(?:,"im":"(%b{1,64})")?,"k":"(?:(audit)|put)","lc":(%b),"n":(%b)' % (_HASH, _TEXT, _NUMBER, _NUMBER)
    + rb'(?:,"ph":"(%b)")?(?:,"r":"(%b)")?,"s":(%b),"ts":"%b{1,40}","ty":"(%b{1,64})","u":"%b{1,64}"\}'
    % (_HASH, _UUID, _NUMBER, _TEXT, _WORD, _TEXT)
).fullmatch


def read(header: bytes) -> Head:
    """Give what the canonical bytes of a header say. Raises ValueError, in English for the log, when they are none."""
    found = _usual(header)
    if found is None:
        return read_strictly(header)
    body, length, device, identity, import_id, audit, counter, number, private, record, schema, type_name = found.groups()
    if length == b"1" or (audit is None and record is None):
        return read_strictly(header)
    return Head(
        device.decode(), int(number), int(counter), "put" if audit is None else "audit", type_name.decode(), int(schema),
        "" if record is None else record.decode(), None if import_id is None else import_id.decode(),
        None if identity is None else bytes.fromhex(identity.decode()), body.decode(), int(length),
        None if private is None else private.decode(),
    )  # fmt: skip


def read_strictly(header: bytes) -> Head:
    """Give the same without the pattern. Raises ValueError."""
    head = shapes.of_header(strict(header))
    identity = bytes.fromhex(head["ih"]) if "ih" in head else None
    return Head(
        head["d"], head["n"], head["lc"], head["k"], head["ty"], head["s"], head.get("r", ""), head.get("im"), identity, head["bh"],
        head["bl"], head.get("ph"),
    )  # fmt: skip

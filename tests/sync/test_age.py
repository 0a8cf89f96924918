"""Every public test vector of the age format for X25519 (C2SP/CCTV, age/testdata; 0BSD) is read, or refused, as its authors say."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from app.sync import bundle
from app.sync.refusals import Refusal

VECTORS = sorted(Path(__file__).with_name("age").iterdir())
ANY = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
"""An identity for the vectors that name none."""
OLDER_FORM = ("stanza_missing_body", "stanza_missing_final_line")
"""The library still reads stanzas as age wrote them before version 1; their header is authenticated like any other."""
REFUSED = {"no match": "S04", "HMAC failure": "S06", "header failure": "S06", "payload failure": "S06"}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.name)
def test_an_age_file_is_read_or_refused_as_the_format_says(path: Path) -> None:
    header, data = path.read_bytes().split(b"\n\n", 1)
    lines = [line.split(": ", 1) for line in header.decode().splitlines()]
    said = dict(lines)
    if said.get("compressed") == "zlib":
        data = zlib.decompress(data)
    try:
        plain = bundle.decrypted({"to": "HS00"}, data, [value for name, value in lines if name == "identity"] or [ANY])
    except Refusal as refusal:
        assert refusal.code == REFUSED[said["expect"]]  # noqa: PT017 - most vectors are refused
    else:
        assert said["expect"] == "success" or path.name in OLDER_FORM
        assert said.get("payload") in (hashlib.sha256(plain).hexdigest(), None)


def test_all_vectors_are_there() -> None:
    assert len(VECTORS) == 67

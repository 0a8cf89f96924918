"""What is going to be written comes out of its packs as it went in."""

from __future__ import annotations

import pytest

from app import import_puts
from app.import_puts import Puts
from db.record import complete
from db.records.education import EducationSession
from db.store import Put
from tests import samples


def test_packs_give_back_what_was_put_in_in_order_and_as_often_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_puts, "BATCH", 3)
    plain = [
        Put(EducationSession, complete(EducationSession, samples.education(note=f"Buổi {n}")), (("máy", n),), bytes([n])) for n in range(8)
    ]
    packed = Puts(plain)
    assert len(packed) == 8
    assert list(packed) == list(packed) == plain
    assert [len(batch) for batch in packed.batches()] == [3, 3, 2]
    assert [put.identity for put in packed.kept(lambda at, put: at % 2 == 0 and put.identity != b"\4")] == [b"\0", b"\2", b"\6"]
    packed.append(plain[0])
    assert len(packed) == 9
    assert list(packed)[-1] == plain[0]
    assert [len(batch) for batch in packed.batches()] == [3, 3, 3]
    assert (len(Puts()), list(Puts())) == (0, [])

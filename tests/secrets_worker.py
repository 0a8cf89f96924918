"""What ``test_secrets_on_disk`` plants, and the process that works with it: commands come in, one JSON line each, exit codes go out."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from tests import samples

# --- what is planted ----------------------------------------------------------------------------------------------------------

_SYLLABLES = (
    "Khuyển", "Thoảng", "Ngoạn", "Quyệt", "Diễu", "Bỡn", "Chuẩn", "Đượm", "Ghềnh", "Hườm",
    "Khướu", "Lượn", "Mưỡu", "Nghễu", "Phưỡn", "Rượi", "Suyễn", "Trưỡng", "Vượng", "Xuyến",
)  # fmt: skip


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.sample(_SYLLABLES, count))


def _planted() -> dict[str, list[str]]:
    chance = random.Random(50)
    return {
        "name": [_words(chance, 4) for _ in range(10)],
        "id_no": ["0" + "".join(chance.choices("123456789", k=11)) for _ in range(10)],
        "address": [f"số {chance.randrange(100, 999)} ngõ {_words(chance, 3)}" for _ in range(10)],
        "note": [f"ghi chú {_words(chance, 4)}" for _ in range(8)],
        "received_by": [_words(chance, 4) for _ in range(4)],
        "member": [_words(chance, 4) for _ in range(3)],
        "draft": [f"gõ dở {_words(chance, 4)}" for _ in range(3)],
        "defect": [f"lỗi {_words(chance, 4)}" for _ in range(2)],
        "typed": [_words(chance, 4) for _ in range(3)],
        "password": [_words(chance, 5) for _ in range(6)],
    }


PLANTED = _planted()
PUBLIC = ("note", "draft", "defect", "typed")
"""Not private answers: they may stand in a file that a person asked for without names."""
FIRST, WRONG, SECOND, OTHERS, RECOVERED, STALE = PLANTED["password"]


# --- the process of the session -----------------------------------------------------------------------------------------------


def _make(code: str = "HS00") -> None:
    """As the command ``init`` does, at the least cost of a key."""
    from app import office
    from db import key_slots

    folder = Path(os.environ["NENNEP_DATA"])
    print(office.create(folder, code, "Bộ CHQS tỉnh Hà Sơn", "province", None, FIRST, key_slots.FLOOR), end="")


def _saving() -> None:
    """As the window does: records, a draft and its next text are written; the process dies with an unfinished write."""
    from app import drafts, office

    opened = office.open_office(Path(os.environ["NENNEP_DATA"]), "admin", FIRST, "cửa sổ phần mềm")
    store = opened.store
    uid = store.save("education", samples.education(event_to="2019-02-03", note=PLANTED["note"][2]), "admin")
    store.save("education", {**store.read(uid)[1], "place": PLANTED["note"][3]}, "admin")
    org = next(iter(store.names.catalogue("party-org").records))
    subject = {**samples.inspection()["subjects"][0], "subject_type": "DV", "org": org}
    subjects = [{**subject, "no": number, "member": name} for number, name in enumerate(PLANTED["member"], 1)]
    store.save("inspection", samples.inspection(actor_org=org, note=PLANTED["note"][4], subjects=subjects), "admin")
    kept = drafts.put(store, "education", {"note": PLANTED["draft"][1]}, "admin")
    drafts.put(store, "education", {"note": PLANTED["draft"][2]}, "admin", draft=kept)
    with store.transaction():
        store.save("care", samples.care(event_to="2019-05-05", note=PLANTED["note"][5]), "admin")
        os.kill(os.getpid(), signal.SIGKILL)


def _exporting(path: str) -> None:
    """The process dies in the middle of writing a table with names to where the person asked for it."""
    from app import office, tables
    from db.records import RECORD_TYPES

    def die(done: int, total: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with office.open_office(Path(os.environ["NENNEP_DATA"]), "admin", FIRST, "cửa sổ phần mềm") as opened:
        tables.export(opened.store, RECORD_TYPES["beneficiary"], Path(path), None, "admin", with_names=True, progress=die)


def _noting(uid: str, note: str) -> None:
    """As the form does: one record gets another note."""
    from app import office

    with office.open_office(Path(os.environ["NENNEP_DATA"]), "admin", FIRST, "cửa sổ phần mềm") as opened:
        opened.store.save("education", {**opened.store.read(uid)[1], "note": note}, "admin")


def _sending(folder: str) -> None:
    """The process dies in the middle of writing a package to the stick."""
    from app import office
    from app.sync import sending
    from db import faults

    def die(name: str, /) -> None:
        if name.startswith("part "):
            os.kill(os.getpid(), signal.SIGKILL)

    with office.open_office(Path(os.environ["NENNEP_DATA"]), "admin", FIRST, "cửa sổ phần mềm") as opened:
        faults.step = die
        sending.out(opened.store, Path(folder), "admin", lists=True)


def _defect() -> int:
    """A defect of ours whose message, and whose cause's, quote what somebody typed."""
    from app import cli
    from db import faults

    def fail(name: str, /) -> None:
        try:
            raise ValueError(PLANTED["defect"][0])
        except ValueError as error:
            raise RuntimeError(f"{PLANTED['defect'][1]} {PLANTED['name'][1]}") from error

    before, faults.step = faults.step, fail
    try:
        return cli.main(["backup"])
    finally:
        faults.step = before


def _serve() -> None:
    from app import cli
    from tests import quick_keys

    quick_keys.derive_once()
    own: dict[str, Any] = {
        "make": _make,
        "crash: saving": _saving,
        "crash: exporting": _exporting,
        "defect": _defect,
        "note": _noting,
        "crash: sending": _sending,
    }
    out, sys.stdin = sys.stdout, io.StringIO()
    for line in open(0, encoding="utf-8", closefd=False):  # noqa: SIM115
        environment, arguments = json.loads(line)
        os.environ.update(environment)
        sys.stdout = sys.stderr = said = io.StringIO()
        code = own[arguments[0]](*arguments[1:]) or 0 if arguments[0] in own else cli.main(arguments)
        print(json.dumps([code, said.getvalue()]), file=out, flush=True)


if __name__ == "__main__":
    _serve()

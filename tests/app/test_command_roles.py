"""Every command of the command line and every role (trust.md b): one table, and a command without its row here fails.

What is allowed is done by the real command; what is refused is refused by it, with nothing written, and once more below it where
something is written.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import backup, cli, commands, importing, office, tables, users
from app.periods import period
from app.report import approval, sound, writing
from db import keystore
from db.errors import ExpectedError
from db.journal import now_text
from db.records import RECORD_TYPES
from tests import samples
from tests.app.cli_kit import HEAD, ROW
from tests.samples import USER, education

CLERK, COMMANDER, ADMIN = "clerk", "commander", "administrator"
ALL = {CLERK, COMMANDER, ADMIN}
WORD = "con ngua trang chay nhanh"
NO_OFFICE = {"init", "demo", "recover"}
"""They make an office, or are let in by the recovery code: no role is asked."""
OWN = {"password"}
"""Everybody changes their own."""

TABLE: dict[str, set[str]] = {
    "import": {CLERK},
    "undo-import": {CLERK, COMMANDER},
    "export": ALL,
    "list": ALL,
    "show": ALL,
    "history": ALL,
    "explain": {CLERK},
    "undo-explain": {CLERK},
    "erase": {ADMIN},
    "figures": ALL,
    "trace": ALL,
    "report": ALL,
    "paper": {CLERK, COMMANDER},
    "approval status": ALL,
    "approval submit": {CLERK, COMMANDER},
    "approval return": {COMMANDER},
    "approval approve": {COMMANDER},
    "approval amend": {COMMANDER},
    "approval take": ALL,
    "check": ALL,
    "rebuild": {ADMIN},
    "backup": ALL,
    "restore": {ADMIN},
    "user add": {ADMIN},
    "user disable": {ADMIN},
    "user list": ALL,
    "sync keys": ALL,
    "sync enrol": {ADMIN},
    "sync approve": {ADMIN},
    "sync revoke": {ADMIN},
    "sync out": ALL,
    "sync in": ALL,
    "sync return": ALL,
    "sync status": ALL,
    "sync verify": ALL,
    "sync ask": ALL,
    "sync choose": {CLERK},
    "sync accept": {COMMANDER},
}
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "import": ("education", "{table}"),
    "undo-import": ("{import}",),
    "export": ("education", "{out}.csv"),
    "list": ("education",),
    "show": ("{record}",),
    "history": ("{record}",),
    "explain": ("education", "--reason", "x"),
    "undo-explain": ("1-2",),
    "erase": ("{record}", "--reason", "x"),
    "figures": ("--period", "2019-H1"),
    "trace": ("EDU_SESSION_N", "--period", "2019-H1"),
    "report": ("--period", "2019-H1", "--out", "{out}.docx"),
    "paper": ("care", "payment", "--out", "{out}.pdf"),
    "approval status": ("--period", "2019-H1"),
    "approval submit": ("--period", "2019-H1"),
    "approval return": ("--period", "2019-H1", "--reason", "x"),
    "approval approve": ("--period", "2019-H1", "--secrecy", "KHONG", "--yes"),
    "approval amend": ("--period", "2019-H1", "--reason", "x"),
    "approval take": ("--period", "2019-H1", "--file", "{folder}"),
    "backup": ("--to", "{folder}"),
    "restore": ("{backup}",),
    "user add": ("moi", "--name", "Người mới", "--role", "clerk"),
    "user disable": ("commander",),
    "sync enrol": ("--to", "{folder}"),
    "sync approve": ("abcd", "--digits", "1"),
    "sync revoke": ("abcd", "--after", "1"),
    "sync out": ("--to", "{folder}"),
    "sync in": ("{table}",),
    "sync return": ("--unit", "DV01", "--to", "{folder}"),
    "sync verify": ("{table}",),
    "sync ask": ("{record}", "--text", "x"),
    "sync choose": ("{record}", "x/1"),
    "sync accept": ("{record}",),
}
SUBMITTED = ("approval submit", CLERK)
BEFORE = {
    "approval return": (SUBMITTED,), "approval approve": (SUBMITTED,), "approval amend": (SUBMITTED, ("approval approve", COMMANDER)),
}  # fmt: skip
"""What must have been done first, and by whom."""
WANTING = {
    "undo-explain": "không có lần ghi",
    "sync accept": "đến sau khóa",
    "paper": "bản ghi", "approval take": "không thiếu", "sync enrol": "khóa", "sync approve": "abcd", "sync revoke": "abcd",
    "sync out": "khóa", "sync in": "tệp", "sync return": "khóa", "sync verify": "tệp", "sync ask": "đơn vị", "sync choose": "phiên bản",
}  # fmt: skip
"""Commands that find nothing to do in an office that never met another one, or has no list: the word by which they say so."""


def paths(parser: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The commands of a parser with their actions, however deep they are declared."""
    choices: list[argparse.Action] = [one for one in vars(parser)["_actions"] if one.choices]
    below = [one.choices for one in choices if isinstance(one.choices, dict)]
    named = [one.choices for one in choices if one.dest == "action" and not isinstance(one.choices, dict)]
    for commands_of in below:
        for name, command in commands_of.items():
            yield from paths(command, (*before, name))
    for actions in named:
        yield from (" ".join((*before, str(action))) for action in actions or ())
    if not below and not named:
        yield " ".join(before)


def test_every_command_of_the_parser_has_its_row() -> None:
    assert set(paths(cli.build_parser())) == set(TABLE) | NO_OFFICE | OWN
    assert set(commands.NEEDS) | {"restore"} == set(TABLE)


@functools.cache
def made() -> tuple[Path, dict[str, str]]:
    """An office with a person of each role, something imported and a backup; the values that the arguments need."""
    folder = samples.copy_office(Path(tempfile.mkdtemp(prefix="nennep-roles-")) / "office")
    rows = folder.parent / "buoi.csv"
    rows.write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        for role in sorted(ALL):
            opened.unlocked = users.add(opened.store, opened.unlocked, role, f"Người {role}", [role], WORD, by=USER, now=now_text())
        record = opened.store.save("education", education(event_to="2019-02-02"), USER)
        samples.signable(opened.store)
        preview = importing.preview(opened.store, RECORD_TYPES["education"], rows)
        importing.apply(opened.store, preview, USER)
        (folder.parent / "ra").mkdir()
        kept = backup.backup(opened.database, folder.parent / "ra")
    rows.write_text(f"{HEAD}\n{ROW.replace('02/01', '03/01')}\n", encoding="utf-8")
    return folder, {"table": str(rows), "import": str(preview.import_id), "record": record, "backup": str(kept)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(made()[0], tmp_path / "office", ignore=shutil.ignore_patterns("*.lock*")))


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[office.Office]:
    """An open office with a person of each role, whose id is the role; nothing may change it."""
    with samples.open_copy(tmp_path_factory.mktemp("roles") / "office") as opened:
        for role in sorted(ALL):
            users.enter(opened.store, role, f"Người {role}", [role], USER, now_text())
        yield opened


@pytest.mark.parametrize("command", [path for path in paths(cli.build_parser()) if path not in NO_OFFICE | OWN])
@pytest.mark.parametrize("role", sorted(ALL))
def test_a_role_may_what_its_row_says(staffed: office.Office, command: str, role: str) -> None:
    action = commands.NEEDS.get(command, "restore" if command == "restore" else "")

    def ask() -> None:
        users.require(staffed.database, role, action)

    if role in TABLE[command]:
        ask()
    else:
        with pytest.raises(ExpectedError, match="không được làm việc này"):
            ask()


def run(command: str, role: str, to: Path) -> int:
    """Give the command line of a command; what it writes goes below ``to``."""
    values = {**made()[1], "folder": str(to / "ngoai"), "out": str(to / "tep")}
    return cli.main([*command.split(), *(one.format(**values) for one in ARGUMENTS.get(command, ())), "--user", role])


@pytest.fixture
def user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office as the command line finds it."""
    (folder.parent / "ngoai").mkdir()
    for name, value in (("DATA", str(folder)), ("PASSWORD", WORD), ("NEW_PASSWORD", WORD)):
        monkeypatch.setenv(f"NENNEP_{name}", value)
    return folder


ALLOWED = [(command, role) for command, allowed in TABLE.items() for role in sorted(allowed) if command != "user disable"]
"""Taking a person's access away gives the whole database another key, which tests/app/test_users.py does."""


@pytest.mark.parametrize(("command", "role"), ALLOWED)
def test_an_allowed_command_does_what_it_is_for(user: Path, capsys: pytest.CaptureFixture[str], command: str, role: str) -> None:
    for earlier in BEFORE.get(command, ()):
        assert run(*earlier, user.parent) == 0
    done = run(command, role, user.parent)
    said = capsys.readouterr().err
    assert "không được làm việc này" not in said
    if command in WANTING:
        assert done == 1
        assert WANTING[command] in said.lower()
    else:
        assert done == 0, said


REFUSED = [(command, role) for command, allowed in TABLE.items() for role in sorted(ALL - allowed)]


@pytest.mark.parametrize(("command", "role"), REFUSED)
def test_a_refused_command_writes_nothing(user: Path, capsys: pytest.CaptureFixture[str], command: str, role: str) -> None:
    before = (user / keystore.FILE).read_bytes(), sorted(one.name for one in user.glob("*.db"))
    assert run(command, role, user.parent) == 1
    said = capsys.readouterr()
    assert "không được làm việc này" in said.err
    assert said.err.count("\n") == 1
    assert ((user / keystore.FILE).read_bytes(), sorted(one.name for one in user.glob("*.db"))) == before


def test_a_command_that_nobody_declared_is_nobodys() -> None:
    assert commands.NEEDS.get("xuat-het", "") not in users.ACTIONS
    assert all(action in users.ACTIONS for action in commands.NEEDS.values())


# -- below the commands ------------------------------------------------------------------------------------------------------------


def _acts(opened: office.Office, tmp_path: Path) -> dict[str, tuple[str, Callable[[str], Any]]]:
    """What writes or gives something out, called as the window and other programs call it."""
    store, half = opened.store, period(opened.store, "2019-H1")
    record = store.save("education", education(), USER)
    samples.signable(store)
    return {
        "save": ("enter", lambda by: store.save("education", education(event_to="2019-03-03"), by)),
        "cancel": ("cancel", lambda by: store.cancel(record, "nhập nhầm", by)),
        "erase": ("users", lambda by: store.erase(record, "yêu cầu", by)),
        "names": ("reveal", lambda by: tables.export(store, RECORD_TYPES["beneficiary"], tmp_path / "x.xlsx", None, by, with_names=True)),
        "submit": ("submit", lambda by: approval.submit(store, half, by)),
        "return": ("approve", lambda by: approval.give_back(store, half, by, "thiếu")),
        "approve": ("approve", lambda by: approval.approve(store, half, by, "KHONG", agreed=sound.EVERY_DOUBT)),
        "copy": ("official", lambda by: writing.write(store, half, tmp_path / "bao-cao.pdf", by=by)),
        "amend": ("approve", lambda by: approval.amend(store, half, by, "bổ sung")),
        "add": ("users", lambda by: users.add(store, opened.unlocked, "moi", "Mới", [CLERK], WORD, by=by, now=now_text())),
    }


WHO = {
    "enter": {CLERK}, "cancel": {CLERK, COMMANDER}, "reveal": {CLERK, COMMANDER}, "submit": {CLERK, COMMANDER}, "approve": {COMMANDER},
    "official": {COMMANDER}, "users": {ADMIN},
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(ALL))
def test_what_a_role_may_not_is_refused_below_the_window_and_the_commands(small: office.Office, tmp_path: Path, role: str) -> None:
    users.enter(small.store, role, f"Người {role}", [role], USER, now_text())
    for name, (action, act) in _acts(small, tmp_path).items():
        if name == "return":
            approval.submit(small.store, period(small.store, "2019-H1"), USER)
        if name == "copy":
            approval.approve(small.store, period(small.store, "2019-H1"), USER, "KHONG", agreed=sound.EVERY_DOUBT)
        if role in WHO[action]:
            continue
        before = (small.store.chain_end(), small.store.state_hash())
        with pytest.raises(ExpectedError, match="không được làm việc này"):
            act(role)
        assert (small.store.chain_end(), small.store.state_hash()) == before, name


def test_a_clerk_gets_the_draft_and_the_commander_the_official_copy(small: office.Office, tmp_path: Path) -> None:
    for role in (CLERK, COMMANDER):
        users.enter(small.store, role, f"Người {role}", [role], USER, now_text())
    samples.signable(small.store)
    half, out = period(small.store, "2019-H1"), tmp_path / "bao-cao.pdf"
    assert writing.write(small.store, half, out, by=CLERK).pages
    approval.submit(small.store, half, CLERK)
    made_now = approval.approve(small.store, half, COMMANDER, "KHONG", agreed=sound.EVERY_DOUBT)
    with pytest.raises(ExpectedError):
        writing.write_kept(small.store, half, made_now, out, CLERK)
    writing.write_kept(small.store, half, made_now, out, COMMANDER)
    assert out.read_bytes() == approval.printed(small.store, made_now.hash)

"""The edges of the command line: help in full, arguments that are too long, no screen or keyboard, a backup of a broken journal."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import backup, cli, commands, log, office
from db.records import RECORD_TYPES
from tests import samples
from tests.app.cli_kit import ROW, Run, expect_refusal, table


def parsers(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.ArgumentParser, list[argparse.Action]]]:
    """Every parser of the command line with its actions."""
    actions: list[argparse.Action] = vars(parser)["_actions"]
    yield parser, actions
    for action in actions:
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from parsers(below)


def test_every_command_and_argument_says_what_it_is_for() -> None:
    for parser, actions in parsers(cli.build_parser()):
        assert parser.description, parser.prog
        for action in actions:
            assert action.help or isinstance(action.choices, dict), (parser.prog, action.dest)
            for named in vars(action).get("_choices_actions", ()):
                assert named.help, (parser.prog, named.dest)


def test_the_help_of_a_command_that_takes_a_type_names_them_all(run: Run) -> None:
    words = " ".join(run("export", "--help").out.split())
    assert all(f"{name} ({declared.plural})" in words for name, declared in RECORD_TYPES.items())
    assert "Mã thoát" in run("--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "{long}"),
        ("show", "{long}"),
        ("list", "education", "--unit", "{long}"),
        ("figures", "--period", "{long}"),
        ("undo-import", "{long}"),
        ("check", "--user", "{long}"),
        ("sync", "choose", "{long}", "a/1"),
    ],
)
def test_a_name_that_is_too_long_to_be_one_is_wrong_usage_and_is_not_repeated(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*(one.format(long="a" * 60_000) for one in arguments))
    assert (result.code, result.out) == (2, "")
    assert "dài 60000 ký tự" in result.err
    assert "aaaa" not in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--period", "2019-H1", "--out", "{long}.pdf"),
        ("export", "education", "{long}.xlsx"),
        ("import", "education", "{long}"),
        ("backup", "--to", "{long}"),
        ("restore", "{long}.db"),
        ("check", "--data", "{long}"),
        ("check", "--password-file", "{long}"),
    ],
)
def test_a_path_that_no_drive_takes_is_refused_in_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*(one.format(long="a" * 5_000) for one in arguments))
    expect_refusal(result)
    assert len(result.err) < 400


def test_a_list_takes_any_number_of_lines(run: Run) -> None:
    assert run("list", "unit", "--limit", 10**30).out == run("list", "unit").out


@contextlib.contextmanager
def without(*names: str) -> Iterator[None]:
    """Run the block as a service does, without these standard streams."""
    before = {name: getattr(sys, name) for name in names}
    for name in names:
        setattr(sys, name, None)
    try:
        yield
    finally:
        for name, stream in before.items():
            if (made := getattr(sys, name)) is not None:
                made.close()
            setattr(sys, name, stream)


def test_without_a_screen_the_work_is_done_all_the_same(run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, ROW)
    with without("stdin", "stdout", "stderr"):
        assert cli.main(["import", "education", str(path)]) == 0
        assert cli.main(["list", "schools"]) == 1
    assert "1/1 bản ghi" in run("list", "education").out


def test_without_a_keyboard_a_password_is_asked_for_in_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NENNEP_PASSWORD")
    with without("stdin"):
        expect_refusal(run("check"), "NENNEP_PASSWORD")


def test_a_defect_is_one_line_with_its_place_and_nothing_of_what_was_typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    log.stop()
    monkeypatch.setitem(commands.COMMANDS, "check", lambda options: int("Nguyễn Văn Giấu"))
    monkeypatch.setattr(logging, "lastResort", logging.StreamHandler(sys.stderr))
    result = run("check")
    expect_refusal(result, "ValueError, test_cli_edges.py:")
    assert "Giấu" not in result.err


def test_a_user_who_cannot_be_is_refused_before_a_password_is_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    expect_refusal(run("user", "add", "thu", "--name", "Nguyễn Thư", "--role", "boss"), "clerk")
    expect_refusal(run("user", "add", "có dấu", "--name", "Nguyễn Thư", "--role", "clerk"), "không dấu")
    expect_refusal(run("user", "add", "thu", "--name", "Nguyễn Thư", "--role", "clerk"), "NENNEP_NEW_PASSWORD")


def test_a_folder_without_an_office_is_left_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thu-muc").mkdir()
    expect_refusal(run("check", "--data", tmp_path / "thu-muc"), "keys.json")
    assert list((tmp_path / "thu-muc").iterdir()) == []


def test_a_backup_of_a_broken_journal_is_made_and_says_so(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    run("import", "education", table(tmp_path, ROW))
    assert run("backup").err == ""
    with office.open_office(folder, None, samples.PASSWORD, "thử") as opened:
        opened.database.execute_sql("UPDATE journal SET body = replace(CAST(body AS TEXT), '409', '408')")
    result = run("backup")
    assert result.code == 0
    assert Path(result.out.removeprefix("Đã sao lưu và mở thử: ").rstrip()).is_file()
    assert "Nhật ký đã hỏng từ trước" in result.err
    assert result.err.count("\n") == 1
    assert len(list((folder / backup.FOLDER).glob("*.db"))) >= 2

"""The local log says what happened and where, and repeats nothing that somebody typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import log
from db.errors import ExpectedError

SECRET = "Nguyễn Văn Giấu 012345678901"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield log.start(tmp_path)
    log.stop()


def test_a_message_is_written_with_its_time(path: Path) -> None:
    log.logger.info("backup made rows=%d", 12)
    assert path.read_text(encoding="utf-8").rstrip().endswith("INFO backup made rows=12")
    assert path.parent.name == "nhat-ky"


def test_a_full_file_is_put_aside_and_three_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 100)
    for number in range(20):
        log.logger.info("%s line=%02d", "x" * 40, number)
    files = sorted(path.parent.iterdir())
    assert [one.name for one in files] == ["nennep.log", "nennep.log.1", "nennep.log.2", "nennep.log.3"]
    newest_first = [line[-2:] for one in files for line in reversed(one.read_text(encoding="utf-8").splitlines())]
    assert newest_first == [f"{number:02d}" for number in range(19, 19 - len(newest_first), -1)]
    assert all(100 <= one.stat().st_size < 250 for one in files[1:])


def test_of_an_exception_only_type_code_and_places_are_written(path: Path) -> None:
    def convert(text: str) -> None:
        try:
            int(text)
        except ValueError as error:
            raise ExpectedError("sheet", f"Không đọc được {text}.") from error

    try:
        convert(SECRET)
    except ExpectedError:
        log.logger.exception("import failed")
    text = path.read_text(encoding="utf-8")
    assert "ExpectedError sheet" in text
    assert "ValueError" in text
    assert "test_log.py:" in text
    assert not any(word in text for word in SECRET.split())


def test_a_log_that_cannot_be_written_stops_nothing(path: Path) -> None:
    path.mkdir()
    log.logger.error("nowhere to go")


def test_after_the_end_nothing_is_written(path: Path) -> None:
    log.stop()
    log.logger.warning("late")
    assert not path.exists()

"""What tests of the command line share: what a command gave, and tables written in a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app import cli
from tests import samples

HEAD = "Đơn vị,Ngày,Hình thức,Loại nội dung,Chuyên đề,Giáo viên / báo cáo viên,Đối tượng,Quân số,Phải học,Tham gia"
ROW = "DV01,02/01/2019,HOC_TAP,CT,T23,CAN_BO_CT,DQ_CD,420,420,409"


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


def runner(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give what runs a command over the office in ``folder``."""
    monkeypatch.setenv("NENNEP_DATA", str(folder))
    monkeypatch.setenv("NENNEP_PASSWORD", samples.PASSWORD)
    monkeypatch.delenv("NENNEP_USER", raising=False)

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = cli.main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


def table(folder: Path, *rows: str, head: str = HEAD, name: str = "buoi.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def expect_refusal(result: Result, *words: str) -> None:
    assert result.code == 1, result
    assert result.out == ""
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err

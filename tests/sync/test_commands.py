"""``nennep sync …`` from keys to receipt, as two people at two machines type it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from app import office
from app.cli import build_parser
from app.demo import PASSWORD, USER
from app.office import Office
from app.sync import authority, commands, demo, taking
from app.sync.bundle import together
from db import keystore
from db.errors import ExpectedError
from db.system import OwnDevice, add_device, close_own_devices, write_meta
from tests import samples
from tests.samples import DV1


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    """A headquarters and an office: copies of the small office, the second under another name and identity."""
    with samples.open_copy(tmp_path / "tinh") as hq, samples.open_copy(tmp_path / "huyen") as office:
        private, public = keystore.new_device_key()
        with office.store.transaction():
            close_own_devices(office.database)
            add_device(office.database, OwnDevice("6b0e4f2a-1111-4222-8333-444455556666", public, private), "2026-01-01T07:00:00+07:00")
            write_meta(office.database, "office", "DV01")
        office.store = type(office.store)(office.database)
        office.store.save("office", {"code": "DV01", "terms": [{"issuer_lines": "BAN CHQS"}]}, samples.USER)
        yield hq, office


def _written(said: str, folder: Path) -> str:
    """Give the last file that was written: that of the identity of today."""
    return str(folder / re.findall(r"đọc lại đúng: ([^,]+),", said)[-1])


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals of this kind here")
def test_the_words_of_the_safe_can_be_seen_and_printed_until_somebody_types_one_back_at_a_terminal(
    two: tuple[Office, Office], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hq, _ = two

    def say(*words: str) -> str:
        assert commands.run(hq, build_parser().parse_args(["sync", "keys", *words])) == 0
        return capsys.readouterr().out

    made = say("--make", "--to", str(tmp_path / "usb"))
    words = re.search(r"Từ khóa .*: (\S+)", made)[1].split("-")  # type: ignore[index]
    assert len(words) == 8
    assert "sync keys --words" in made  # nobody sits there: nothing is asked
    seen = say("--words", "--sheet", str(tmp_path / "giay" / "phieu.pdf"))
    assert "-".join(words) in seen
    paper = " ".join(pypdf.PdfReader(tmp_path / "giay" / "phieu.pdf").pages[0].extract_text().split())
    assert all(one in paper for one in (*words, "PHIẾU TỪ KHÓA DỰ PHÒNG", "khoa-du-phong-HS00.age", "NGƯỜI GIỮ PHIẾU"))
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as terminal, os.fdopen(ours, "w") as person:
        monkeypatch.setattr("sys.stdin", terminal)
        person.write("sai\n")
        person.flush()
        assert "còn xem lại được" in say("--words")
        monkeypatch.setattr("secrets.randbelow", lambda _most: 2)
        person.write(f"{words[2]}\n")
        person.flush()
        assert "chỉ còn trên giấy" in say("--words")
        with pytest.raises(ExpectedError, match="Không có từ khóa nào"):
            say("--words")


def test_from_keys_to_receipt(two: tuple[Office, Office], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hq, office_ = two
    stick = tmp_path / "usb"

    def say(at: Office, *words: str) -> str:
        code = commands.run(at, build_parser().parse_args(["sync", *words]))
        captured = capsys.readouterr()
        assert code == 0, captured
        return captured.out

    said = say(hq, "keys", "--make", "--to", str(stick))
    digits = re.search(r"công văn\): ([\d ]+)", said)[1]  # type: ignore[index]
    assert len(digits.replace(" ", "")) == 24
    with pytest.raises(ExpectedError, match="không khớp"):
        say(office_, "keys", "--take", str(stick / "khoa-HS00.json"), "--digits", "1234")
    say(office_, "keys", "--take", str(stick / "khoa-HS00.json"), "--digits", digits)
    said = say(office_, "enrol", "--to", str(stick), "--name", "Máy văn thư")
    slip = re.search(r"gửi cấp trên\): ([\d ]+)", said)[1]  # type: ignore[index]
    paper = stick / "phieu-dang-ky-DV01-6b0e.pdf"
    assert str(paper) in said
    (sheet,) = pypdf.PdfReader(paper).pages
    words = " ".join(sheet.extract_text().split())
    for part in (slip, "PHIẾU ĐĂNG KÝ MÁY", "Máy văn thư", "(DV01)", "dang-ky-DV01-6b0e.nnp", "NGƯỜI LẬP PHIẾU", "ký tên, đóng dấu"):
        assert part in words
    said = say(hq, "in", str(stick))
    assert together(slip) in said
    assert "chưa nhận tệp nào" in say(hq, "status")  # an enrolment brings no figures
    assert "do chính máy này ghi ra" in say(office_, "in", str(next(stick.glob("dang-ky-*.nnp"))))
    with pytest.raises(ExpectedError, match="tự khai là của DV01"):
        say(hq, "approve", "6b0e4f2a", "--digits", slip, "--unit", "ZZZ99")
    say(hq, "approve", "6b0e4f2a", "--digits", slip)
    uid = office_.store.save("education", samples.education(unit=DV1), samples.USER)
    said = say(office_, "out", "--to", str(stick))
    assert said.index("Phiếu bàn giao") < said.index("Có thể rút USB an toàn")  # nothing more is written then
    pdf = next(stick.glob("phieu-DV01-*.pdf"))
    reader = pypdf.PdfReader(pdf)
    assert len(reader.pages) == 1
    words = reader.pages[0].extract_text()
    assert "NGƯỜI GIAO" in words
    assert "“Máy văn thư” (6b0e)" in words  # as headquarters' screen names it
    package = next(stick.glob("DV01-*.nnp"))
    said = say(hq, "verify", str(package))
    assert "đúng. Tệp số liệu từ DV01 gửi HS00, lập " in said
    assert "việc ghi trong nhật ký" in said
    assert not set("{'_") & set(said.splitlines()[-1])
    seen = json.loads(say(hq, "in", str(package), "--preview", "--json"))
    assert seen[0]["new"] >= 1
    with pytest.raises(ExpectedError):
        hq.store.read(uid)
    assert "mới" in say(hq, "in", str(package))
    assert hq.store.read(uid)
    assert list((tmp_path / "tinh" / "sao-luu").glob("nennep-*.db"))
    say(hq, "ask", uid, "--text", "Ghi rõ địa điểm")
    assert "chưa nhận tệp nào" not in say(hq, "status")
    with pytest.raises(ExpectedError, match="DV01"):
        say(hq, "return", "--unit", "DV0", "--to", str(stick))
    say(hq, "return", "--unit", " dv01 ", "--to", str(stick))
    assert ": nhận được." in say(office_, "in", str(next(stick.glob("tra-DV01-*.nnp"))), "--preview")
    said = say(office_, "in", str(next(stick.glob("tra-DV01-*.nnp"))))
    assert "Cấp trên đã nhận đến mục" in said
    found = json.loads(say(office_, "status", "--json"))
    assert found["enrolled"] == "approved"
    assert found["acknowledged"] > 0
    assert [one["text"] for one in found["requests"]] == ["Ghi rõ địa điểm"]
    words = say(office_, "status")
    assert re.search(r"chưa xác nhận: \d+ mục, trong đó \d+ thay đổi của bản ghi\.", words)
    assert re.search(rf"Đề nghị làm rõ .*Học tập chính trị.* \(bản ghi {uid}\): Ghi rõ địa điểm", words)
    assert "DV01" in say(hq, "status")
    assert "S07" in say(hq, "in", str(package))
    uids = [
        office_.store.save("education", samples.education(unit=DV1, event_to=f"2019-03-{day:02d}"), samples.USER) for day in range(1, 22)
    ]
    say(hq, "in", _written(say(office_, "out", "--no-slip", "--to", str(stick / "hai")), stick / "hai"))
    for one in uids:
        office_.store.cancel(one, "nhầm", samples.USER)
    last = _written(say(office_, "out", "--no-slip", "--to", str(stick / "ba")), stick / "ba")
    assert re.search(r"21 hủy, .*\n.* hủy 21 bản ghi: .*--accept-cancelled", say(hq, "in", last, "--preview"))
    assert commands.run(hq, build_parser().parse_args(["sync", "in", last])) == 0
    assert "HUY" in capsys.readouterr().err
    assert hq.store.read(uids[0])[1]["state"] == "entered"
    assert "21 hủy" in say(hq, "in", last, "--accept-cancelled")
    with pytest.raises(ExpectedError, match="--digits và 24 chữ số"):
        say(office_, "keys", "--take", str(stick / "khoa-HS00.json"))
    with pytest.raises(ExpectedError, match="không có hai phiên bản"):
        say(hq, "choose", uid, "6b0e/1")
    with pytest.raises(ExpectedError, match="nhầm thư mục dữ liệu"):
        say(hq, "ask", uid[:-1] + ("0" if uid[-1] != "0" else "1"), "--text", "x")
    assert commands.run(hq, build_parser().parse_args(["sync", "revoke", "6b0e", "--after", "9999"])) == 0
    assert "các mục từ" in capsys.readouterr().err  # a number too large revokes nothing yet, and it is said
    assert commands.run(hq, build_parser().parse_args(["sync", "revoke", "6b0e", "--after", "1"])) == 0
    assert "vẫn được tính" in capsys.readouterr().err


def test_the_demo_of_exchange_has_one_file_taken_and_one_to_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "trao-doi"
    made = demo.make(folder)
    assert made.words
    assert demo.make(folder).words == ""
    with office.open_office(folder / "HS00", USER, PASSWORD, "thử") as hq:
        found = {verdict.name[:4]: verdict for verdict in taking.take(hq.store, [folder / "usb"], hq.user, preview=True)}
        assert found["DV01"].code == "S07"
        assert found["DV02"].taken.new > 0
        assert commands.run(hq, build_parser().parse_args(["sync", "status", "--period", "2019-H1", "--json"])) == 0
        seen = {row["code"]: row for row in json.loads(capsys.readouterr().out)["board"]}
        assert (seen["DV01"]["standing"], seen["DV02"]["records"]) == ("partial", 0)
        assert seen["DV01"]["records"] > 0
        assert commands.run(hq, build_parser().parse_args(["sync", "status", "--period", "2019-H1"])) == 0
        assert "Chưa nhận số liệu kỳ này của: DV02" in capsys.readouterr().out


def test_what_cannot_be_written_or_counted_is_refused_in_words(two: tuple[Office, Office], tmp_path: Path) -> None:
    hq, _office = two

    def told(*words: str) -> str:
        with pytest.raises(ExpectedError) as caught:
            commands.run(hq, build_parser().parse_args(["sync", *words]))
        return str(caught.value)

    assert "Không thấy tệp ~không-ai/khóa" in told("keys", "--take", "~không-ai/khóa", "--digits", "1")

    assert "Chưa ghi tên thư mục" in told("keys", "--make", "--to", " ")
    authority.make_keys(hq.store, tmp_path / "usb", hq.user)
    for folder in ("x" * 300, "/proc/x", "/dev/null/x", "a\0b"):
        assert "thư mục" in told("keys", "--to", folder)

"""What is said when a file is not taken: the codes S01 … S12, each with its cause and what to do (trust.md e)."""

from __future__ import annotations

from typing import Any

from db.errors import ExpectedError
from db.message import Message


class Refusal(ExpectedError):  # noqa: N818 - an answer, not a failure of ours
    """A file that was not taken, and what is done with it: ``waits`` is tried again later, ``aside`` is kept for people to look at.

    ``facts`` are noted with a file that is kept.
    """

    def __init__(
        self, code: str, title: str, remedy: str = "", *, waits: bool = False, aside: bool = False, facts: dict[str, Any] | None = None
    ) -> None:
        super().__init__(code, title, remedy)
        self.waits, self.aside, self.facts = waits, aside, facts or {}


def not_ours() -> Refusal:
    """S01: no file of this program."""
    return Refusal("S01", "Đây không phải tệp đồng bộ của phần mềm.", "Hãy chọn tệp có đuôi .nnp do phần mềm ghi ra.")


def disguised() -> Refusal:
    """S01: a shortcut or a program that carries a package's name, as viruses on sticks leave them; it is never opened."""
    return Refusal(
        "S01",
        "Đây là lối tắt hoặc chương trình mang tên tệp số liệu, không phải tệp đồng bộ của phần mềm. Không mở.",
        "USB có thể nhiễm vi-rút: quét USB, rồi chọn “Chọn cả thư mục” để tìm cả tệp thật bị ẩn.",
    )


def damaged() -> Refusal:
    """S02: bytes lost or changed on the way; no key is needed to see it."""
    return Refusal(
        "S02",
        "Tệp bị hỏng khi chép (thiếu hoặc sai dữ liệu).",
        "Hãy chép lại từ máy gửi; dữ liệu trên máy này không thay đổi.",
    )


def unreadable() -> Refusal:
    """S02 too: no file there, or none that can be read, as on a stick that was pulled."""
    return Refusal(
        "S02",
        "Không thấy tệp này, hoặc không đọc được.",
        "Hãy kiểm tra đường dẫn, cắm lại USB rồi làm lại; dữ liệu trên máy này không thay đổi.",
    )


def newer(app: str = "") -> Refusal:
    """S03: made by a newer program, ``app`` as it names itself, '' where that cannot be read; kept until this one is brought up to date."""
    remedy: str = "Đã giữ lại; hãy cập nhật phần mềm trên máy này, tệp sẽ tự được nhập."
    if app:
        remedy = Message("Đã giữ lại; hãy cập nhật lên bản ≥ {version}, tệp sẽ tự được nhập.", version=app.split(" ")[-1])
    return Refusal("S03", "Tệp do phần mềm mới hơn tạo ra.", remedy, waits=True)


def elsewhere(to: object) -> Refusal:
    """S04: for somebody else."""
    return Refusal("S04", Message("Tệp này không gửi cho đơn vị mình (gửi cho: {to}).", to=to), "Hãy chuyển tệp đến đúng nơi nhận.")


def locked(back: bool) -> Refusal:
    """S04: for us, or of a machine of ours, but locked with keys that this machine does not have, as before it was approved.

    ``back``: an answer of headquarters.
    """
    return Refusal(
        "S04",
        "Tệp này của đơn vị mình nhưng ghi trước khi máy này được duyệt, hoặc khóa bằng khóa khác; máy này không mở được.",
        "Hãy xin cấp trên ghi lại tệp trả lời." if back else "Hãy để máy gửi ghi lại tệp.",
    )


def unknown(name: object, digits: str, *, back: bool = False) -> Refusal:
    """S05: signed by a machine that nobody has approved here, ``back``: by a headquarters whose keys nobody has taken.

    ``digits`` are those of its enrolment, '' where it has sent none.
    """
    remedy: str = Message("Đã cất riêng; cần duyệt đăng ký, mã đối chiếu {digits}.", digits=digits)
    if not digits:
        remedy = "Đã cất riêng; cần nhận khóa của nơi gửi." if back else "Đã cất riêng; cần nhận tệp đăng ký của máy đó rồi duyệt."
    return Refusal("S05", Message("Chưa nhận ra máy gửi ({name}).", name=name), remedy, waits=True)


def forged() -> Refusal:
    """S06: the signature does not hold."""
    return Refusal("S06", "Chữ ký không đúng: tệp có thể đã bị sửa. Không nhập.", "Báo người quản trị, giữ lại tệp.", aside=True)


def replaced() -> Refusal:
    """S06: signed with keys that headquarters has changed since."""
    return Refusal(
        "S06",
        "Tệp ký bằng khóa cũ mà cấp trên đã thay. Không nhập.",
        "Báo cấp trên: cần lấy lại cả khóa mới từ két rồi ghi lại tệp trả lời.",
        aside=True,
    )


def malformed(what: str) -> Refusal:
    """S06: something inside is not as the format says; ``what`` is the check that found it, in English, for the maintainers."""
    return Refusal(
        "S06",
        Message("Nội dung tệp không đúng định dạng ({what}): tệp có thể đã bị sửa. Không nhập.", what=what),
        "Báo người quản trị, giữ lại tệp.",
        aside=True,
    )


def known(day: str) -> Refusal:
    """S07: taken before."""
    return Refusal("S07", Message("Tệp này đã nhập ngày {day}. Không có gì mới.", day=day), "Không cần làm gì thêm.")


def gap(first: int, last: int, office: str) -> Refusal:
    """S08: what comes before it has not arrived."""
    return Refusal(
        "S08",
        Message("Còn thiếu mục {first}–{last} của {office}.", first=first, last=last, office=office),
        "Đã giữ tệp chờ; sẽ tự nhập khi nhận đủ.",
        waits=True,
    )


def fork(office: str, facts: dict[str, Any] | None = None) -> Refusal:
    """S09: two machines write under one identity. ``facts`` say where the two chains part, where that is known."""
    return Refusal(
        "S09",
        Message("Hai máy của {office} mang cùng danh tính (máy bị nhân bản hoặc khôi phục bản cũ).", office=office),
        "Đã tạm dừng nhập; liên hệ đơn vị.",
        aside=True,
        facts=facts,
    )


def forked_here(office: str) -> Refusal:
    """S09, as one of the two machines is told of it."""
    return Refusal("S09", fork(office).title, "Hãy để một trong hai máy đăng ký lại dưới danh tính mới (sync enrol --fresh).")


def revoked(last: int) -> Refusal:
    """S10: from a machine whose certificate was taken back."""
    return Refusal(
        "S10", Message("Máy gửi đã bị thu hồi từ mục {last}.", last=last), "Không nhập. Hãy gửi bằng máy khác đã đăng ký.", aside=True
    )

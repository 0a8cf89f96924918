"""The parts of a zip, read by our own rules: sizes counted while inflating, never believed (trust.md T25).

``zipfile`` and the parser behind it may disagree about a crafted file: which of two equal names counts, how long a part is.
Here such files are refused, and ``pack`` writes a new zip in which there is nothing to disagree about.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from db.errors import ExpectedError
from db.message import Message, sentence

MOST_INFLATED = 512 << 20
MOST_PARTS = 2_000
BLOCK = 256 << 10
FREE = 16 << 20
"""Up to here any ratio is taken: small files of empty cells compress very well."""
MOST_RATIO = 200
"""Sheets of real offices shrink to a tenth or twentieth; a bomb to a thousandth."""

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")


def damaged(what: str = "Tệp bị hỏng hoặc chép chưa xong.") -> NoReturn:
    """Refuse a file that is not whole."""
    raise ExpectedError("damaged", what, "Hãy lấy lại tệp từ nơi gửi, hoặc mở bằng Excel và lưu lại dạng .xlsx.")


def refuse_large(what: str, limit: str) -> NoReturn:
    """Refuse a file beyond a limit, naming the limit."""
    raise too_large(what, limit)


def too_large(what: str, limit: str) -> ExpectedError:
    """Give the error for a file beyond a limit."""
    return ExpectedError(
        "too-large",
        Message("{what}, vượt giới hạn {limit}.", what=sentence(what), limit=sentence(limit)),
        "Hãy chia nhỏ tệp hoặc bỏ phần thừa rồi nhập lại.",
    )


@dataclass(slots=True)
class Budget:
    """How many bytes have been inflated, over all parts."""

    spent: int = 0
    _by_part: dict[int, int] = field(default_factory=dict)

    def spend(self, part: Part, size: int) -> None:
        """Count ``size`` more bytes; refuse more than 512 MB in all."""
        self.spent += size
        self._by_part[id(part)] = self._by_part.get(id(part), 0) + size
        if self.spent > MOST_INFLATED:
            refuse_large("Nội dung tệp khi mở ra quá lớn", "512 MB")

    def forget(self, part: Part) -> None:
        """Take back what ``part`` has cost, because it is going to be inflated again."""
        self.spent -= self._by_part.pop(id(part), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of a zip as it is packed: ``method`` 0 (stored) or 8 (deflated); ``size`` is only what the file says."""

    method: int
    crc: int
    size: int
    packed: memoryview

    def inflate(self, budget: Budget, most: int | None = None) -> Iterator[bytes]:
        """Give the content in blocks of at most 256 KB; raises ExpectedError beyond the limits, or when it is cut short."""
        produced = 0
        for block, consumed in self._stored() if self.method == 0 else self._deflated():
            produced += len(block)
            budget.spend(self, len(block))
            if most is not None and produced > most:
                refuse_large("Một phần của tệp quá lớn", f"{most >> 20} MB")
            if produced > FREE and produced > MOST_RATIO * consumed:
                raise ExpectedError("bomb", "Tệp nén bất thường: mở ra lớn gấp hàng trăm lần.", "Không đọc tệp này; hãy hỏi lại nơi gửi.")
            yield block

    def _stored(self) -> Iterator[tuple[bytes, int]]:
        for start in range(0, len(self.packed), BLOCK):
            block = bytes(self.packed[start : start + BLOCK])
            yield block, start + len(block)

    def _deflated(self) -> Iterator[tuple[bytes, int]]:
        engine = zlib.decompressobj(-15)
        try:
            for start in range(0, len(self.packed), BLOCK // 4):
                piece: bytes | memoryview = self.packed[start : start + BLOCK // 4]
                consumed = start + len(piece)
                while piece:
                    block = engine.decompress(piece, BLOCK)
                    piece = engine.unconsumed_tail
                    if block:
                        yield block, consumed
                if engine.eof:
                    return
        except zlib.error:
            damaged()
        damaged()


def parts(data: bytes) -> dict[str, Part]:
    """Give the parts of a zip by lower-case name; raises ExpectedError for what a workbook never has (see the module)."""
    count, size, offset = _end_of(data)
    if offset + size > len(data):
        damaged()
    if count > MOST_PARTS or size > MOST_PARTS * 512:
        refuse_large("Tệp nén có quá nhiều phần", Message("{n} phần", n=MOST_PARTS))
    result: dict[str, Part] = {}
    at, stop = offset, offset + size
    while at < stop:
        if at + _CENTRAL.size > stop:
            damaged()
        mark, _, _, flags, method, _, _, crc, packed, inflated, n_name, n_extra, n_comment, _, _, _, start = _CENTRAL.unpack_from(data, at)
        at += _CENTRAL.size
        raw, extra = data[at : at + n_name], data[at + n_name : at + n_name + n_extra]
        at += n_name + n_extra + n_comment
        if mark != b"PK\1\2":
            damaged()
        if flags & 0x41:
            raise ExpectedError("encrypted", "Tệp được đặt mật khẩu.", "Hãy mở bằng Excel, bỏ mật khẩu, lưu lại rồi nhập.")
        inflated, packed, start = _wide(extra, inflated, packed, start)
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/").lstrip("/").lower()
        if name.endswith("/"):
            continue
        if name in result or method not in (0, 8):
            damaged("Tệp nén có hai phần trùng tên hoặc nén theo cách lạ.")
        result[name] = Part(method, crc, inflated, _body(data, start, packed))
    return result


def _end_of(data: bytes) -> tuple[int, int, int]:
    """Give how many parts the zip says it has, and length and start of its directory."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        damaged()
    _, disk, first_disk, _, count, size, offset, _ = _END.unpack_from(data, at)
    if 0xFFFF in (count,) or 0xFFFFFFFF in (size, offset):
        where = data.rfind(b"PK\6\6", max(0, at - 4096), at)
        if where < 0 or where + _END64.size > len(data):
            damaged()
        *_, count, size, offset = _END64.unpack_from(data, where)
        disk = first_disk = 0
    if disk or first_disk:
        damaged()
    return count, size, offset


def _wide(extra: bytes, *values: int) -> tuple[int, ...]:
    """Replace the values 0xFFFFFFFF by the long ones of the zip64 extra field."""
    result = list(values)
    wide = [index for index, value in enumerate(values) if value == 0xFFFFFFFF]
    at = 0
    while wide and at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1 and length >= 8 * len(wide) and at + 4 + length <= len(extra):
            for place, index in enumerate(wide):
                result[index] = struct.unpack_from("<Q", extra, at + 4 + 8 * place)[0]
            wide = []
        at += 4 + length
    if wide:
        damaged()
    return tuple(result)


def _body(data: bytes, start: int, packed: int) -> memoryview:
    if start + _LOCAL.size > len(data) or data[start : start + 4] != b"PK\3\4":
        damaged()
    *_, n_name, n_extra = _LOCAL.unpack_from(data, start)
    begin = start + _LOCAL.size + n_name + n_extra
    if begin + packed > len(data):
        damaged()
    return memoryview(data)[begin : begin + packed]


def pack(members: dict[str, Part]) -> bytes:
    """Write a new zip of the packed parts under plain ASCII names."""
    body = bytearray()
    directory = bytearray()
    for name, part in members.items():
        raw = name.encode("ascii")
        shared = (20, 0, part.method, 0, 0x21, part.crc, len(part.packed), part.size & 0xFFFFFFFF, len(raw), 0)
        directory += _CENTRAL.pack(b"PK\1\2", 20, *shared, 0, 0, 0, 0, len(body)) + raw
        body += _LOCAL.pack(b"PK\3\4", *shared) + raw
        body += part.packed
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + end)

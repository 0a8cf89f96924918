"""Glyph outlines of a TrueType font, for words that are drawn as shapes instead of text (the draft mark).

Reads the tables ``cmap`` (format 4), ``loca``, ``glyf``, ``hmtx`` of the fonts the program carries; no hinting, no kerning.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

Step = tuple[str, *tuple[float, ...]]
"""``("move", x, y)``, ``("line", x, y)``, ``("curve", x1, y1, x2, y2, x3, y3)`` (cubic) or ``("close",)``."""
Point = tuple[float, float, bool]
"""x, y and whether the point lies on the curve."""


@dataclass(frozen=True)
class Outline:
    """The steps of a path in units of the type size, from the baseline's left end; its ``width`` and the height of a capital."""

    steps: tuple[Step, ...]
    width: float
    cap_height: float


class _Font:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tables: dict[str, tuple[int, int]] = {}
        for i in range(struct.unpack_from(">H", data, 4)[0]):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, 12 + 16 * i)
            self.tables[tag.decode("latin-1")] = (offset, length)
        head = self.tables["head"][0]
        self.units = struct.unpack_from(">H", data, head + 18)[0]
        self.long_offsets = struct.unpack_from(">h", data, head + 50)[0]
        self.metrics = struct.unpack_from(">H", data, self.tables["hhea"][0] + 34)[0]
        self.characters = self._characters()

    def _characters(self) -> dict[int, int]:
        """The format-4 table of ``cmap``: character to glyph."""
        base = self.tables["cmap"][0]
        for i in range(struct.unpack_from(">H", self.data, base + 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHL", self.data, base + 4 + 8 * i)
            at = base + offset
            if (platform, encoding) == (3, 1) and struct.unpack_from(">H", self.data, at)[0] == 4:
                break
        else:
            raise ValueError("no Unicode table of format 4")
        count = struct.unpack_from(">H", self.data, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", self.data, at + 14)
        starts = struct.unpack_from(f">{count}H", self.data, at + 16 + 2 * count)
        deltas = struct.unpack_from(f">{count}H", self.data, at + 16 + 4 * count)
        ranges_at = at + 16 + 6 * count
        ranges = struct.unpack_from(f">{count}H", self.data, ranges_at)
        found = {}
        for i in range(count):
            for code in range(starts[i], min(ends[i], 0xFFFE) + 1):
                glyph = code
                if ranges[i]:
                    glyph = struct.unpack_from(">H", self.data, ranges_at + 2 * i + ranges[i] + 2 * (code - starts[i]))[0]
                if glyph or not ranges[i]:
                    found[code] = (glyph + deltas[i]) & 0xFFFF
        return found

    def advance(self, glyph: int) -> float:
        at: int = self.tables["hmtx"][0] + 4 * min(glyph, self.metrics - 1)
        return float(struct.unpack_from(">H", self.data, at)[0])

    def contours(self, glyph: int) -> list[list[Point]]:
        """The contours of a simple or composite glyph."""
        loca = self.tables["loca"][0]
        if self.long_offsets:
            begin, end = struct.unpack_from(">2L", self.data, loca + 4 * glyph)
        else:
            begin, end = (2 * half for half in struct.unpack_from(">2H", self.data, loca + 2 * glyph))
        if begin == end:
            return []
        at = self.tables["glyf"][0] + begin
        count = struct.unpack_from(">h", self.data, at)[0]
        return self._simple(at + 10, count) if count >= 0 else self._composite(at + 10)

    def _simple(self, at: int, count: int) -> list[list[Point]]:
        ends = struct.unpack_from(f">{count}H", self.data, at)
        at += 2 * count
        at += 2 + struct.unpack_from(">H", self.data, at)[0]
        flags: list[int] = []
        while len(flags) <= ends[-1]:
            flag = self.data[at]
            at += 1
            flags.append(flag)
            if flag & 8:
                flags += [flag] * self.data[at]
                at += 1
        axes = []
        for short, same in ((2, 16), (4, 32)):
            value, values = 0, []
            for flag in flags:
                if flag & short:
                    value += self.data[at] if flag & same else -self.data[at]
                    at += 1
                elif not flag & same:
                    value += struct.unpack_from(">h", self.data, at)[0]
                    at += 2
                values.append(value)
            axes.append(values)
        points = [(float(x), float(y), bool(flag & 1)) for x, y, flag in zip(*axes, flags, strict=True)]
        return [points[a:b] for a, b in zip([0, *(end + 1 for end in ends)], [end + 1 for end in ends], strict=False)]

    def _composite(self, at: int) -> list[list[Point]]:
        contours = []
        while True:
            flags, glyph = struct.unpack_from(">HH", self.data, at)
            at += 4
            dx, dy = struct.unpack_from(">hh" if flags & 1 else ">bb", self.data, at)
            at += 4 if flags & 1 else 2
            if flags & (8 | 64 | 128) or not flags & 2:
                raise ValueError("scaled or point-matched components are not read")
            contours += [[(x + dx, y + dy, on) for x, y, on in contour] for contour in self.contours(glyph)]
            if not flags & 32:
                return contours


def _path(contour: list[Point], scale: float, shift: float) -> list[Step]:
    """One closed contour of quadratic curves as cubic ones."""
    points = [((x + shift) * scale, y * scale, on) for x, y, on in contour]
    full: list[Point] = []
    for here, following in zip(points, points[1:] + points[:1], strict=True):
        full.append(here)
        if not here[2] and not following[2]:
            full.append(((here[0] + following[0]) / 2, (here[1] + following[1]) / 2, True))
    first = next(i for i, point in enumerate(full) if point[2])
    full = full[first:] + full[: first + 1]
    x, y, _ = full[0]
    steps: list[Step] = [("move", x, y)]
    control: tuple[float, float] | None = None
    for px, py, on in full[1:]:
        if not on:
            control = (px, py)
            continue
        if control is None:
            steps.append(("line", px, py))
        else:
            cx, cy = control
            steps.append(("curve", x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, px + (cx - px) * 2 / 3, py + (cy - py) * 2 / 3, px, py))
        x, y, control = px, py, None
    steps.append(("close",))
    return steps


def outline(data: bytes, words: str) -> Outline:
    """The outlines of ``words`` in the TrueType font ``data``. Raises ValueError for a font built in another way."""
    font = _Font(data)
    scale = 1 / font.units
    steps: list[Step] = []
    at = 0.0
    for char in words:
        glyph = font.characters.get(ord(char), 0)
        for contour in font.contours(glyph):
            steps += _path(contour, scale, at)
        at += font.advance(glyph)
    capital = max(y for contour in font.contours(font.characters[ord("H")]) for _, y, _ in contour)
    return Outline(tuple(steps), at * scale, capital * scale)

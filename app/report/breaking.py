"""Line breaking for Vietnamese prose: cleaning, ties between words, justified lines and lines broken by sense.

Pure measuring: the width of a string comes from a function. Rules: the layout rules of the office (no number without its
unit, no ``số`` without its number), at most 4.2 pt of extra space per gap at 14 pt before a soft tie is freed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

Measure = Callable[[str], float]
NBSP = "\u00a0"


class Tie(IntEnum):
    """How firmly two neighbouring words hold together, in the order in which they are freed."""

    FREE = 0
    NOUN = 1
    """A number and what it counts; ``số`` and the word after it."""
    NUMBERED = 2
    """``số``, ``Chỉ thị``, ``Điều`` … and their number."""
    NAME = 3
    """``Ban``, ``huyện`` … and the proper name after it."""
    PROPER = 4
    """The inside of a proper name."""
    NEVER = 5
    """Number and measure, ``ngày 18``, a no-break space in the text."""


SOFT = {Tie.NOUN: 1.5, Tie.NUMBERED: 2.5, Tie.NAME: 3.0}
LOOSE = 4.2 / 14
"""Extra space per gap, in parts of the type size, above which soft ties are freed."""
TOO_LOOSE = 6.0 / 14
"""Above this even a proper name is broken."""
RAGGED = 14.0 / 14
"""Above this (one endless word in the line) the line is left unjustified."""

_MEASURES = frozenset(["đồng", "đ", "triệu", "nghìn", "ngàn", "tỷ", "trăm", "chục", "%", "km", "m", "m2", "m²", "ha", "kg", "g", "tấn", "lít", "giờ", "phút", "ngày", "tháng", "năm", "quý", "điểm"])
_DATED = frozenset(["ngày", "tháng", "năm", "quý"])
_NUMBERED = frozenset(["thị", "quyết", "định", "hoạch", "dẫn", "luật", "điều", "khoản", "điểm", "mục", "khóa", "lần", "lục", "phần", "chương", "tư", "trang", "biểu", "mẫu"])
_PLACES = frozenset(["ban", "bộ", "tỉnh", "huyện", "xã", "phường", "phố", "quận", "khu", "thôn", "chí"])
_FUNCTION = frozenset(
    ["và", "của", "với", "đến", "được", "trong", "ngoài", "theo", "có", "là", "tại", "cho", "về", "hoặc", "do", "bởi", "để", "khi", "thì", "mà", "nên", "vì", "nhưng", "ở", "từ", "trên", "dưới", "đã", "đang", "sẽ", "báo"]
)
_ROMAN = re.compile(r"[IVXLC]+[,.;:)]*")
_COUNT = re.compile(r"[(“\"‘]*\d[\d.]*(,\d+)?")
_STARTS_WITH_DIGIT = re.compile(r"[(“\"‘]*\d")
_LEADING = "(“\"‘["
_STOP = tuple(".,;:!?)”’/")


def clean(text: str) -> str:
    """Text fit to be drawn: NFC, no control or formatting characters, every kind of white space one space, no-break space kept."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    kept = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char in "\t\n\r\v\f\x85" or category in ("Zl", "Zp"):
            kept.append(" ")
        elif category == "Zs":
            kept.append(NBSP if char in "\u00a0\u202f\u2007" else " ")
        elif category[0] != "C":
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def squeeze(text: str) -> str:
    """Cleaned text without double, leading or trailing spaces."""
    return re.sub(" {2,}", " ", clean(text)).strip(" ")


def join(pieces: Iterable[tuple[str, str]]) -> tuple[str, list[tuple[int, int, str]]]:
    """Put ``(text, code)`` pieces together, squeezed; also where each piece with a code lies: ``(start, end, code)``."""
    text, spans = "", []
    for piece, code in pieces:
        part = re.sub(" {2,}", " ", clean(piece))
        if part.startswith(" ") and (not text or text.endswith(" ")):
            part = part[1:]
        if code and part.strip():
            spans.append((len(text) + len(part) - len(part.lstrip()), len(text) + len(part.rstrip()), code))
        text += part
    return text.rstrip(" "), spans


def _bare(word: str) -> str:
    return word.lstrip(_LEADING).lower()


def _tie(words: list[str], at: int, capitals: bool) -> Tie:
    """The tie between ``words[at]`` and the next one."""
    word, following = words[at], words[at + 1]
    bare, before = _bare(word), _bare(words[at - 1]) if at else ""
    if following in ("-", "–", "%") or following[0] in ",.;:!?)%":
        return Tie.NEVER
    if word in ("-", "–"):
        ranged = at and words[at - 1][-1:].isdigit() and following[:1].isdigit()
        return Tie.NEVER if ranged else Tie.FREE
    if _STARTS_WITH_DIGIT.match(following):
        if bare in _DATED:
            return Tie.NEVER
        if bare in ("số", "số:") or bare in _NUMBERED:
            return Tie.NUMBERED
        return Tie.FREE
    if bare == "số" or (bare == "một" and before == ""):
        return Tie.NOUN
    follow = following.rstrip(".,;:!?)”’").lower()
    if (bare, follow) in (("như", "sau"), ("triệu", "đồng"), ("nghìn", "đồng"), ("tỷ", "đồng")) or bare == "thứ":
        return Tie.NEVER
    if _COUNT.fullmatch(word):
        if before in _DATED or before in ("số", "số:") or before in _NUMBERED:
            return Tie.FREE
        if follow in _MEASURES:
            return Tie.NEVER
        return Tie.NOUN if following[0].islower() and follow not in _FUNCTION else Tie.FREE
    if word.endswith(_STOP):
        return Tie.FREE
    if _ROMAN.fullmatch(following) and bare in _NUMBERED:
        return Tie.NUMBERED
    if capitals:
        return Tie.FREE
    if word in ("Ban", "Bộ") or (bare in _PLACES and following[0].isupper()):
        return Tie.NAME
    if word.lstrip(_LEADING)[:1].isupper() and following[0].isupper():
        acronym = len(follow) > 1 and following[:2].isupper()
        return Tie.NAME if acronym else Tie.PROPER
    return Tie.FREE


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words. ``starts`` and ``ends`` are offsets into ``text``; gap ``i`` lies before word ``i``."""

    text: str
    starts: list[int]
    ends: list[int]
    ties: list[Tie]
    spaced: list[bool]
    """False where a word too long for any line was cut."""


def cut(text: str, measure: Measure, narrowest: float) -> Words:
    """Cut a squeezed text into words with their ties; a word wider than ``narrowest`` is cut into pieces that fit."""
    starts, ends, ties, spaced = [], [], [], []
    spans = [(m.start(), m.end()) for m in re.finditer(f"[^ {NBSP}]+", text)]
    words = [text[a:b] for a, b in spans]
    capitals = text.isupper()
    chain = 0
    for i, (a, b) in enumerate(spans):
        tie = Tie.FREE
        if i:
            tie = Tie.NEVER if NBSP in text[spans[i - 1][1] : a] else _tie(words, i - 1, capitals)
            chain = chain + 1 if tie in (Tie.PROPER, Tie.NAME) else 0
            if chain > 3:
                tie, chain = Tie.FREE, 0
        starts.append(a)
        ties.append(tie)
        spaced.append(bool(i))
        if measure(words[i]) > narrowest:
            room = 0.0
            for k in range(a, b):
                step = measure(text[k])
                if room and room + step > narrowest and not unicodedata.combining(text[k]):
                    ends.append(k)
                    starts.append(k)
                    ties.append(Tie.FREE)
                    spaced.append(False)
                    room = 0.0
                room += step
        ends.append(b)
    return Words(text, starts, ends, ties, spaced)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` (no-break spaces already plain) is ``source[start:end]``; ``gap`` the extra width of each space."""

    text: str
    start: int
    end: int
    width: float
    gap: float = 0.0
    freed: Tie = Tie.FREE
    """The tie that was broken at the end of this line."""


def _lines(words: Words, breaks: list[int], widths: list[float], spaces: list[int], space: float, room: Callable[[int], float]) -> list[Line]:
    lines = []
    for i, j in pairwise(breaks):
        text = words.text[words.starts[i] : words.ends[j - 1]].replace(NBSP, " ")
        gaps = spaces[j - 1] - spaces[i]
        natural = widths[j] - widths[i] + gaps * space
        last = j == len(words.starts)
        gap = 0.0 if last or not gaps else (room(i) - natural) / gaps
        lines.append(Line(text, words.starts[i], words.ends[j - 1], natural, gap, Tie.FREE if last else words.ties[j]))
    return lines


def _fit(
    words: Words, widths: list[float], spaces: list[int], space: float, room: Callable[[int], float], size: float, cost_of: list[float]
) -> list[int]:
    """The cheapest breaks: indexes of first words of lines, closed by the number of words."""
    count = len(words.starts)
    best = [0.0] + [float("inf")] * count
    came = [0] * (count + 1)
    loose, single = LOOSE * size, 6.0
    for i in range(count):
        base, limit = best[i], room(i) + 0.01
        for j in range(i + 1, count + 1):
            gaps = spaces[j - 1] - spaces[i]
            natural = widths[j] - widths[i] + gaps * space
            if natural > limit and j > i + 1:
                break
            if j == count:
                cost = single if gaps == 0 and i else 0.0
            else:
                extra = (limit - natural) / gaps if gaps else limit - natural
                ratio = extra / loose
                cost = 0.5 * ratio * ratio if ratio <= 1 else 2.0 + (extra - loose) * 84 / size * min(ratio, 20)
                cost += cost_of[words.ties[j]]
            if base + cost < best[j] - 1e-9:
                best[j], came[j] = base + cost, i
    breaks = [count]
    while breaks[-1]:
        breaks.append(came[breaks[-1]])
    return breaks[::-1]


def justify(text: str, measure: Measure, size: float, first: float, rest: float) -> list[Line]:
    """Break a squeezed text into justified lines, ``first`` wide for the first one and ``rest`` for the others.

    Soft ties hold unless a line needs more than 4.2 pt (at 14 pt) of extra space per gap; the last line is not one word alone
    if its neighbours can bear it. No text is lost, no line is wider than its room.
    """
    words = cut(text, measure, min(first, rest))
    if not words.starts:
        return []
    widths, spaces = [0.0], []
    for i, (a, b) in enumerate(zip(words.starts, words.ends, strict=True)):
        widths.append(widths[-1] + measure(text[a:b]))
        spaces.append((spaces[-1] if spaces else 0) + words.spaced[i])
    space = measure(" ")

    def room(word: int) -> float:
        return rest if word else first

    never = 1000.0
    lines: list[Line] = []
    held = [0.0, never, never, never, never, never]
    softer = [0.0, *SOFT.values(), never, never]
    softest = [0.0, *SOFT.values(), 12.0, never]
    for costs, enough in ((held, LOOSE), (softer, TOO_LOOSE), (softest, 0.0)):
        lines = _lines(words, _fit(words, widths, spaces, space, room, size, costs), widths, spaces, space, room)
        if all(line.gap <= enough * size + 0.01 for line in lines):
            break
    return [line if line.gap <= RAGGED * size else Line(line.text, line.start, line.end, line.width, 0.0, line.freed) for line in lines]


_COMPOUNDS = frozenset(
    tuple(pair.split())
    for pair in ["đạo đức", "tư tưởng", "phong cách", "chính trị", "công tác", "nhiệm vụ", "pháp luật", "giáo dục", "kiểm tra", "giám sát", "kỷ luật", "chính sách", "quân đội", "hậu phương", "tổ chức", "xây dựng", "cán bộ", "hoạt động", "thực hiện", "kết quả", "đảng viên", "đơn vị", "phong trào", "thi đua", "quyết thắng", "học tập", "quần chúng", "hội đồng", "quân nhân", "tuyên truyền", "văn hóa", "văn nghệ", "khuyết điểm", "nguyên nhân", "phương hướng", "biện pháp", "bảo vệ", "an ninh", "dân vận", "quán triệt", "triển khai", "chỉ huy", "phòng thủ", "khu vực", "cơ quan", "thành phố", "thị xã", "quân sự", "đối tượng", "chuyên đề", "đồng chí", "trợ cấp", "một lần", "phụng dưỡng", "tình nghĩa", "khắc phục", "hạn chế", "thuận lợi", "khó khăn", "đặc điểm", "tình hình", "thi hành", "chấp hành"]
)


def by_sense(text: str, measure: Measure, first: float, rest: float, balanced: bool = False) -> list[str]:
    """Break a heading, a table head or a cell by sense into as few lines as fit; ``\\n`` in the text breaks in any case.

    Prefers the end of a clause; keeps a quotation, a two-syllable word and ties together. ``balanced``: lines of like length.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        words = squeeze(part)
        room = rest if lines else first
        if not words or measure(words) <= room + 0.01:
            lines.append(words.replace(NBSP, " "))
        else:
            lines += _sense(cut(words, measure, min(first, rest)), measure, room, rest, balanced)
    return lines


def _sense(words: Words, measure: Measure, first: float, rest: float, balanced: bool) -> list[str]:
    count = len(words.starts)
    text = words.text
    widths, spaces = [0.0], []
    for i, (a, b) in enumerate(zip(words.starts, words.ends, strict=True)):
        widths.append(widths[-1] + measure(text[a:b]))
        spaces.append((spaces[-1] if spaces else 0) + words.spaced[i])
    space = measure(" ")
    total = widths[-1] + spaces[-1] * space
    target = total / max(1, -int(-total // rest)) if balanced else rest
    penalty = [_sense_penalty(words, j) for j in range(count)]
    best = [0.0] + [float("inf")] * count
    came = [0] * (count + 1)
    for i in range(count):
        limit = (rest if i else first) + 0.01
        for j in range(i + 1, count + 1):
            natural = widths[j] - widths[i] + (spaces[j - 1] - spaces[i]) * space
            if natural > limit and j > i + 1:
                break
            slack = (natural - target) / rest
            cost = 20.0 + (0.0 if j == count and not balanced else 2 * slack * slack) + (penalty[j] if j < count else 0.0)
            if best[i] + cost < best[j]:
                best[j], came[j] = best[i] + cost, i
    breaks = [count]
    while breaks[-1]:
        breaks.append(came[breaks[-1]])
    return [text[words.starts[i] : words.ends[j - 1]].replace(NBSP, " ") for i, j in pairwise(breaks[::-1])]


def _sense_penalty(words: Words, j: int) -> float:
    """What a break before word ``j`` costs a line broken by sense."""
    if j == 0 or not words.spaced[j]:
        return 0.0
    before = words.text[words.starts[j - 1] : words.ends[j - 1]]
    after = words.text[words.starts[j] : words.ends[j]]
    cost = {Tie.FREE: 0.0, Tie.NOUN: 1.5, Tie.NUMBERED: 2.0, Tie.NAME: 1.5, Tie.PROPER: 4.0, Tie.NEVER: 8.0}[words.ties[j]]
    done = words.text[: words.ends[j - 1]]
    if done.count("“") > done.count("”"):
        cost += 6.0
    if before.endswith((",", ";", ":", "-", "–")):
        return cost
    cost += 0.3 if _bare(after) in ("và", "của", "với", "trong", "khu") or after[0] in "(“" else 1.0
    if (_bare(before), _bare(after).rstrip(".,;:)”")) in _COMPOUNDS:
        cost += 1.5
    if _bare(before) in _FUNCTION:
        cost += 0.7
    return cost

"""Vietnamese text: one entrance for every string, and the keys by which text is searched, compared and sorted.

Rules: domain.md D.1 (names) and D.2 (alphabet, collation, search). Nothing here knows the database.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import orjson

from db.message import Message

ToneOrder = Literal["cldr", "office"]
NameOrder = Literal["given-middle-family", "given-family-middle"]

GRAVE, HOOK, TILDE, ACUTE, DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
"""The five tone marks: huyền, hỏi, ngã, sắc, nặng."""

_TONES: dict[ToneOrder, str] = {"cldr": GRAVE + HOOK + TILDE + ACUTE + DOT, "office": GRAVE + ACUTE + HOOK + TILDE + DOT}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LOOK_ALIKES = {
    **dict.fromkeys("\u00d0\u0189", "Đ"),
    **dict.fromkeys("\u00f0\u0256", "đ"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
}
_NO_LETTER = Message("Văn bản có ký tự hỏng (nửa cặp mã), không lưu được. Hãy gõ lại chỗ đó.")
_find_look_alike = re.compile("[" + "".join(_LOOK_ALIKES) + "]").search
_find_words = re.compile("[^\\W_][^\\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\\W_]*)*").findall
_find_letters = re.compile(r"[^\W\d_]+")


class _Cleaning(dict[int, str]):
    """What one character becomes at the entrance, worked out on first meeting it; ``lines`` keeps line breaks and tabs."""

    def __init__(self, lines: bool) -> None:
        super().__init__({ord(old): new for old, new in _LOOK_ALIKES.items()})
        self.lines = lines

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in "\n\r\v\f\x85\u2028\u2029":
            result = "\n" if self.lines else " "
        elif character == "\t":
            result = "\t" if self.lines else " "
        elif category == "Zs":
            result = " "
        elif category in ("Cc", "Cf", "Cs") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            result = ""
        else:
            result = character
        self[code] = result
        return result


_CLEAN_LINE = _Cleaning(lines=False)
_CLEAN_LINES = _Cleaning(lines=True)


def clean(text: str, lines: bool = False) -> str:
    r"""Make text ours: the one entrance for typed, imported and received strings (domain.md D.2, trust.md T32, T33).

    NFC; look-alikes of Đ; every kind of space → space; zero-width, bidi and other control characters, soft hyphens and lone
    surrogates removed; curly quotes straight; short dashes → ``-``; no spaces at the ends. Line breaks and tabs become
    spaces, or are kept (as ``\n`` and ``\t``) with ``lines`` for long text. Cleaning twice changes nothing.
    A soft hyphen is evidence of TCVN3: ask ``app.legacy_text.suspect`` before cleaning.
    """
    if not text.isprintable() or (not text.isascii() and _find_look_alike(text)):
        text = text.replace("\r\n", "\n").translate(_CLEAN_LINES if lines else _CLEAN_LINE)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.strip()


class Letter(NamedTuple):
    """One lower-case letter taken apart: ``ườ`` is twice (u, ư, '') and (o, ơ, huyền)."""

    plain: str
    """Without any mark: đ → d, y → i. Empty for a stray mark."""
    hatted: str
    """With hat, breve, horn, bar or foreign mark but without tone; y → i. Always as long as ``plain``."""
    tone: str
    """Its tone marks as combining characters, usually none or one."""


@lru_cache(maxsize=10_000)
def letter(character: str) -> Letter:
    """Take one lower-case character apart; what is not a letter with marks stands for itself."""
    if character == "đ":
        return Letter("d", "đ", "")
    if character == "y":
        return Letter("i", "i", "")
    if unicodedata.combining(character):
        return Letter("", "", character if character in _TONES["cldr"] else "")
    parts = unicodedata.normalize("NFD", character)
    if len(parts) == 1 or not all(unicodedata.combining(mark) for mark in parts[1:]):
        return Letter(character, character, "")
    plain = "i" if parts[0] == "y" else parts[0]
    tone = "".join(mark for mark in parts[1:] if mark in _TONES["cldr"])
    other = "".join(mark for mark in parts[1:] if mark not in _TONES["cldr"])
    hatted = unicodedata.normalize("NFC", parts[0] + other) if other else plain
    return Letter(plain, hatted if len(hatted) == 1 else plain, tone)


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        result = self[code] = letter(chr(code)).plain
        return result


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Give cleaned text in lower case without tones and hats, đ as d and y as i; spaces and punctuation stay."""
    text = clean(text).lower()
    return text.replace("y", "i") if text.isascii() else text.translate(_FOLDING)


def search_key(text: str) -> str:
    """Give the folded words with one space between: two spellings of one thing have one search key (domain.md D.2)."""
    return " ".join(word.folded for word in words(text))


def header_key(text: str) -> str:
    """Give folded text with every non-alphanumeric removed, the comparison of column headings and labels (contract.md 4)."""
    return "".join(character for character in fold(text) if character.isalnum())


WORD_LIMIT = 64
"""Letters of a word that are looked at; no Vietnamese word comes near, a hostile one is cut."""


class Word(NamedTuple):
    """One word for searching: letters and tones apart, so that the place of the tone mark (hòa, hoà) does not matter."""

    folded: str
    hatted: str
    tones: str

    @property
    def accented(self) -> bool:
        """Whether the word shows any mark, of letter or tone."""
        return bool(self.tones) or self.hatted != self.folded

    def begins(self, other: Word) -> bool:
        """Tell whether ``self``, typed as a query, finds ``other``.

        Letter by letter from the beginning: a plain letter finds all its variants (o: o ô ơ, d: d đ, i: i y), a marked letter
        only itself; tones, where given, are the tones of ``other`` in order. So ``duong`` and ``Đươ`` find ``Đường``, and
        ``Đường`` does not find ``Dương``.
        """
        if not other.folded.startswith(self.folded) or not other.tones.startswith(self.tones):
            return False
        if self.hatted == self.folded:
            return True
        return all(mine in (plain, theirs) for mine, plain, theirs in zip(self.hatted, self.folded, other.hatted, strict=False))


@lru_cache(maxsize=50_000)
def _word(lower: str) -> Word:
    folded: list[str] = []
    hatted: list[str] = []
    tones: list[str] = []
    for character in lower:
        part = letter(character)
        tones.append(part.tone)
        if part.plain:
            if len(folded) == WORD_LIMIT:
                break
            folded.append(part.plain)
            hatted.append(part.hatted)
        elif not part.tone:
            both = unicodedata.normalize("NFC", hatted[-1] + character)
            if len(both) == 1:
                hatted[-1] = both
    return Word("".join(folded), "".join(hatted), "".join(tones))


def words(text: str) -> list[Word]:
    """Split text at everything that is not a letter or digit; cases and tone placement are gone, order is kept."""
    return [_word(word) for word in _find_words(clean(text).lower())]


def matches(query: str, text: str) -> bool:
    """Tell whether every word of ``query`` begins some word of ``text`` (see ``Word.begins``); no words match everything."""
    there = words(text)
    return all(any(word.begins(other) for other in there) for word in words(query))


@lru_cache(maxsize=10_000)
def _sorting(character: str) -> tuple[str, str, str, str]:
    """Give one character's rank by letter, by tone in the two orders, and by case; a stray mark has no letter."""
    lower = character.lower()
    part = letter(lower[0])
    plain = "y" if part.plain == "i" and unicodedata.normalize("NFD", lower)[0] == "y" else part.plain
    if part.hatted in _ALPHABET and part.hatted != part.plain:
        plain = part.hatted
    foreign = part.hatted not in (part.plain, plain)
    if plain and plain in _ALPHABET:
        first = chr(65 + _ALPHABET.index(plain))
    else:
        first = plain if plain.isalnum() or plain == " " else plain and "!"
    cldr, office = ("6" if foreign else str(order.find(part.tone[0]) + 1 if part.tone else 0) for order in _TONES.values())
    return first, cldr, office, ("1" if character != lower else "0") if character.isalnum() else character


def _levels(text: str, tones: ToneOrder) -> tuple[str, str, str]:
    """Give letters, tones and case of text as three strings, each comparable by code points."""
    first: list[str] = []
    second: list[str] = []
    third: list[str] = []
    for character in " ".join(clean(text).split()):
        plain, cldr, office, case = _sorting(character)
        tone = cldr if tones == "cldr" else office
        if plain:
            first.append(plain)
            second.append(tone)
            third.append(case)
        elif second:
            second[-1] = tone
    return "".join(first), "".join(second).rstrip("0"), "".join(third).rstrip("0")


def sort_key(text: str, tones: ToneOrder = "cldr") -> str:
    """Give a key whose plain binary order is the Vietnamese order (CLDR ``vi``, domain.md D.2).

    Letters first (a ă â b c d đ …), then tones (ngang, huyền, hỏi, ngã, sắc, nặng; with ``office``: huyền, sắc, hỏi, ngã,
    nặng), then lower case before upper. Store it: a database opened elsewhere needs no collation of ours.
    """
    return "\x02".join(_levels(text, tones))


def name_key(full_name: str, order: NameOrder = "given-middle-family", tones: ToneOrder = "cldr") -> str:
    """Give the sort key of a person's name: tên (the last word), then đệm, then họ; or tên, họ, đệm (domain.md D.1)."""
    parts = clean(full_name).split()
    given, family, middle = parts[-1:], parts[:-1][:1], parts[1:-1]
    ordered = (given, middle, family) if order == "given-middle-family" else (given, family, middle)
    return "\x01".join("\x02".join(_levels(" ".join(part), tones)[:2]) for part in ordered)


def proper_case(name: str) -> str:
    """Show a name typed in capitals with one capital a word (rule G6): ``Y BHIÔNG`` → ``Y Bhiông``, ``H'HEN`` → ``H'Hen``.

    A name that already has a small letter is left as typed, apart from cleaning.
    """
    name = " ".join(clean(name).split())
    if not name.isupper():
        return name
    return _find_letters.sub(lambda run: run[0][:1] + run[0][1:].lower(), name)


def canonical(value: Any) -> bytes:
    """Give canonical JSON (contract.md 1): sorted keys, no spaces, UTF-8. The caller leaves null out and keeps strings NFC.

    Raises ValueError for what UTF-8 cannot hold: half of a surrogate pair.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise ValueError(_NO_LETTER) from error


def normalised(value: Any) -> Any:
    """Give ``value`` with every text in NFC and without control characters: the last gate before the journal (contract.md 1).

    What passes here can be sent: a receiver refuses a package with anything else in it.
    """
    if isinstance(value, str):
        if not value.isprintable():
            return clean(value, lines=True)
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: one if one is None or one.__class__ is int else normalised(one) for key, one in value.items()}
    if isinstance(value, list):
        return [normalised(one) for one in value]
    return value

"""Text in old Vietnamese encodings (domain.md D.3): told from correct text, and decoded when a person has chosen so.

What tells is the Vietnamese syllable: nearly every word of Vietnamese is one, so a text is in an old encoding when its marked
words are no syllables as they stand and are once decoded. Ask before ``db.text.clean``, which removes the soft hyphen that is
TCVN3's ư. Nothing here changes text by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Literal

from db.text import words

Encoding = Literal["tcvn3", "vni", "nfd", "utf8twice"]
Standing = Literal["old", "right", "either"]

# --- the tables ----------------------------------------------------------------------------------------------------------

_TCVN3_TABLE: Final = (
    "B5à B6ả B7ã B8á B9ạ A8ă BBằ BCẳ BDẵ BEắ C6ặ A9â C7ầ C8ẩ C9ẫ CAấ CBậ AEđ CCè CEẻ CFẽ D0é D1ẹ AAê D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ "
    "DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ ABô E5ồ E6ổ E7ỗ E8ố E9ộ ACơ EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ ADư F5ừ F6ử F7ữ F8ứ F9ự "
    "FAỳ FBỷ FCỹ FDý FEỵ A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ"
)
TCVN3: Final = {int(entry[:2], 16): entry[2] for entry in _TCVN3_TABLE.split()}
"""Code point as read (Latin-1) → letter. Capitals with tones are not in it: they live in fonts whose names end in H."""

_VNI_BASES: Final = {  # accent written after its letter → the letter with it; the third row follows ơ and ư, written ô and ö
    "aùøûõïêéèúüëâáàåãä": "áàảãạăắằẳẵặâấầẩẫậ",
    "eùøûõïâáàåãä": "éèẻẽẹêếềểễệ",
    "oùøûõïâáàåãä": "óòỏõọôốồổỗộ",
    "ôùøûõï": "ớờởỡợ",
    "uùøûõï": "úùủũụ",
    "öùøûõï": "ứừửữự",
    "yùøûõ": "ýỳỷỹ",
}
_VNI_ALONE: Final = dict(zip("ñíìæóòîôö", "đíìỉĩịỵơư", strict=True))


def _vni_table() -> dict[str, str]:
    table = {row[0] + accent: made for row, letters in _VNI_BASES.items() for accent, made in zip(row[1:], letters, strict=True)}
    table |= _VNI_ALONE
    upper = {old.upper(): new.upper() for old, new in table.items()}
    mixed = {old[0].upper() + old[1]: new.upper() for old, new in table.items() if len(old) == 2}
    return table | mixed | upper


VNI: Final = _vni_table()
"""Letter and accent character, or one special letter → letter. Longest match first."""

_find_vni = re.compile("|".join(sorted(VNI, key=len, reverse=True)))

_WRITTEN: Final[dict[Encoding, dict[int, str]]] = {
    "tcvn3": {ord(letter): chr(code) for code, letter in TCVN3.items()},
    "vni": {ord(letter): old for old, letter in VNI.items() if letter.islower()},
}
"""Letter → how it is written; of VNI the small letters."""

# --- what is Vietnamese --------------------------------------------------------------------------------------------------

_RIMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êch êm ên ênh êp êt "
    "êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng "
    "oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh "
    "ui um un ung uơ up ut uya uych uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu "
    "ưt ưu uy"
)
_is_syllable = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|n|nh|ngh?|ph?|qu?|r|s|t|th|tr|v|x)?(?:" + "|".join(_RIMES.replace("y", "i").split()) + ")"
).fullmatch
"""A syllable without its tone, y written i as in ``db.text.Word.hatted``."""

_LETTERS: Final = frozenset("abcdeghiklmnopqrstuvxy" + "".join(TCVN3.values()).lower())

only_unicode = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9]").search
"""Letters of Unicode Vietnamese that no old encoding shows: such text is right as it stands."""
_find_chunks = re.compile("[^\\s\x00-@\\[-`{-\x7f\u2010-\u2027\u2030-\u205e°²³]+").findall
_SIGNS: Final[dict[Encoding, Callable[[str], object]]] = {
    "tcvn3": re.compile("[¡-§«-®µ-¹»-¾×÷ßþ]|[a-zµ-¹][À-ÖØ-Þ]|[A-Z][À-ÖØ-Þ]+[a-z]").search,
    "vni": re.compile(
        "[ñÑøØåÅäÄ]|[AEae][àáâãÀÁÂÃ]|[Oo][âÂ]|[Qq][Uu][Oo][àáÀÁ]|[AEYaey][ùÙ]|[AEOUYaeouy][ûïÛÏ]|[UÔÖuôö][ùõÙÕ]|[Ôô][ïÏ]|[Öö][ôÔ]"
    ).search,
}
_TWICE_SIGN: Final = re.compile("á[º»]|Ã[\x80-\xbf\u0100-\u2122]|[ÄÆ][\x80-\xbf\u0100-\u2122]|Å[¨©]")


@lru_cache(maxsize=20_000)
def _is_vietnamese(chunk: str) -> bool:
    """Tell whether a run of letters is one Vietnamese syllable."""
    chunk = unicodedata.normalize("NFC", chunk)
    if not _LETTERS.issuperset(chunk.lower()) or not (chunk[1:].islower() or chunk.isupper()):
        return len(chunk) == 1 and chunk in _LETTERS
    (word,) = words(chunk)
    return len(word.tones) <= 1 and _is_syllable(word.hatted) is not None


def _without_u(chunk: str) -> bool:
    """Tell whether a decoded word is a syllable whose ư was lost: ``trờng``, ``nớc``."""
    return "ơ" in (hatted := "".join(word.hatted for word in words(chunk))) and _is_syllable(hatted.replace("ơ", "ươ", 1)) is not None


# --- telling and decoding ------------------------------------------------------------------------------------------------


def suspect(text: str) -> Encoding | None:
    """Give the old encoding that ``text`` (not yet cleaned) seems to be in, None for correct text. A microsecond for most text."""
    if text.isascii():
        return None
    otherwise: Encoding | None = None if unicodedata.is_normalized("NFC", text) else "nfd"
    if only_unicode(text) or all(map(_is_vietnamese, _marked(text))):
        return otherwise
    if _TWICE_SIGN.search(text) and _is_better(text, "utf8twice", signed=True):
        return "utf8twice"
    signs: dict[Encoding, bool] = {encoding: bool(sign(text)) for encoding, sign in _SIGNS.items()}
    for encoding in sorted(signs, key=lambda encoding: not signs[encoding]):
        if _is_better(text, encoding, signs[encoding]):
            return encoding
    return otherwise


def _is_better(text: str, encoding: Encoding, signed: bool) -> bool:
    """Tell whether decoding turns the marked words into syllables.

    ``signed``: the text shows characters that correct Vietnamese does not, so one word is enough; otherwise two are needed.
    """
    before = _marked(text)
    wrong = sum(not _is_vietnamese(chunk) for chunk in before)
    if wrong < (1 if signed else 2):
        return False
    after = _marked(decode(text, encoding)) if encoding == "utf8twice" else [decode(chunk, encoding) for chunk in before]
    right = sum(_reads(chunk, encoding) or "\ufffd" in chunk for chunk in after)
    return 5 * right >= 4 * len(after) and right * len(before) > (len(before) - wrong) * len(after)


def _reads(chunk: str, encoding: Encoding) -> bool:
    """Tell whether a decoded word is a syllable, for TCVN3 also one whose ư was lost."""
    return _is_vietnamese(chunk) or (encoding == "tcvn3" and _without_u(chunk))


@lru_cache(maxsize=20_000)
def stands(text: str, encoding: Encoding) -> Standing | None:
    """Give how a text stands where texts in ``encoding`` are about; None for what is the same in both.

    ``right``: it holds letters that only Unicode has, cannot be written so in ``encoding``, or its words are syllables only as they
    stand. ``either``: it reads as well both ways (``Hòa`` in VNI is ``Hịa``), so its neighbours decide. Else ``old``: letters that are
    not Vietnamese are never right.
    """
    if text.isascii():
        return None
    if encoding != "nfd" and only_unicode(text):
        return "right"
    after = decode(text, encoding)
    if after == text:
        return None
    if encoding == "nfd":
        return "old"
    if encoding == "utf8twice":
        return "right" if "\ufffd" in after and suspect(text) != encoding else "old"
    words = [(_is_vietnamese(chunk), _reads(decode(chunk, encoding), encoding)) for chunk in _marked(text)]
    gained, lost = sum(after and not before for before, after in words), sum(before and not after for before, after in words)
    if gained != lost:
        return "old" if gained > lost else "right"
    if gained or not _is_written(text, after, encoding):
        return "right"
    foreign = any(not one.isascii() and one not in _LETTERS for chunk in _marked(text) for one in chunk.lower())
    return "old" if foreign or _SIGNS[encoding](text) else "either"


def _is_written(text: str, read: str, encoding: Encoding) -> bool:
    """Tell whether what was read from a text would be written as that text: in VNI â stands only after another letter."""
    table = _WRITTEN[encoding]
    return read.translate(table) == text if encoding == "tcvn3" else read.lower().translate(table) == text.lower()


def _marked(text: str) -> list[str]:
    """Give the runs of letters with marks; a sign that stands alone (``×``, ``·``, ``½``) is none."""
    return [chunk for chunk in _find_chunks(text) if not chunk.isascii() and any(map(str.isalpha, chunk))]


def decode(text: str, encoding: Encoding, font: str | None = None) -> str:
    """Give ``text`` read in an old encoding, as NFC; what the encoding does not know stays.

    ``font`` is the cell's font: capitals of TCVN3 live in fonts whose names end in H (``.VnTimeH``). What double encoding
    lost for good becomes U+FFFD. Raises ValueError for an unknown encoding.
    """
    if encoding == "tcvn3":
        text = text.translate(TCVN3)
        capitals = font is not None and of_font(font) == "tcvn3" and font.rstrip().upper().endswith("H")
        return unicodedata.normalize("NFC", text.upper() if capitals else text)
    if encoding == "vni":
        return unicodedata.normalize("NFC", _find_vni.sub(lambda found: VNI[found[0]], text))
    if encoding == "utf8twice":
        return unicodedata.normalize("NFC", _once(text))
    if encoding == "nfd":
        return unicodedata.normalize("NFC", text)
    raise ValueError(f"unknown encoding {encoding!r}")


def _once(text: str) -> str:
    """Undo UTF-8 read as Windows-1252 or Latin-1; text that shows no sign of it stays."""
    if "Ä" not in text and not _TWICE_SIGN.search(text):
        return text
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("latin-1") if ord(character) < 256 else character.encode("cp1252")
        except UnicodeEncodeError:
            raw += character.encode("utf-8", "replace")
    # The second byte of Đ (90) is nothing in Windows-1252 and often dropped on the way: a lone Ä was a Đ.
    return re.sub(rb"\xc4(?![\x80-\xbf])", "Đ".encode(), bytes(raw)).decode("utf-8", "replace")


def of_font(font: str) -> Encoding | None:
    """Give the encoding that text in this font is written in: ``.VnTime`` TCVN3, ``VNI-Times`` VNI, others None."""
    name = font.strip().lower()
    return "tcvn3" if name.startswith(".vn") else "vni" if name.startswith("vni") else None


def lost_u(texts: Iterable[str]) -> bool:
    """Tell whether TCVN3 texts (a column, not yet cleaned) lost their ư, the soft hyphen that many tools drop.

    So it is when none holds a soft hyphen and a word is a syllable only with ư put back (``nớc``), or when so many words hold
    no ư that chance cannot be the reason (one Vietnamese word in fifteen has one).
    """
    marked = 0
    broken = False
    for text in texts:
        if "\xad" in text or "¦" in text:
            return False
        for chunk in _find_chunks(decode(text, "tcvn3")):
            marked += not chunk.isascii()
            broken = broken or (not _is_vietnamese(chunk) and _without_u(chunk))
    return broken or marked >= 200

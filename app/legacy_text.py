"""Text in old Vietnamese encodings (domain.md D.3): told from correct text; nothing is converted without being asked."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Encoding = Literal["tcvn3", "vni", "nfd", "utf8twice"]

_TCVN3 = frozenset("µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô­õö÷øùúûüýþ¡¢£¤¥¦§")
_TCVN3_SIGNS = frozenset("µ¶·¸¹¨»¼½¾©®ª«¬\xad¡¢£¤¥¦§÷øþßÆÇËÎÏÐÑÖ×ØÜÞåæçëîïñöûü")
"""Characters that TCVN3 text shows and correct Vietnamese never does."""
_VNI = re.compile(r"(?:[aeouyAEOUY][øûïùõâêáàåäöôúëüéèÅÄÂÊÁÀÖÔÙØÛÕÏÉÈËÜÚ])|ñ|Ñ")
_TWICE = re.compile(r"Ã[\x80-\xbf\u0080-\u024f\u2000-\u22ff]|á[º»][\x80-\xbf\u0080-\u024f\u2000-\u22ff]|Ä[\x91\x90\u2018‘’]|Æ[°¡]")


def suspect(text: str) -> Encoding | None:
    """Give the old encoding that ``text`` seems to be in, None for correct text. Cheap for ASCII and ordinary Vietnamese."""
    if text.isascii():
        return None
    if _TWICE.search(text):
        return "utf8twice"
    signs = sum(character in _TCVN3_SIGNS for character in text)
    proper = any(character > "\u02ff" or character in "ăĂđĐĩĨũŨơƠưƯ" for character in text)
    if not proper and signs and sum(character in _TCVN3 for character in text) >= signs:
        return "tcvn3"
    if not proper and len(_VNI.findall(text)) >= 2:
        return "vni"
    return None if unicodedata.is_normalized("NFC", text) else "nfd"

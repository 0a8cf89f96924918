"""Words of the interface in another language: gettext, with the Vietnamese sentence itself as the key.

Vietnamese is the source language and needs no file. ``NENNEP_LANG=en`` (or a setting) takes the English catalogue from
``resources/translations``; what it does not hold is shown in Vietnamese. Reports and records are never translated.

``_`` takes a sentence of ours: a literal, or one of ``db.message`` with its values. ``say`` takes what may as well be somebody's
data, such as an answer: only what ``db.message`` marks is translated. A translation may choose by a number:
``{n} {n:record|records}``.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from db.message import Joined, Lowered, Message, Named, small

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "translations"
DOMAIN = "nennep"
SOURCE = "vi"
_OURS = (Message, Joined, Lowered, Named)


class _Now:
    """What is spoken now."""

    language = SOURCE
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


class _Words(Formatter):
    """Formats as ``str.format`` does, and chooses by a number: ``{n:record|records}``."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if bar else str(super().format_field(value, format_spec))


class _Choosing(str):
    """A translated template that chooses by a number when it is formatted."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """Format as ``str`` does, choosing where the translation asks."""
        return _words.vformat(self, args, values)


_words = _Words()


def set_language(wanted: str | None = None) -> str:
    """Speak a language (None: what NENNEP_LANG says, else Vietnamese) from now on; give the one that is spoken."""
    short = (wanted or os.environ.get("NENNEP_LANG") or SOURCE).replace("-", "_").split("_")[0].split(".")[0].lower()
    _Now.language, _Now.catalogue = SOURCE, gettext.NullTranslations()
    if short != SOURCE and gettext.find(DOMAIN, str(FOLDER), [short]):
        _Now.language, _Now.catalogue = short, gettext.translation(DOMAIN, str(FOLDER), [short])
    return _Now.language


def language() -> str:
    """Give the language that is spoken now: ``vi`` or ``en``."""
    return _Now.language


def _(text: str) -> str:
    """Give a sentence of ours in the language of now; '' stays ''."""
    if not text or _Now.language == SOURCE:
        return text
    if isinstance(text, _OURS):
        return _again(text)
    found = _Now.catalogue.gettext(text)
    return _Choosing(found) if "|" in found else found


def many(caption: str, count: int = 0) -> str:
    """Give the word for records as it stands behind their number: ``buổi``; ``session`` behind 1, else ``sessions``.

    A translation gives the word behind 1 too where it is not the caption: ``security record|security records``.
    """
    said = _Now.catalogue.pgettext("many", caption) if _Now.language != SOURCE else caption
    one, bar, more = said.partition("|")
    if count == 1:
        return one if bar else small(_(caption))
    return small(_(caption)) if said == caption else more or said


def new_one(caption: str) -> str:
    """Give what a record of this caption is called before it is saved: ``Buổi mới``, ``New session``."""
    said = _("{what} mới").format(what=many(caption, 1))
    return said[:1].upper() + said[1:]


def say(text: str) -> str:
    """Give ``text`` in the language of now as far as it is ours; a plain string is somebody's data and stays as it is."""
    return text if _Now.language == SOURCE or not isinstance(text, _OURS) else _again(text)


def _again(text: Message | Joined | Lowered | Named) -> str:
    if isinstance(text, Named):
        return text.english or text
    if isinstance(text, Joined):
        return text.between.join(say(part) for part in text.parts)
    if isinstance(text, Lowered):
        return small(_again(text.of))
    found = _Now.catalogue.pgettext(text.context, text.template) if text.context else text.template
    if found == text.template:
        found = _Now.catalogue.gettext(text.template)
    values: Mapping[str, Any] = {name: say(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return _words.vformat(found, (), values) if values else found


set_language()

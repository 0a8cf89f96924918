"""Words of the interface in another language: gettext, with the Vietnamese sentence itself as the key.

Vietnamese is the source language and needs no file. ``NENNEP_LANG=en`` (or a setting) takes the English catalogue from
``resources/translations``; what it does not hold is shown in Vietnamese. Reports and records are never translated.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "translations"
DOMAIN = "nennep"
SOURCE = "vi"


class _Now:
    """What is spoken now."""

    language = SOURCE
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


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
    """Give ``text`` in the language of now; '' stays ''."""
    return _Now.catalogue.gettext(text) if text else ""


set_language()

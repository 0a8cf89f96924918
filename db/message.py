"""Sentences that can be said again in another language: ordinary text, which remembers what it was made of.

Everything here is the Vietnamese text itself, so that it is stored, compared and printed as any other text. Only ``app.i18n``
looks into it, and only for the window. No layer below the window knows which language is spoken.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Message(str):
    """A sentence made from a template: ``Message("Dài {n} ký tự.", n=7)``. Without values the template is the sentence.

    The template is the key of the translation. Values that are such sentences themselves are translated with it; other values
    (names, numbers, what was typed) stay as they are.
    """

    __slots__ = ("context", "template", "values")
    context: str
    """Where it stands, when the same Vietnamese words are not the same in another language: ``menu`` (the name of a page)."""
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Message:
        """Fill the values in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.context, made.template, made.values = "", template, values
        return made

    @classmethod
    def of_menu(cls, text: str) -> Message:
        """Take the name of a page: in other languages a plural."""
        made = cls(text)
        made.context = "menu"
        return made

    def __str__(self) -> str:
        """Give itself, so that ``str(error)`` of an error that holds one still knows its template."""
        return self

    def __reduce__(self) -> Any:
        return _made, (self.template, self.values, self.context)


class Lowered(str):
    """A word as it stands in the middle of a sentence."""

    __slots__ = ("of",)
    of: Message

    def __new__(cls, of: Message) -> Lowered:
        """Take its first letter small."""
        made = super().__new__(cls, small(of))
        made.of = of
        return made

    def __reduce__(self) -> Any:
        return Lowered, (self.of,)


class Joined(str):
    """Several sentences or words in a row, with the same text between them."""

    __slots__ = ("between", "parts")
    between: str
    parts: tuple[str, ...]

    def __new__(cls, between: str, parts: Iterable[str]) -> Joined:
        """Join the parts."""
        kept = tuple(parts)
        made = super().__new__(cls, between.join(kept))
        made.between, made.parts = between, kept
        return made

    def __str__(self) -> str:
        """Give itself, as ``Message`` does."""
        return self

    def __reduce__(self) -> Any:
        return Joined, (self.between, self.parts)


class Named(str):
    """A word that carries its English wording with it, as the labels of code lists do."""

    __slots__ = ("english",)
    english: str

    def __new__(cls, text: str, english: str) -> Named:
        """Take both wordings."""
        made = super().__new__(cls, text)
        made.english = english
        return made

    def __reduce__(self) -> Any:
        return Named, (str.__str__(self), self.english)


def small(text: str) -> str:
    """Give a word as it stands in the middle of a sentence: its first letter is small, unless it is a name or a short form."""
    return text if text[1:2].isupper() or text.startswith("Party") else text[:1].lower() + text[1:]


def inside(text: str) -> str:
    """Give a word as it stands in the middle of a sentence, still to be said again in another language."""
    if isinstance(text, Named):
        return Named(small(text), small(text.english))
    return Lowered(text) if isinstance(text, Message) else small(text)


def sentence(text: str) -> str:
    """Take a literal of ours for a sentence; what is marked already stays as it is, '' too."""
    return text if not text or isinstance(text, (Message, Joined, Named, Lowered)) else Message(text)


def as_data(text: Any) -> Any:
    """Give what JSON keeps of a sentence with its values, of which ``from_data`` makes it again; anything else stays as it is."""
    if isinstance(text, Message):
        return {"template": text.template, "values": {name: as_data(value) for name, value in text.values.items()}}
    return text


def from_data(kept: Any) -> Any:
    """Give the sentence that ``as_data`` kept, still to be said again in another language."""
    if isinstance(kept, dict):
        return Message(kept["template"], **{name: from_data(value) for name, value in kept["values"].items()})
    return kept


def _made(template: str, values: dict[str, Any], context: str) -> Message:
    made = Message(template, **values)
    made.context = context
    return made

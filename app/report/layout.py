"""Layout profiles: every measure of a printed report, read from ``resources/report/layout-*.toml`` (domain.md C).

A profile is dated data: a new rule is a new file. Fields of the sheet are millimetres, type sizes and steps are points.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import tomllib
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from db.errors import ExpectedError
from db.message import Message

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "report"


@dataclass(frozen=True)
class Sheet:
    """A sheet and its margins in mm; ``page_number`` is the baseline of the page number from the top edge, in mm."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    page_number: float


@dataclass(frozen=True)
class Body:
    """Running text: type in pt; ``indent`` of the first line, and of the text after a dash or number behind that indent, in mm."""

    size: float
    leading: float
    before: float
    indent: float
    dash_text: float
    number_text: float


@dataclass(frozen=True)
class HeadingStyle:
    """One level of headings, in pt."""

    face: str
    size: float
    leading: float
    before: float
    centred: bool = False


@dataclass(frozen=True)
class Box:
    """A box of page 1: its first size that fits; ``step`` to the next line in pt; ``baseline`` in mm from the top edge, if fixed.

    ``rule``: pt from the last baseline to the line below (0: none), as long as ``rule_share`` of the longest text line.
    ``mark`` is printed one ``step`` below instead. ``clear`` is the least distance in pt from the box above.
    """

    face: str
    sizes: tuple[float, ...]
    step: float = 0.0
    text: str = ""
    baseline: float = 0.0
    rule: float = 0.0
    rule_share: float = 1.0
    mark: str = ""
    mark_step: float = 0.0
    clear: float = 0.0


@dataclass(frozen=True)
class LetterheadLayout:
    """Page 1 above the text. ``left_column`` in mm; ``first`` baseline in mm; ``body_after``: pt from the subject to the text."""

    left_column: float
    first: float
    body_after: float
    nation: tuple[Box, ...]
    parent: Box
    issuer: Box
    number: Box
    place_date: Box
    kind: Box
    subject: Box


@dataclass(frozen=True)
class PageNumber:
    """The page number's type size in pt."""

    size: float


@dataclass(frozen=True)
class Footer:
    """The footer; ``grey`` 0 black … 1 white; ``from_bottom`` in mm; ``count`` with ``{page}`` and ``{pages}``."""

    size: float
    grey: float
    from_bottom: float
    count: str


@dataclass(frozen=True)
class DraftMark:
    """What a draft carries: frame in mm under the number, and the large words drawn as outlines on every page."""

    words: str
    width: float
    height: float
    line: float
    clear: float
    size: float
    turn_size: float
    turn_clear: float
    shift: float
    mark_size: float
    mark_grey: float
    mark_angle: float


@dataclass(frozen=True)
class Closing:
    """Signature and recipients. ``above``: pt from the last text line; ``centre``: share of the text width.

    ``faces`` of the position lines, the last one repeated; ``name_after``: pt below the last position line; ``list_text`` in mm.
    """

    above: float
    centre: float
    size: float
    step: float
    faces: tuple[str, ...]
    name_after: float
    recipients: str
    recipients_face: str
    recipients_size: float
    list_size: float
    list_leading: float
    list_first: float
    list_text: float
    separator: str
    underline: bool


@dataclass(frozen=True)
class AnnexLayout:
    """Annex pages, in pt. ``table_after``: from the last title baseline to the table; ``unit_clear``: from the unit line to the table."""

    number_size: float
    title_size: float
    title_leading: float
    reference_size: float
    reference_leading: float
    table_after: float
    unit_size: float
    unit_step: float
    unit_clear: float
    note_size: float
    note_leading: float
    note_after: float
    empty: str


@dataclass(frozen=True)
class Profile:
    """One layout profile, valid from ``valid_from`` to ``valid_to`` (None: still valid)."""

    name: str
    label: str
    legal_basis: str
    valid_from: datetime.date
    portrait: Sheet
    landscape: Sheet
    body: Body
    heading: dict[str, HeadingStyle]
    page_number: PageNumber
    footer: Footer
    letterhead: LetterheadLayout
    draft: DraftMark
    closing: Closing
    annex: AnnexLayout
    valid_to: datetime.date | None = None

    def holds(self, day: str) -> bool:
        """Tell whether it is in force on an ISO day."""
        return self.valid_from.isoformat() <= day <= (self.valid_to.isoformat() if self.valid_to else "9999")


T = TypeVar("T")


def _build(kind: type[T], data: Any) -> T:
    """Make ``kind`` of parsed TOML; an unknown or missing key is an error of the file."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return cast(T, data)
    if origin is tuple:
        return cast(T, tuple(_build(arguments[0], item) for item in data))
    if origin is dict:
        return cast(T, {key: _build(arguments[1], item) for key, item in data.items()})
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        if unknown := set(data) - set(hints):
            raise ValueError(f"{kind.__name__}: {sorted(unknown)}")
        return kind(**{key: _build(hints[key], item) for key, item in data.items()})
    if kind is float:
        return cast(T, float(data))
    if not isinstance(data, kind):
        raise ValueError(f"{data!r}: {kind.__name__}")
    return data


@functools.cache
def profiles(folder: Path = FOLDER) -> tuple[Profile, ...]:
    """All profiles of a folder, oldest first. Raises ExpectedError for a file that cannot be used."""
    found = []
    for path in sorted(folder.glob("layout-*.toml")):
        try:
            found.append(_build(Profile, tomllib.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise ExpectedError(
                "layout_unreadable",
                Message("Tệp thể thức {name} không dùng được: {error}.", name=path.name, error=error),
                "Hãy cài đặt lại phần mềm.",
            ) from error
    return tuple(sorted(found, key=lambda profile: profile.valid_from))


def profile(name: str, day: str = "", folder: Path = FOLDER) -> Profile:
    """The profile ``name`` in force on an ISO day ('': the newest), the first one on a day before all of them.

    ``holds`` tells whether it was in force then. Raises ExpectedError where none has this name.
    """
    named = [p for p in profiles(folder) if p.name == name]
    if day and named:
        named = [p for p in named if p.valid_from.isoformat() <= day] or named[:1]
    if not named:
        raise ExpectedError(
            "layout_unknown", Message("Không có thể thức trình bày “{name}”.", name=name), "Hãy chọn thể thức khác trong phần Báo cáo."
        )
    return named[-1]

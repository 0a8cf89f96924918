"""The report as it is being written: its pages, its outline with the state of each section, and the texts people write into it.

No Qt here. What is typed is the text of an ``app.entry.Entry`` over the report record of unit and period, so drafts, checks and
saving are those of every form, and a draft begun here can be finished in any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from app import drafts
from app.entry import Cell, Entry, Row
from app.periods import Period
from app.periods import period as period_of
from app.put_together import put_on
from app.report import approval, outline
from app.report.document import Heading, Paragraph, Report
from app.unit_tree import own_unit, report_uid
from db import journal
from db.errors import ExpectedError
from db.record import ENTERED, complete
from db.records import RECORD_TYPES
from db.store import Progress, Store
from db.system import Draft

if TYPE_CHECKING:
    from app.report.pdf import Place

TYPE = RECORD_TYPES["report"]
FIELDS = ("number", "dated", "draft_no", "profile", "sources", "sign_code", "signer_rank", "signer_name", "secrecy")
"""The report's own answers, in the order in which they are asked."""

State = Literal["generated", "written", "both", "empty", "head"]
"""Of a section: made from figures, written by hand, both, nothing yet, or only a heading over others."""


class Item(NamedTuple):
    """One line of the outline. ``depth`` 0 is a part, ``title`` short, ``whole`` as printed; ``by_hand``: text can be written into it."""

    key: str
    depth: int
    title: str
    whole: str
    state: State
    by_hand: bool = True


@dataclass(frozen=True)
class Shown:
    """A report as it is drawn: the bytes of its PDF, where its figures stand, and its outline."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]
    items: tuple[Item, ...]
    headings: tuple[str, ...]
    """Outline keys of the printed headings, in the order of the PDF's own outline tree."""
    warnings: tuple[str, ...]
    made: datetime
    """The time that drafts print."""
    draft: bool


def draw(
    store: Store, period: Period, unit: str | None, exact: bool = False, now: datetime | None = None, progress: Progress | None = None
) -> Shown:
    """Build and draw the report of ``unit`` (uid; None: the office's own); an approved one is shown as it was approved.

    Raises ExpectedError when there is no office.
    """
    from app.report import content, pdf  # drawing is opened only when something is drawn

    made = now or datetime.now()
    kept = approval.newest(store, period) if unit in (None, own_unit(store)) else None
    final = None if kept is None else content.Final(kept[0].turn, kept[0].own)
    report = content.build(store, period, unit, exact=exact, now=made, final=final)
    drawing = pdf.render(report, progress)
    return Shown(
        drawing.pdf if kept is None else kept[1],
        drawing.pages,
        drawing.places,
        tuple(items(report, written(store, period, unit))),
        headings(report),
        report.warnings,
        made,
        report.draft is not None,
    )


# -- the outline ---------------------------------------------------------------------------------------------------------------


def headings(report: Report) -> tuple[str, ...]:
    """Give the outline keys of all printed headings: those of the text, then the annexes."""
    annexes = [section.key for section in outline.read().sections if section.kind == "annex"]
    return (*(block.key for block in report.body if isinstance(block, Heading)), *annexes[: len(report.annexes)])


def items(report: Report, texts: dict[str, str]) -> Iterator[Item]:
    """Give the outline of a report, with what each section is made of. ``texts`` is what people wrote, by key."""
    rules = outline.read()
    words = {block.key: block for block in report.body if isinstance(block, Heading)}
    said = _said(report, rules.wording.nothing)
    yield Item(rules.wording.basis, 1, "Căn cứ", "Căn cứ", "written" if texts.get(rules.wording.basis) else "empty")
    annexes = iter(report.annexes)
    for section in rules.sections:
        if section.kind == "annex":
            annex = next(annexes)
            title = f"{annex.number}. {annex.title.capitalize()}"
            yield Item(section.key, 1, title, f"{annex.number}. {annex.title}", "generated" if annex.groups else "empty", False)
            continue
        heading = words.get(section.key)
        depth = section.key.count(".")
        by_hand = bool(texts.get(section.key))
        by_figures = section.kind == "sentences" and section.key in said
        state: State = "both" if by_hand and by_figures else "written" if by_hand else "generated" if by_figures else "empty"
        if state == "empty" and rules.has_children(section.key):
            state = "head"
        text = " ".join((heading.text if heading else section.heading).split())
        number = heading.number if heading else section.title({}).number if "{" not in section.heading else ""
        yield Item(section.key, depth, _title(section.key, number, text), f"{number} {text}".strip(), state)


def _said(report: Report, nothing: str) -> set[str]:
    return {block.key for block in report.body if isinstance(block, Paragraph) and block.text != nothing}


def _title(key: str, number: str, heading: str) -> str:
    """Shorten a heading for a list: in small letters where it is printed in capitals, without the "Công tác" that most begin with."""
    if "." not in key:
        return number
    words = heading.capitalize() if heading.isupper() else heading
    if key.count(".") > 1 and words.startswith("Công tác ") and words.lower().count("công tác") == 1:
        words = words[9:10].upper() + words[10:]
    return f"{number} {words}"


# -- what people write ---------------------------------------------------------------------------------------------------------


def written(store: Store, period: Period, unit: str | None) -> dict[str, str]:
    """Give the saved free text by outline key; {} when nothing was written."""
    try:
        _type, record = store.read(report_uid(store, period, unit))
    except ExpectedError as error:
        if error.code != "id":  # not "no such record" but a database that cannot be read
            raise
        return {}
    found: dict[str, list[str]] = {}
    for line in record["contents"] if record["state"] == ENTERED else ():
        found.setdefault((line["section"] or "").strip(), []).append((line["text"] or "").strip())
    return {key: "\n".join(filter(None, texts)) for key, texts in found.items()}


def context_of(store: Store, uid: str | None, draft: str | None) -> tuple[Period, str] | None:
    """Give period and unit (uid) of a report's record or draft; None where the draft does not say them."""
    entry = Entry(store, TYPE)
    if draft is not None:
        entry.resume(draft)
    elif uid is not None:
        entry.open(uid)
    values = entry.record_values()
    try:
        return (period_of(store, values["period"]), values["unit"]) if values["period"] and values["unit"] else None
    except ExpectedError:
        return None


class Writing:
    """The texts and own fields of one report being written: opened with its draft when there is one.

    ``dirty`` says that something typed is not saved, ``kept`` that a draft holds all of it.
    """

    def __init__(self, store: Store, period: Period, unit: str | None, user: str) -> None:
        self.store, self.period, self.unit, self.user = store, period, unit or own_unit(store), user
        self.entry = Entry(store, TYPE)
        self.dirty = False
        self.kept = True
        self._before: list[journal.Entry] = []
        self.open()

    def open(self) -> None:
        """Start from the saved record and the newest draft that changes it."""
        self.entry.clear()
        uid = report_uid(self.store, self.period, self.unit)
        if self.store.row_ids(TYPE, [uid]):
            self.entry.open(uid)
            if self.entry.base is not None and self.entry.base["state"] != ENTERED:
                self._start_anew(uid)
        else:
            self._start_anew(None)
        self._saved = self._texts()
        draft = drafts.of_record(self.store, uid) if self.entry.uid else self._own_draft()
        self.dirty = draft is not None
        self.kept = True
        if draft is not None:
            self.entry.resume(draft)
            self._catch_up()

    def _catch_up(self) -> None:
        """Put what is typed on the report as it is saved now: sections that were saved meanwhile and not typed here stay as saved."""
        change = self.entry.moved()
        if change is not None:
            put_on(self.entry, change)

    def _start_anew(self, uid: str | None) -> None:
        """Begin empty; a report record that was cancelled is written anew under its uid."""
        self.entry.clear()
        self.entry.uid = uid
        questions = TYPE.questions()
        for name, value in (("unit", self.unit), ("period", self.period.code)):
            self.entry.cells[name] = self.entry.shown(questions[name], value, None)

    def _own_draft(self) -> str | None:
        """Find the newest draft of a new report record for this unit and period."""
        query = Draft.select(Draft.id).where((Draft.type == TYPE.type_name) & Draft.record.is_null()).order_by(Draft.ts.desc())
        for (draft,) in self.store.execute(query.tuples()).fetchall():
            other = Entry(self.store, TYPE)
            other.resume(draft)
            values = other.record_values()
            if (values["unit"], values["period"]) == (self.unit, self.period.code):
                return str(draft)
        return None

    def held(self) -> str:
        """Say why the report may not change: it is approved and its period locked; '' where it may."""
        record = complete(TYPE, {"unit": self.unit, "period": self.period.code})
        found = next(iter(self.store.held(TYPE, [record])), [])
        return found[0].message if found else ""

    # -- sections ------------------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[Row]:
        """The rows of the record's contents."""
        return self.entry.lines["contents"]

    def _texts(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        for line in self.lines:
            found.setdefault(line["section"].text.strip(), []).append(line["text"].text)
        return {key: "\n".join(texts) for key, texts in found.items()}

    def text(self, key: str) -> str:
        """Give the text of a section as typed; '' for none."""
        return self._texts().get(key, "")

    def is_changed(self, key: str) -> bool:
        """Tell whether a section's text differs from what is saved."""
        return self.text(key) != self._saved.get(key, "")

    def changed_keys(self) -> set[str]:
        """Give the sections whose text differs from what is saved."""
        now = self._texts()
        return {key for key in {*now, *self._saved} if now.get(key, "") != self._saved.get(key, "")}

    def set_text(self, key: str, text: str) -> None:
        """Take what is typed for a section; several lines of the record become one, '' removes it."""
        if text == self.text(key):
            return
        at = next((place for place, line in enumerate(self.lines) if line["section"].text.strip() == key), len(self.lines))
        rest = [line for line in self.lines if line["section"].text.strip() != key]
        if text.strip():
            rest.insert(at, {"section": Cell(key), "text": Cell(text)})
        self.entry.lines["contents"] = rest
        self._touched()

    # -- own fields ----------------------------------------------------------------------------------------------------------

    def set_cell(self, name: str, cell: Cell) -> None:
        """Take what is typed for one of ``FIELDS``."""
        self.entry.cells[name] = cell
        self._touched()

    def _touched(self) -> None:
        self.dirty, self.kept = True, False

    # -- keeping and saving --------------------------------------------------------------------------------------------------

    def keep(self) -> bool:
        """Write what is typed as a draft unless one holds it already; tell whether it was written. Raises ExpectedError."""
        if self.kept or not self.dirty:
            return False
        self.entry.save_draft(self.user)
        self.kept = True
        return True

    def problems(self) -> dict[str, str]:
        """Give what refuses the save, in words: by field, or by the key of the section."""
        found: dict[str, str] = {}
        for one in self.entry.check():
            if one.problem.level == "error":
                key = self.lines[one.row]["section"].text.strip() if one.kind == "contents" and one.row is not None else one.name
                found.setdefault(key, one.problem.message)
        return found

    def save(self) -> str:
        """Save the record and take its draft away; give its uid. Raises ``db.store.Refused`` for errors."""
        uid = self.entry.uid
        self._before = self.store.versions(uid)[-1:] if uid else []
        self._catch_up()
        uid = self.entry.save(self.user)
        self.open()
        return uid

    @property
    def can_undo(self) -> bool:
        """Whether there is a version before the last save to go back to."""
        return bool(self._before)

    def undo_save(self) -> None:
        """Make the version before the last save the newest again."""
        for entry in self._before:
            self.store.restore(entry.record, entry.device, entry.seq, self.user)
        self._before = []
        self.open()

    def drop(self) -> None:
        """Throw away what was typed since the last save, draft and all."""
        if self.entry.draft is not None:
            drafts.remove(self.store, [self.entry.draft])
        self.open()

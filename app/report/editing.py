"""The report as it is being written: the texts, the outline and the wording that people give it.

No Qt here. What is typed is the text of an ``app.entry.Entry`` over the report record of unit and period, so drafts, checks and
saving are those of every form, and a draft begun here can be finished in any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app import drafts
from app.entry import Cell, Entry, Row
from app.merging import Change
from app.periods import Period
from app.periods import period as period_of
from app.put_together import put_on
from app.report import arrangement, given, outline, rewording
from app.report.arrangement import Arrangement
from app.report.phrases import Lookup
from app.report.rewording import Wording
from app.unit_tree import own_unit, report_uid
from db import journal
from db.errors import ExpectedError
from db.questions import Answers
from db.record import ENTERED, complete
from db.records import RECORD_TYPES
from db.store import Store
from db.system import Draft

TYPE = RECORD_TYPES["report"]
FIELDS = ("number", "dated", "draft_no", "profile", "sources", "sign_code", "signer_rank", "signer_name", "secrecy")
"""The report's own answers, in the order in which they are asked."""


def _joined(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join the texts of each section, in order."""
    found: dict[str, list[str]] = {}
    for key, text in texts:
        found.setdefault(key.strip(), []).append(text)
    return {key: "\n".join(parts) for key, parts in found.items()}


# -- what people write ---------------------------------------------------------------------------------------------------------


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

    def open(self, with_draft: bool = True) -> None:
        """Start from the saved record and the newest draft that changes it; without the draft, ``waiting`` names it."""
        self.entry.clear()
        self.cancelled: str | None = None
        self.waiting: str | None = None
        uid = report_uid(self.store, self.period, self.unit)
        if self.store.row_ids(TYPE, [uid]):
            self.entry.open(uid)
            if self.entry.base is not None and self.entry.base["state"] != ENTERED:
                self.cancelled = self.entry.base["cancel_reason"] or ""
                self._start_anew()
        else:
            self._start_anew()
        draft = drafts.of_record(self.store, uid) if self.entry.uid else self._own_draft()
        if not with_draft:
            self.waiting, draft = draft, None
        self.dirty = draft is not None
        self.kept = True
        if draft is not None:
            self.entry.resume(draft)
            self.cancelled = None
        self._remember()

    def _remember(self) -> None:
        """Keep in mind what was there before anything was typed."""
        base = self.entry.base
        lines = base["contents"] if base is not None and base["state"] == ENTERED else ()
        self._saved = _joined((line["section"] or "", line["text"] or "") for line in lines)
        kept = base["wordings"] if base is not None and base["state"] == ENTERED else ()
        self._saved_wordings = rewording.of_lines(kept)

    def _start_anew(self) -> None:
        """Begin empty. A record that was cancelled is written anew under its uid, from the version that cancelled it."""
        entry = self.entry
        uid, base, heads = entry.uid, entry.base, entry.heads
        entry.clear()
        entry.uid, entry.base, entry.heads = uid, base, heads
        questions = TYPE.questions()
        for name, value in (("unit", self.unit), ("period", self.period.code)):
            entry.cells[name] = entry.shown(questions[name], value, None)

    def begin_anew(self) -> None:
        """Write a report anew whose record was cancelled: what is saved next enters it again."""
        self.cancelled = None

    def bring_back(self) -> None:
        """Enter the cancelled record again, with all that was written in it."""
        record = self.entry.base
        if self.cancelled is not None and record is not None:
            self.store.save(TYPE.type_name, dict(record) | {"state": ENTERED, "cancel_reason": None}, self.user)
        self.open()

    # -- others ------------------------------------------------------------------------------------------------------------

    def moved(self) -> Change | None:
        """Give what happened to the record since it was opened here; None for nothing."""
        uid = report_uid(self.store, self.period, self.unit)
        if self.entry.uid is None and self.store.row_ids(TYPE, [uid]):  # made by somebody else meanwhile
            self.entry.uid, self.entry.heads = uid, {}
            self.entry.base = complete(TYPE, {"uid": uid, "unit": self.unit, "period": self.period.code})
        return self.entry.moved()

    def put_together(self) -> list[str]:
        """Put what is typed on the record as it is now; give the labels of answers that both sides changed (kept: what is typed)."""
        change = self.moved()
        clashes = put_on(self.entry, change) if change is not None else []
        self._remember()
        return clashes

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
        return _joined((line["section"].text, line["text"].text) for line in self.lines)

    def texts(self) -> dict[str, str]:
        """Give all texts as typed, by section."""
        return self._texts()

    def text(self, key: str) -> str:
        """Give the text of a section as typed; '' for none."""
        return self._texts().get(key, "")

    def is_changed(self, key: str) -> bool:
        """Tell whether a section's text differs from what is saved."""
        return self.text(key) != self._saved.get(key, "")

    def changed_keys(self) -> set[str]:
        """Give the sections whose text, or one of whose sentences, is worded otherwise than it is saved."""
        texts, words, before = self._texts(), self.wordings(), self._saved_wordings
        found = {key for key in {*texts, *self._saved} if texts.get(key, "") != self._saved.get(key, "")}
        codes = {code for code in {*words, *before} if words.get(code) != before.get(code)}
        return found | set(outline.read().keys_of(codes))

    def typed_wordings(self) -> list[Wording]:
        """Give the sentences that are worded otherwise than it is saved."""
        return [one for code, one in self.wordings().items() if one != self._saved_wordings.get(code)]

    @property
    def outline_changed(self) -> bool:
        """Whether the outline is not the one that is saved."""
        base = self.entry.base
        before = base["outline"] if base is not None and base["state"] == ENTERED else ()
        return self.arrangement != self._arranged(before)

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

    # -- outline and wording -------------------------------------------------------------------------------------------------

    def _values(self, kind: str) -> list[dict[str, Any]]:
        """Give the lines of a kind as answers; what means nothing yet is no answer."""
        return [self.entry.line_values(kind, row) for row in self.entry.lines[kind]]

    def _put(self, kind: str, lines: Iterable[Mapping[str, Any]]) -> None:
        questions = TYPE.kinds[kind].questions()
        self.entry.lines[kind] = [
            {name: self.entry.shown(question, line.get(name), None) for name, question in questions.items()} for line in lines
        ]
        self._touched()

    @property
    def arrangement(self) -> Arrangement:
        """The outline as it stands."""
        return self._arranged(self._values("outline"))

    def _arranged(self, lines: Sequence[Answers]) -> Arrangement:
        return arrangement.of_lines(lines or given.outline(self.store, self.period.code))

    def arrange(self, new: Arrangement) -> bool:
        """Take another outline; tell whether it is one. The texts of sections that it no longer has go with them.

        Raises ExpectedError where no section would be left.
        """
        before = self.arrangement
        if new == before:
            return False
        if all(spot.annex for spot in new.printed):
            raise ExpectedError("outline", "Báo cáo phải còn ít nhất một mục.", "Hãy đưa một mục khác vào báo cáo trước.")
        self._put("outline", new.lines())
        for spot in before.spots:
            if spot.key not in new:
                self.set_text(spot.key, "")
        return True

    def wordings(self) -> dict[str, Wording]:
        """Give the sentences that are reworded, by code."""
        return rewording.of_lines(self._values("wordings"))

    def reword(self, code: str, text: str, lookup: Lookup) -> None:
        """Take a person's words for a sentence, with what its figures are now; '' takes the generated sentence again."""
        lines = [line for line in self._values("wordings") if line["sentence"] != code]
        if text.strip():
            templates = (*outline.sentence(code).templates(), text)
            lines.append({"sentence": code, "text": text.strip(), "seen": rewording.seen_now(templates, lookup)})
        self._put("wordings", lines)

    @property
    def exact(self) -> bool:
        """Whether all numbers are written exactly."""
        return bool(self.entry.record_values()["exact"])

    def set_exact(self, exact: bool) -> None:
        """Write all numbers exactly, or as the sentences have them; single ones that differed follow."""
        self.entry.cells["exact"] = self.entry.shown(TYPE.questions()["exact"], exact or None, None)
        self._put("phrases", [])

    def is_exact(self, figure: str) -> bool:
        """Whether a figure is written exactly."""
        return next((bool(line["exact"]) for line in self._values("phrases") if line["figure"] == figure), self.exact)

    def set_phrase(self, figure: str, exact: bool) -> None:
        """Write one figure exactly, or as the sentences have it."""
        lines = [line for line in self._values("phrases") if line["figure"] != figure]
        if exact != self.exact:
            lines.append({"figure": figure, "exact": exact})
        self._put("phrases", lines)

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
        """Save the record and take its draft away; give its uid.

        Raises ``db.store.Refused`` for errors, ``merging.Moved`` where somebody else changed the record since it was opened here.
        """
        self.moved()
        uid = self.entry.uid
        before = self.store.versions(uid)[-1:] if uid else []
        uid = self.entry.save(self.user)
        self._before = before
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

"""What a person may do next with the office's own report, and what approving it would freeze: told before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from peewee import fn

from app import figures, users
from app.entry import Entry
from app.periods import Period
from app.report import approval
from app.report.approval import TYPE, Standing
from app.unit_tree import own_unit, report_uid
from db.catalogues import code_list
from db.errors import ExpectedError
from db.message import Message, inside
from db.record import ENTERED, complete
from db.records import RECORD_TYPES
from db.store import Progress, Store
from db.system import Draft

if TYPE_CHECKING:
    from app.report.sound import Doubt

Act = Literal["submit", "approve", "return", "amend"]
NEXT: dict[approval.Stage, tuple[Act, ...]] = {"draft": ("approve", "submit"), "submitted": ("approve", "return"), "approved": ("amend",)}
"""What can come next at each stage; of a draft the first that the person may do."""
ACTIONS: dict[Act, str] = {"submit": "submit", "approve": "approve", "return": "approve", "amend": "approve"}


@dataclass(frozen=True)
class Step:
    """One thing that can come next; ``refusal`` says why this person may not do it, '' when they may."""

    act: Act
    refusal: str = ""


def steps(store: Store, found: Standing, by: str) -> tuple[Step, ...]:
    """Give what comes next with a report that stands so, for the user ``by``: the step itself, then what else can be done.

    Steps that the user may not do are given only where there is no other one, with the words of the refusal.
    """
    every = [Step(act, _refusal(store, found, by, act)) for act in NEXT[found.stage]]
    allowed = [step for step in every if not step.refusal]
    if not allowed:
        return (every[-1] if found.stage == "draft" else every[0],)
    return tuple(allowed[:1] if found.stage == "draft" else allowed)


def _refusal(store: Store, found: Standing, by: str, act: Act) -> str:
    if act == "approve" and found.stage == "draft":
        return _refused(partial(approval.require_both, store, by))
    return _refused(partial(users.require, store.database, by, ACTIONS[act]))


def _refused(require: Callable[[], object]) -> str:
    """Give the words with which something is refused; '' where it is not."""
    try:
        require()
    except ExpectedError as error:
        return str(error)
    return ""


def name(found: Standing) -> str:
    """Say where a report stands: the stage, behind the number of the amendment that is written or stands approved."""
    stage = Message(approval.STAGES[found.stage])
    if not found.turn:
        return stage
    which = Message("Bổ sung lần {turn}", turn=f"{found.turn:02d}")
    return which if found.stage == "draft" else Message("{which} · {stage}", which=which, stage=inside(stage))


def which(turn: int) -> str:
    """Name an approval: the report itself, or the number of the amendment."""
    return Message("Bổ sung lần {turn}", turn=f"{turn:02d}") if turn else Message("Bản chính")


def short(digest: str) -> str:
    """Give a report's code as its pages print it: three groups of four."""
    return " ".join(digest[start : start + 4] for start in (0, 4, 8))


# -- what would be frozen ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What approving would freeze, and what is odd about it.

    ``records`` counts those that the report rests on, its own included; ``drafts`` gives by record type how many there are of the period,
    and of the report; ``open`` how many records have a warning that nobody answered. ``missing`` are labels of what the report would
    print blank, ``warnings`` are of its making; ``own`` says that who would approve made it; ``refusal`` why it cannot be approved as it
    stands, '' where it can; ``doubts`` are asked before it is.
    """

    records: int
    drafts: Mapping[str, int]
    open: Mapping[str, int]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    own: bool
    refusal: str = ""
    doubts: tuple[Doubt, ...] = ()


def facts(store: Store, period: Period, by: str, progress: Progress | None = None) -> Facts:
    """Tell what approving the office's own report would freeze now. Raises ExpectedError when there is no office."""
    from app.report import content, sound

    found = approval.standing(store, period)
    own = approval.is_own(found, by)
    builder = content.Builder(store, period, figures.compute(store, period), None, content.Final(found.turn, own))
    now = datetime.now()
    report = builder.report(now)
    uid = report_uid(store, period, None)
    written = complete(TYPE, {})
    if store.row_ids(TYPE, [uid]):
        _type, kept = store.read(uid)
        written = kept if kept["state"] == ENTERED else written
    questions = TYPE.questions()
    missing = [Message(questions[name].label) for name in ("number", "dated") if not written[name]]
    records, opened = 0, Counter[str]()
    for declared, frozen in approval.rests_on(store, period, uid):
        inside = declared.counted_on.between(period.start, period.end)
        records += store.execute(declared.select(fn.COUNT()).where(frozen & (declared.uid != uid)).tuples()).fetchone()[0]
        warned = (declared.state == ENTERED) & (declared.open_warnings > 0)
        opened[declared.type_name] += store.execute(declared.select(fn.COUNT()).where(inside & warned).tuples()).fetchone()[0]
    drafts = Counter(_drafts(store, period, progress))
    refusal = _refused(partial(sound.require, builder, report))
    doubts = tuple(sound.doubts(builder, report, now.date()))
    told = tuple(words for words in (*report.warnings, report.notice) if words and words not in builder.lacking)  # which is asked
    return Facts(records + 1, drafts, +opened, tuple(missing), told, own, refusal, doubts)


def _drafts(store: Store, period: Period, progress: Progress | None) -> Iterator[str]:
    """Give the types of the drafts that would count in the period, that change a record of it, or that are of its own report."""
    rows = store.execute(Draft.select(Draft.id, Draft.type).tuples()).fetchall()
    for place, (draft, type_name) in enumerate(rows):
        if progress is not None:
            progress(place, len(rows))
        declared = RECORD_TYPES.get(type_name)
        if declared is None:
            continue
        entry = Entry(store, declared)
        try:
            entry.resume(draft)
        except ExpectedError:  # saved or dropped meanwhile, or over a record of which nothing is left
            continue
        values = entry.record_values()
        if declared is TYPE:
            inside = (values["unit"], values["period"]) == (own_unit(store), period.code)
        else:
            days = [declared.counted_day(one) for one in (values, entry.base) if one is not None]
            inside = any(period.start <= day <= period.end for day in days if day)
        if inside:
            yield type_name


# -- secrecy -------------------------------------------------------------------------------------------------------------------


def secrecies() -> tuple[tuple[str, str], ...]:
    """Give code and words of the three answers about secrecy; the last stands for all that this program is not for."""
    codes = code_list("SECRECY")
    every = codes.codes(None)
    secret = next(code for code in every if codes.attribute(code, "secret") == "1")
    return (
        *((code, codes.label(code, None)) for code in every if codes.attribute(code, "secret") != "1"),
        (secret, Message("Mật trở lên")),
    )


def refusal_of(secrecy: str) -> str:
    """Say why a report of this secrecy cannot be approved here; '' when it can."""
    return _refused(partial(approval.require_open_document, secrecy))

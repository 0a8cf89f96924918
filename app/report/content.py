"""Outline + figures + what people wrote → a report as plain data (architecture.md 1). No arithmetic: numbers come from ``app.figures``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from app import board, figures, periods
from app.figures import Figures
from app.periods import Period
from app.report import annex_rules, annex_tables, arrangement, given, issuer, outline, rewording, source_table
from app.report.arrangement import Arrangement, Numbering, Spot, roman
from app.report.document import Annex, Block, Draft, Heading, Letterhead, Paragraph, Report, Run, Signature
from app.report.layout import profile
from app.report.outline import Outline
from app.report.phrases import Filler
from app.report.rewording import Live
from app.report.sentences import Sentences, Values
from app.unit_tree import own_unit, report_uid
from db import templates, unit_days
from db.catalogues import code_list
from db.errors import ExpectedError
from db.locks import AMEND
from db.message import Joined, Message
from db.names import key_of
from db.questions import Answers, short
from db.record import ENTERED, complete
from db.records import FIGURES, RECORD_TYPES
from db.store import Store
from db.text import canonical

T = TypeVar("T")
NBSP = "\u00a0"
BLANK = NBSP * 6
"""Room for a number or a day that is written in by hand."""

_NUMBERED = re.compile(r"(\d{1,2}\.)\s+(.+)")
_DASH = re.compile(r"([-–+])\s+(.+)")


def build(
    store: Store,
    period: Period,
    unit: str | None = None,
    exact: bool | None = None,
    now: datetime | None = None,
    final: Final | None = None,
    *,
    sources: bool = False,
    profile: str | None = None,
) -> Report:
    """Build the report of ``unit`` (uid; None: the office's own) for a period.

    ``exact`` replaces approximate wording by exact numbers, or not (None: as the report's record says);
    ``now`` is the time of printing (None: the clock), shown on drafts.
    ``sources`` adds the annex that says where each number of the text comes from, even where the report itself does not ask for it.
    ``profile`` is the kind of document (None: the one that the report asks for, else the office's first).
    ``final``: no draft but the report to be signed; its footer is empty until ``signed_off``.
    What could not be filled in is marked in its place and listed in ``warnings``. Raises ExpectedError only when there is no office.
    """
    return Builder(store, period, figures.compute(store, period, unit), exact, final, sources, profile).report(now or datetime.now())


@dataclass(frozen=True)
class Final:
    """What makes a report final: ``turn`` 0, or the number of the amendment; ``own``: its writer approves it."""

    turn: int = 0
    own: bool = False


def signed_off(store: Store, report: Report, digest: str, final: Final) -> Report:
    """Give a final report with its footer: the digest of all it rests on, and the end of the journal's chain (trust.md c)."""
    wording = outline.read().wording
    words = [wording.footer_final.format(ma=short_code(digest), dau_chuoi=short_code(store.chain_end().partition(":")[2]))]
    if final.own:
        words.append(wording.footer_own)
    return replace(report, footer=". ".join(words))


def long_day(day: str) -> str:
    """Write an ISO day as prose does: ``15/12/2018``, ``05/6/2019``, ``10/01/2019`` (a leading 0 for months 1 and 2 only)."""
    return f"{day[8:10]}/{_month(int(day[5:7]))}/{day[:4]}"


def _month(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)


def month_after(day: str) -> str:
    """Give the ISO month (``2019-07``) after that of an ISO day."""
    year, month = int(day[:4]), int(day[5:7])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


@dataclass
class Builder:
    """Says what a report of period and unit says; ``final`` None: a draft. Its words and sentences serve the summary too.

    After ``report`` its ``sentences`` know what each of them says, and ``live`` gives what it was said with.
    """

    store: Store
    period: Period
    figures: Figures
    exact: bool | None
    final: Final | None
    sources: bool = False
    asked: str | None = None
    marks: bool = True
    """Whether figures that changed since a sentence was reworded are told; never of a report as it was approved."""

    def __post_init__(self) -> None:
        self.unit = self.figures.scope.unit
        self.outline: Outline = outline.read()
        self.wording = self.outline.wording
        self.written = self._written()
        self.day: str = self.written["dated"] or self.period.end
        self.asked = self.asked or self.written["profile"]
        self.sources = self.sources or bool(self.written["sources"])
        self.warnings: list[str] = []
        self.lacking: list[str] = []
        """Of which units nothing, or not all, is known: told with the warnings, and asked before it is signed."""
        self.arrangement: Arrangement = arrangement.of_lines(self.written["outline"] or given.outline(self.store, self.period.code))
        self.values = Values(self.figures)
        exact = bool(self.written["exact"]) if self.exact is None else self.exact
        forms = {line["figure"]: bool(line["exact"]) for line in self.written["phrases"]} if self.exact is None else {}
        self.filler = Filler(self.values.lookup, self.words, exact, self.warnings, forms)
        self.sentences = Sentences(self.outline, self.values, self.filler, rewording.of_lines(self.written["wordings"]))

    def live(self) -> Live:
        """Give what a wording can be tried out with, apart from the database."""
        return Live(self.values.all(), self.words, self.filler.exact, self.filler.forms, self.sentences.lines)

    # -- what it is made of --------------------------------------------------------------------------------------------------

    def _written(self) -> Answers:
        """The report record of unit and period; an empty one when there is none (then its sections are empty)."""
        record_type = RECORD_TYPES["report"]
        empty = complete(record_type, {"unit": self.unit, "period": self.period.code})
        uid = key_of(record_type, empty, self.store.names)
        try:
            _, record = self.store.read(str(uid))
        except ExpectedError as error:
            if error.code != "id":  # not "no such record" but a database that cannot be read
                raise
            return empty
        return record if record["state"] == ENTERED else empty

    @cached_property
    def texts(self) -> dict[str, list[str]]:
        """The free text by outline key, line by line."""
        found: dict[str, list[str]] = {}
        for line in self.written["contents"]:
            lines = [text.strip() for text in (line["text"] or "").splitlines()]
            found.setdefault((line["section"] or "").strip(), []).extend(filter(None, lines))
        return found

    @cached_property
    def office(self) -> Answers | None:
        """The office record of the report's unit; None for a unit below whose settings are not known here."""
        return issuer.office_of(self.store, self.unit)

    @cached_property
    def term(self) -> Answers:
        """The letterhead in force on the day of the report for its kind of document; {} when there is none of any kind."""
        return issuer.term_of(self.store, self.unit, self.day, self.asked)

    @cached_property
    def profile(self) -> str:
        """The layout profile."""
        return self.term.get("profile") or self.asked or issuer.PLAIN

    def _worded(self, by_profile: Mapping[str, T]) -> T:
        """Give what the report's kind of document says."""
        return by_profile.get(self.profile, by_profile[issuer.PLAIN])

    @cached_property
    def author(self) -> str:
        """What the report calls who writes it."""
        return self.term.get("said_as") or self.unit_name

    @cached_property
    def unit_name(self) -> str:
        """The unit's name on the day of the report."""
        return self.store.names.label("unit", self.unit, self.day)

    @cached_property
    def words(self) -> dict[str, str]:
        """The common words of headings and sentences (outline.toml)."""
        year, first, name = self.period.year, self.period.first_half, self.period.name
        later = f"6 tháng cuối năm {year}" if first else f"năm {year + 1}"
        return {
            "don_vi": self.author,
            "nam": str(year),
            "nam_truoc": str(year - 1),
            "ky": name,
            "KY": name.upper(),
            "ky_sau": later,
            "KY_SAU": later.upper(),
            "ky_ghep": "6 tháng đầu năm" if first else name,
            "tu_ngay": long_day(self.period.start),
            "den_ngay": long_day(self.period.end),
        }

    # -- the whole ------------------------------------------------------------------------------------------------------------

    def report(self, now: datetime) -> Report:
        """Put the report together; the footer last, since it holds the digest of the rest."""
        body = tuple(map(self._marked, self._body()))
        closing = self.sentences.alone(self.wording.closing, self.wording.basis)
        report = Report(
            profile=self.profile,
            title=self.wording.title.format_map(self.words),
            author=self.author,
            letterhead=self._letterhead(),
            body=body,
            closing=Paragraph(_ended(closing, self._worded(self.wording.end_mark))),
            signature=self._signature(),
            recipients=self._recipients(),
            annexes=tuple(self._annexes(body)),
            footer="",
            draft=None if self.final else self._draft(),
            day=self.day,
            notice=self._notice(),
        )
        self._warn_of_writing()
        for unit, area in self.figures.aggregates.mixed:
            name = self.store.names.label("unit", unit, self.period.end)
            both = "{unit} có cả số liệu tổng hợp và bản ghi ở mục “{area}”: chỉ tính bản ghi."
            self.warnings.append(Message(both, unit=name, area=RECORD_TYPES[area].plural))
        self.warnings += unit_days.told(self.store, self.figures.scope.holds, self.period.start, self.period.end)
        self.warnings += map(periods.overlap, periods.overlapping(self.store, self.period))
        self.lacking += board.missing(self.store, self.period)
        self.warnings += self.lacking
        return replace(report, footer=self._footer(report, now), warnings=tuple(dict.fromkeys(self.warnings)), made=now)

    def _warn_of_writing(self) -> None:
        """Name what people wrote and what is not printed, or said with figures that are no longer those."""
        printed = {spot.key for spot in self.arrangement.printed}
        for key in self.arrangement.unknown:
            self.warnings.append(Message("Đề cương có mục “{key}” mà chương trình không biết và không có tiêu đề.", key=key))
        for key in sorted(set(self.texts) - {spot.key for spot in self.arrangement.spots} - {self.wording.basis}):
            self.warnings.append(Message("Mục “{key}” không có trong đề cương nên không được in.", key=key))
        for spot in self.arrangement.spots:
            if spot.key in printed:
                continue
            title = spot.title(self.words, "").text.replace("\n", " ")
            if spot.section.needed:
                self.warnings.append(Message("Đề cương bỏ mục “{title}”; báo cáo thiếu mục này thường bị trả lại.", title=title))
            if spot.key in self.texts:
                self.warnings.append(Message("Đề cương bỏ mục “{title}” nên phần viết tay của mục không được in.", title=title))
        for code in sorted(code for code in self.sentences.wordings if not any(self.outline.keys_of([code]))):
            self.warnings.append(Message("Câu sửa lời “{code}” không ứng với câu nào của báo cáo nên không được in.", code=code))
        for line in self.written["phrases"]:
            if line["figure"] not in FIGURES:
                self.warnings.append(Message("Cách viết số: {words}", words=templates.no_figure(line["figure"] or "", FIGURES)))
        self.warn_of_changes()

    def _notice(self) -> str:
        """Say that the rules of layout are later than the day of the report; '' where they are not."""
        layout = profile(self.profile, self.day)
        if layout.holds(self.day):
            return ""
        early = "Báo cáo tính theo ngày {day}, nhưng được trình bày theo thể thức có hiệu lực từ ngày {since} ({basis})."
        since = long_day(layout.valid_from.isoformat())
        return Message(early, day=long_day(self.day), since=since, basis=layout.legal_basis)

    def warn_of_changes(self) -> None:
        """Name the sentences said so far that were reworded when their figures were others."""
        for said in self.sentences.said:
            if said.changes and self.marks:
                what = Joined("; ", (Message("{label}: {old} → {new}", label=c.label, old=c.old, new=c.new) for c in said.changes))
                text = short(" ".join((said.text or said.template).split()))
                self.warnings.append(Message("Câu đã sửa lời “{text}” có số liệu đã thay đổi: {what}.", text=text, what=what))

    def _draft(self) -> Draft:
        turn = self.written["draft_no"]
        return Draft(self.wording.draft_turn.format(lan=f"{turn:02d}") if turn else "")

    def _footer(self, report: Report, now: datetime) -> str:
        if self.final:
            return ""
        head = self.store.chain_end().partition(":")[2]
        code = hashlib.sha256(canonical(report) + head.encode()).hexdigest()
        return self.wording.footer_draft.format(gio=f"{now:%H:%M}", ngay=long_day(now.date().isoformat()), ma=short_code(code))

    # -- page 1 and closing ---------------------------------------------------------------------------------------------------

    @cached_property
    def number(self) -> dict[str, str]:
        """Number and symbol; the number is left blank in a draft (it is given by the registry, domain.md D.8)."""
        number = (self.written["number"] or "").strip() if self.final else ""
        return {
            "so": (number.zfill(2) if number.isdigit() else number) or BLANK,
            "ky_hieu": self.term.get("symbol") or self.wording.symbol_default,
        }

    @cached_property
    def date_words(self) -> str:
        """``ngày 18 tháng 6 năm 2019``; a draft leaves the day blank."""
        dated = self.written["dated"]
        month = (dated or month_after(self.period.end))[:7]
        day = date.fromisoformat(dated).strftime("%d") if dated and self.final else BLANK
        return self.wording.date.format(d=day, m=_month(int(month[5:7])), y=month[:4])

    def _letterhead(self) -> Letterhead:
        if not self.term:
            self.warnings.append(Message("Chưa có thông tin thể thức của cơ quan cho ngày {day}.", day=long_day(self.day)))
        elif self.asked and not self.term.get("issuer_lines"):
            label = code_list("PROFILE").label(self.asked, self.day)
            self.warnings.append(Message("Chưa khai thông tin thể thức của cơ quan theo kiểu “{kind}”.", kind=label))
        parent, lines = issuer.head_lines(self.term, self.unit_name)
        return Letterhead(
            parent=parent,
            issuer=lines,
            number=self._worded(self.wording.number_line).format_map(self.number),
            place_date=", ".join(filter(None, ((self.term.get("place") or "").strip(), self.date_words))),
            kind=self.wording.kind,
            subject=(*self._worded(self.wording.subject).format_map(self.words).split("\n"), *self._amendment()),
            circulation=self._circulation(),
        )

    def _circulation(self) -> str:
        """The framed words that the answer about secrecy asks for; none where anybody may read the report."""
        secrecy = self.written["secrecy"]
        return code_list("SECRECY").attribute(secrecy, "printed", self.day) or "" if secrecy else ""

    def _amendment(self) -> tuple[str, ...]:
        return (self.wording.amendment.format(lan=f"{self.turn:02d}"),) if self.turn else ()

    @cached_property
    def turn(self) -> int:
        """The number of the amendment that this is, or is the draft of; 0 for the report itself."""
        if self.final is not None:
            return self.final.turn
        if self.unit != own_unit(self.store):
            return 0
        return len(self.store.audits(AMEND, record=report_uid(self.store, self.period, None)))

    def _signature(self) -> Signature:
        """The report's own signatory, else the office's: a position is never put over the name of someone who holds another."""
        written, term = self.written, self.term
        code = written["sign_code"] or term.get("sign_code")
        if not code:
            self.warnings.append(Message("Chưa chọn mã chữ ký của người ký báo cáo."))
            return self._signed((), written)
        codes = code_list("SIGN_CODE")
        positions = tuple(filter(None, (codes.attribute(code, line, self.day) for line in ("line1", "line2"))))
        signer = written if written["signer_name"] or code != term.get("sign_code") else term
        if codes.attribute(code, "profile", self.day) not in ("", None, self.profile):
            label = codes.label(code, self.day)
            self.warnings.append(Message("Mã chữ ký “{code}” không thuộc kiểu văn bản của báo cáo này.", code=label))
        return self._signed(positions, signer)

    def _signed(self, positions: tuple[str, ...], signer: Answers) -> Signature:
        rank = signer.get("signer_rank") if self._worded(self.wording.ranked) else None
        name = RECORD_TYPES["report"].questions()["signer_name"].show(signer.get("signer_name"))
        return Signature(positions, rank or "", name)

    def _recipients(self) -> tuple[str, ...]:
        listed = [line for line in self.office["recipients"] if line["profile"] in (None, self.profile)] if self.office else ()
        lines = [re.sub(r"^[-–+]\s*", "", (line["text"] or "").strip()).rstrip(";., ") for line in listed]
        kept = issuer.archive(self.term, self.wording.archive_default)
        return (*filter(None, lines), self._worded(self.wording.archive).format(luu=kept))

    # -- body -----------------------------------------------------------------------------------------------------------------

    def _body(self) -> Iterator[Block]:
        basis = [line.rstrip(";,. ") for line in self.texts.get(self.wording.basis, ())]
        for place, line in enumerate(basis, 1):
            yield Paragraph((line + ("," if place == len(basis) else ";"),), "basis", key=self.wording.basis)
        yield Paragraph(self.sentences.alone(self.wording.lead_in, self.wording.basis))
        numbering, heads = Numbering(self.wording), self.arrangement.heads
        spots = [spot for spot in self.arrangement.printed if not spot.annex]
        for spot in spots:
            yield from self._section(spot, spot.key in heads, numbering)
        if not spots:
            self.warnings.append(Message("Đề cương không còn mục nào: báo cáo chỉ có phần đầu và phần ký."))
            yield Paragraph((self.wording.no_section,))

    def _marked(self, block: Block) -> Block:
        """Give a heading or numbered paragraph the mark behind its number that the kind of document has."""
        mark = self._worded(self.wording.number_mark)
        if isinstance(block, Heading):
            return replace(block, number=block.number.removesuffix(".") + mark) if block.number.endswith(".") else block
        return replace(block, mark=block.mark.removesuffix(".") + mark) if block.style == "numbered" else block

    def _section(self, spot: Spot, is_head: bool, numbering: Numbering) -> Iterator[Block]:
        key = spot.key
        blocks = [*self.sentences.of_section(spot.section), *(free_text(line, key) for line in self.texts.get(key, ()))]
        if not blocks and not is_head and spot.section.optional:
            return
        yield spot.title(self.words, numbering.next(spot.depth))
        if not blocks and not is_head:
            blocks = [Paragraph((self.wording.nothing,), key=key)]
        yield from blocks

    # -- annexes --------------------------------------------------------------------------------------------------------------

    def _annexes(self, body: tuple[Block, ...]) -> Iterator[Annex]:
        line = self._worded(self.wording.number_text)
        reference = self.wording.annex_reference.format_map(
            {**self.words, "so_ky_hieu": line.format_map(self.number), "ngay": self.date_words}
        )
        table = annex_tables.Tables(self.figures, self.filler, self._level(), self.values.comparison)
        annexes = self.arrangement.annexes
        filled = []
        for place, spot in enumerate(annexes, 1):
            made = table.annex(spot.section.codes[0][0], self.wording.annex_number.format(so=roman(place)), reference)
            filled.append(replace(made, key=spot.key))
        if table.silent:
            names = ", ".join(table.name(unit) for unit in table.units if unit in table.silent)
            self.lacking.append(Message("Chưa có số liệu nào của: {don_vi}.", don_vi=names))
            note = annex_rules.read().silent.format(don_vi=names)  # nobody knows that nothing happened there
            filled = [made if made.groups else replace(made, notes=(note,)) for made in filled]
        yield from filled
        if self.sources:
            first, second = (self.wording.annex_number.format(so=roman(len(annexes) + place)) for place in (1, 2))
            yield from source_table.annexes(self.figures, body, (first, second), reference, self.words)

    def _level(self) -> str:
        record = self.store.names.catalogue("unit").records.get(self.unit)
        return str(issuer.in_force(record["versions"] if record else (), self.day).get("level") or "")


def _ended(runs: tuple[Run, ...], mark: str) -> tuple[Run, ...]:
    """Give words with the mark that ends the document in place of their full stop."""
    last = runs[-1] if runs else ""
    return (*runs[:-1], last.rstrip(" ./") + mark) if isinstance(last, str) else (*runs, mark)


def free_text(line: str, key: str) -> Paragraph:
    """Make a paragraph of one line that a person wrote; ``5. …`` and ``- …`` at its start are marks."""
    if found := _NUMBERED.fullmatch(line):
        return Paragraph((found[2],), "numbered", found[1], key)
    if found := _DASH.fullmatch(line):
        return Paragraph((found[2],), "dash", found[1], key)
    return Paragraph((line,), key=key)


def short_code(digest: str) -> str:
    """Write a report's code as its pages do: three groups of four."""
    return NBSP.join((digest[:4], digest[4:8], digest[8:12]))

"""From a number on a page to the records behind it: label, value, how it was made, each record's part and their sum. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app import tracing
from app.figures import Figures, FigureValue, compute, percent
from app.i18n import _, say
from app.listing import Wanted
from app.periods import Period
from db.catalogues import code_list
from db.errors import ExpectedError
from db.figures import Expression, Extreme, Figure, Least, Share, Source, Total, percent_tenths
from db.message import Message, inside
from db.questions import Choice, Choices, Link, decimal, grouped
from db.records import FIGURES, RECORD_TYPES
from db.store import Store


class Asked(NamedTuple):
    """What a place on a page leads to: figure codes that are added up, the unit of an annex row (uid), and dims."""

    codes: tuple[str, ...]
    row: str | None
    dims: dict[str, str]


@dataclass(frozen=True)
class Part:
    """One record behind a number: ``unit`` and ``title`` in words, ``day`` ISO or '', ``amount`` as it is shown, '' for no share."""

    uid: str
    type_name: str
    unit: str
    day: str
    title: str
    amount: str
    share: str = ""


@dataclass(frozen=True)
class Behind:
    """A number and what it is made of. ``number`` is exact, in ``unit``; ``total`` is the sum of the parts as computed from them."""

    label: str
    number: str
    unit: str
    of: str
    """The unit and kind an annex row is about, '' for the whole report."""
    rule: str
    """How the number comes about, in words."""
    parts: tuple[Part, ...]
    total: str
    share: str
    heading: str
    """What the column of amounts holds."""

    @property
    def value(self) -> str:
        """The number with its unit."""
        return f"{self.number} {self.unit}".strip()

    @property
    def types(self) -> tuple[str, ...]:
        """The record types of the parts, in order."""
        return tuple(dict.fromkeys(part.type_name for part in self.parts))

    def listed(self, about: str = "") -> tuple[str, Wanted]:
        """Give the type whose list has the parts (of several the first, those of others named), and the filter that leaves them alone.

        ``about`` says there what number it is; '' its own label and value.
        """
        name = self.types[0]
        uids = tuple(part.uid for part in self.parts if part.type_name == name)
        words = [about or f"{self.label}: {self.value}", _("{n} bản ghi").format(n=grouped(len(uids)))]
        for other in self.types[1:]:
            count = sum(part.type_name == other for part in self.parts)
            words.append(_("{n} ở {plural}").format(n=grouped(count), plural=_(RECORD_TYPES[other].plural)))
        return name, Wanted(uids=uids, about=" · ".join(words))


def asked(code: str) -> Asked:
    """Read what ``document.Row.code`` and ``document.Number.code`` write: ``CARE_A+CARE_B@uid?audience=SQ&level=QK``."""
    head, _mark, tail = code.partition("?")
    head, _mark, row = head.partition("@")
    pairs = [pair.partition("=") for pair in tail.split("&") if pair]
    return Asked(tuple(head.split("+")), row or None, {name: value for name, mark, value in pairs if mark})


def behind(store: Store, period: Period, unit: str | None, code: str) -> Behind:
    """Find what stands behind a number of the report of ``unit`` (uid; None: the office's own).

    Raises ExpectedError when a figure of that name does not exist any more.
    """
    wanted = asked(code)
    missing = [one for one in wanted.codes if one not in FIGURES]
    if missing:
        raise ExpectedError("figure", Message("Không còn chỉ tiêu “{missing}”.", missing=missing[0]), "Hãy lập lại báo cáo.")
    found = compute(store, period, unit)
    values = [found.value(one, wanted.row, **wanted.dims) for one in wanted.codes]
    traced = [record for one in wanted.codes for record in tracing.trace(found, one, wanted.row, **wanted.dims)]
    figure = values[0].figure
    expression = figure.row if figure.row is not None and wanted.dims else figure.expression
    write = decimal if isinstance(expression, Total) and figure.in_tenths else grouped
    parts, sums = _parts(found, traced, write)
    return Behind(
        label=_label([value.figure for value in values]),
        number=(number := _number(values)),
        unit=_(figure.unit) if figure.unit != "%" and number != "—" else "",
        of=_of(found, wanted),
        rule=_rule(expression),
        parts=parts,
        total=_amount(sums, write) if parts else "—",
        share=_share(sums, expression),
        heading=_("Phần / tổng") if isinstance(sums, tuple) else (_(figure.unit).capitalize() or _("Số")),
    )


def _label(figures: list[Figure]) -> str:
    return " + ".join(dict.fromkeys(_(figure.label) for figure in figures))


def _number(values: list[FigureValue]) -> str:
    """Write the exact number; several are added up."""
    first = values[0]
    if len(values) > 1:
        known = [one.value for one in values if isinstance(one.value, int)]
        return grouped(sum(known)) if known else "—"
    return first.text


def _of(found: Figures, wanted: Asked) -> str:
    """Say which row of an annex the number stands in."""
    words = [found.store.names.label("unit", wanted.row, found.period.end)] if wanted.row else []
    for name, value in wanted.dims.items():
        source = FIGURES[wanted.codes[0]].expression.measures[0].source
        words.append(say(_label_of(found, source, name, value)))
    return " · ".join(words)


def _label_of(found: Figures, source: Source, dim: str, value: str) -> str:
    day = found.period.end
    if dim == "rollup":
        return code_list("ROLLUP").short(value, day)
    question = source.model.questions().get(dim)
    if isinstance(question, Link):
        return found.store.names.label(question.to, value, day)
    return question.codes.label(value, day) if isinstance(question, (Choice, Choices)) else value


def _rule(expression: Expression) -> str:
    """Say how a number of this kind comes about."""
    if isinstance(expression, Least):
        names = ", ".join(_dim_words(expression))
        down = _("làm tròn xuống một chữ số thập phân")
        return _("Lấy tỷ lệ nhỏ nhất theo từng đơn vị và {dims}, {rounded}. Dưới đây là các bản ghi của nhóm đó.").format(
            dims=names, rounded=down
        )
    if isinstance(expression, Extreme):
        if expression.pick == "best":
            return _("Đơn vị có tỷ lệ cao nhất; bằng nhau thì lấy đơn vị đứng trước. Dưới đây là các bản ghi của đơn vị đó.")
        return _("Đơn vị có tỷ lệ thấp nhất; bằng nhau thì lấy đơn vị đứng trước. Dưới đây là các bản ghi của đơn vị đó.")
    if isinstance(expression, Share):
        if expression.rounding == "floor":
            return _("Cộng phần, cộng tổng rồi mới chia; làm tròn xuống một chữ số thập phân.")
        return _("Cộng phần, cộng tổng rồi mới chia; làm tròn thường đến một chữ số thập phân.")
    if any(measure.how == "distinct" for measure in expression.measures):
        return _("Mỗi mục khác nhau tính một lần, ở bản ghi mới nhất có nó; các bản ghi lặp lại ghi 0.")
    if any(measure.source.ahead for measure in expression.measures):
        return _("Cộng từ các bản ghi của kỳ sau.")
    if any(measure.source.stock for measure in expression.measures):
        return _("Cộng từ mọi bản ghi đến hết ngày cuối kỳ.")
    return _("Cộng từ các bản ghi trong kỳ.")


def _dim_words(expression: Least) -> Iterator[str]:
    questions = expression.share.whole.plus[0].source.model.questions()
    for name in expression.dims:
        yield _(inside(questions[name].label)) if name in questions else name


Sums = int | tuple[int, int]


def _parts(found: Figures, traced: list[dict[str, Any]], write: Callable[[int], str]) -> tuple[tuple[Part, ...], Sums]:
    """Put the records into words, newest first; one that stands behind several added figures once. Give their sum too."""
    amounts: dict[str, Sums] = {}
    records: dict[str, dict[str, Any]] = {}
    for record in traced:
        records.setdefault(record["id"], record)
        amounts[record["id"]] = _added(amounts.get(record["id"]), _read(record["part"]))
    whole: Sums | None = None
    made = []
    for uid, record in sorted(records.items(), key=lambda one: (one[1]["date"] or "", one[0]), reverse=True):
        amount = amounts[uid]
        whole = _added(whole, amount)
        share = percent(percent_tenths(*amount, "floor")) if isinstance(amount, tuple) else ""
        made.append(
            Part(
                uid, record["type"], _unit_words(found, record["unit"]), record["date"] or "", _title(record), _amount(amount, write), share
            )
        )
    return tuple(made), 0 if whole is None else whole


def _unit_words(found: Figures, code: str | None) -> str:
    try:
        return found.store.names.label("unit", found.store.names.find("unit", code, None), found.period.end) if code else ""
    except ValueError:
        return code or ""


def _title(record: dict[str, Any]) -> str:
    return str(record["title"] or _(RECORD_TYPES[record["type"]].caption))


def _read(part: Any) -> Sums:
    if isinstance(part, str):
        first, _mark, second = part.partition("/")
        return int(first), int(second)
    return int(part)


def _added(one: Sums | None, other: Sums) -> Sums:
    if one is None:
        return other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one[0] + other[0], one[1] + other[1]
    assert isinstance(one, int)
    assert isinstance(other, int)
    return one + other


def _amount(amount: Sums, write: Callable[[int], str]) -> str:
    return f"{grouped(amount[0])} / {grouped(amount[1])}" if isinstance(amount, tuple) else write(amount)


def _share(sums: Sums, expression: Expression) -> str:
    if not isinstance(sums, tuple):
        return ""
    share = expression.share if isinstance(expression, (Least, Extreme)) else expression
    return percent(percent_tenths(*sums, share.rounding)) if isinstance(share, Share) else ""

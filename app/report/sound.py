"""What keeps a report from being signed though it can be drafted, and what is asked once more before it is.

A draft prints whatever there is. To be submitted or approved it must have what every report has (domain.md B.3 HC.1, C.1): its needed
sections, place, issuing unit and signatory; no place that could not be filled in, no days of another period, and no record of this
office with a warning that nobody gave a reason for (contract.md 3). What is odd but may be meant (a period that is not over, no record
at all) is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from peewee import fn

from app import periods
from app.periods import Period
from app.report.content import Builder
from app.report.document import Block, Heading, Paragraph, Report
from db.errors import ExpectedError
from db.message import Joined, Message
from db.questions import Question, shown_day
from db.record import ENTERED, Record
from db.records import RECORD_TYPES
from db.records.office import Term
from db.statements import among
from db.store import Store


class Doubt(NamedTuple):
    """Something odd that may be meant: what a person agrees to by its ``code``, and its words."""

    code: str
    words: str


EVERY_DOUBT = frozenset({"early", "dated", "no-records", "lacking", "empty", "no-parent"})
"""All codes, for who agrees to whatever is asked."""


def require(builder: Builder, report: Report) -> None:
    """Raise ExpectedError where ``report``, just built by ``builder``, may not be signed as it stands."""
    if wrong := tuple(dict.fromkeys(builder.filler.wrong)):
        where = "; ".join(dict.fromkeys(_where(builder, report, name) for name, _place in wrong))
        places = ", ".join(dict.fromkeys(place for _name, place in wrong))
        raise ExpectedError(
            "marked",
            Message("Báo cáo còn chỗ không điền được ở {where}: {places}.", where=where, places=places),
            "Hãy sửa lời câu có dấu (?…?) ở đó rồi làm lại.",
        )
    if missing := tuple(lacking(builder, report)):
        raise ExpectedError(
            "incomplete",
            Message("Báo cáo còn thiếu: {what}.", what=Joined("; ", missing)),
            "Hãy ghi vào báo cáo hoặc phần cài đặt cơ quan rồi làm lại.",
        )
    for other in periods.overlapping(builder.store, builder.period):
        raise ExpectedError("overlap", periods.overlap(other), "Hãy khai ngày riêng cho các kỳ ở Kỳ báo cáo rồi làm lại.")
    if unanswered := list(_unanswered(builder)):
        listed = Joined("; ", [Message("{plural}: {n}", plural=Message(one.plural), n=n) for one, n in unanswered])
        raise ExpectedError(
            "open-warnings",
            Message("Kỳ này có bản ghi còn cảnh báo chưa giải trình ({listed}).", listed=listed),
            "Hãy lọc danh sách theo cảnh báo, sửa lại hoặc chọn các dòng rồi ghi lý do (Ctrl+J; lệnh explain), và làm lại.",
        )


def require_agreed(doubts: Collection[Doubt], agreed: Collection[str]) -> None:
    """Raise ExpectedError with what was not agreed to."""
    if asked := [doubt.words for doubt in doubts if doubt.code not in agreed]:
        raise ExpectedError("doubt", Joined(" ", asked), "Nếu vẫn duyệt, hãy xác nhận là đã xem (lệnh: thêm --yes).")


def lacking(builder: Builder, report: Report) -> Iterator[str]:
    """Give in words what every report has and this one has not."""
    printed = [spot for spot in builder.arrangement.printed if not spot.annex]
    if not printed:
        yield Message("mọi mục (đề cương không còn mục nào)")
    keys = {spot.key for spot in printed}
    for spot in builder.arrangement.spots:
        if printed and spot.section.needed and (spot.key not in keys or spot.key in _blank(builder, report)):
            title = Message("mục “{title}”", title=" ".join(spot.title(builder.words, "").text.split()))
            yield title if spot.key in keys else Message("{title} (đề cương bỏ mục này)", title=title)
    term = builder.term
    if not (term.get("issuer_lines") or "").strip():
        yield _label(Term.questions()["issuer_lines"])
    if not (term.get("place") or "").strip():
        yield _label(Term.questions()["place"])
    asked = RECORD_TYPES["report"].questions()
    if not report.signature.positions:
        yield _label(asked["sign_code"])
    if not report.signature.name.strip():
        yield _label(asked["signer_name"])


def _label(question: Question) -> str:
    return Message("“{label}”", label=Message(question.label))


def doubts(builder: Builder, report: Report, today: date) -> Iterator[Doubt]:
    """Give what is odd about a report that may be signed."""
    end = builder.period.end
    if today.isoformat() <= end:
        yield Doubt("early", Message("Kỳ này đến hết ngày {day} mới kết thúc, số liệu còn có thể thay đổi.", day=shown_day(end)))
    if (dated := builder.written["dated"]) and dated <= end:
        words = Message("Ngày ký {dated} là trước khi kỳ kết thúc (hết ngày {day}).", dated=shown_day(dated), day=shown_day(end))
        yield Doubt("dated", words)
    if not has_records(builder.store, builder.period):
        yield Doubt("no-records", Message("Kỳ này chưa có bản ghi nào: báo cáo không có số liệu."))
    if builder.lacking:
        yield Doubt("lacking", Joined(" ", builder.lacking))
    if blank := _blank(builder, report):
        titles = (" ".join(f"{one.number} {one.text}".split()) for one in _headings(report.body) if one.key in blank)
        yield Doubt("empty", Message("Còn mục chưa có gì: {titles}.", titles="; ".join(titles)))
    if not report.letterhead.parent:
        yield Doubt("no-parent", Message("Chưa ghi “{label}”: phần đầu văn bản không có dòng này.", label=_parent_label()))


def _parent_label() -> str:
    return Message(Term.questions()["parent_line"].label)


def has_records(store: Store, period: Period) -> bool:
    """Tell whether any record is counted in the period."""
    for declared in store.types.values():
        inside = declared.counted_on.between(period.start, period.end) & (declared.state == ENTERED)
        if store.execute(declared.select(declared.id).where(inside).limit(1).tuples()).fetchone():
            return True
    return False


def _unanswered(builder: Builder) -> Iterator[tuple[type[Record], int]]:
    """Give per record type how many records of the period that this office wrote have a warning without a reason."""
    theirs = among(builder.store.elsewhere)  # nobody else can give the reasons of what another office wrote
    for declared in builder.store.types.values():
        inside = declared.counted_on.between(builder.period.start, builder.period.end)
        open_ones = inside & (declared.state == ENTERED) & (declared.open_warnings > 0) & declared.device.not_in(theirs)
        count = builder.store.execute(declared.select(fn.COUNT()).where(open_ones).tuples()).fetchone()[0]
        if count:
            yield declared, count


def _blank(builder: Builder, report: Report) -> frozenset[str]:
    """Give the keys of the sections that say only that there is nothing."""
    nothing = builder.wording.nothing
    return frozenset(block.key for block in report.body if isinstance(block, Paragraph) and block.key and block.text == nothing)


def _headings(body: tuple[Block, ...]) -> Iterator[Heading]:
    return (block for block in body if isinstance(block, Heading))


def _where(builder: Builder, report: Report, name: str) -> str:
    """Name the section of a sentence; an annex, which has no sentences, is named by its number already."""
    keys = {said.code: said.key for said in builder.sentences.said}
    heading = next((block for block in _headings(report.body) if block.key == keys.get(name)), None)
    return name if heading is None else Message("mục {title}", title=" ".join(f"{heading.number} {heading.text}".split()))

"""From draft to the report that a commander signs: submitted, approved and frozen, amended (trust.md b; contract.md 1).

The stage of a report is what the journal's audit entries about it say last; nothing else can set it. Approving freezes the bytes
of the PDF, the figures and the versions of all records the report rests on, and locks the period (``db.locks``). Only the report
of the office's own unit is approved: it is the one that is signed.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app import figures, users
from app.known import sources
from app.periods import Period, after, year_before
from app.unit_tree import own_unit, report_uid
from db import faults, locks, receiving
from db.catalogues import code_list
from db.connection import expected_errors
from db.errors import ExpectedError
from db.figures import Source
from db.locks import AMEND, APPROVE
from db.message import Message
from db.record import ENTERED, Line, Record, complete
from db.records import RECORD_TYPES
from db.store import Progress, Store
from db.system import Approval, Device, Enrolment
from db.text import canonical

if TYPE_CHECKING:
    from app.report.content import Builder, Final
    from app.report.document import Report
    from app.report.sound import Doubt

TYPE = RECORD_TYPES["report"]
SUBMIT, RETURN, PRINT, TAKE = "submit", "return", "print", "approve.file"
MOST_PDF = 64 << 20
"""Bytes of a file that may be that of an approved report."""
OF_THE_PAPER = ("number", "dated", "draft_no", "secrecy")
"""Answers of the report's record that belong to one signed paper."""
STAGES = {"draft": "Bản dự thảo", "submitted": "Đang trình duyệt", "approved": "Đã duyệt và chốt"}

Stage = Literal["draft", "submitted", "approved"]


@dataclass(frozen=True)
class Approved:
    """One approval: ``turn`` 0 is the report itself, 1, 2 … its amendments. ``own``: who approved it had submitted or written it.

    ``pdf`` is the SHA-256 of its file; ``here`` says whether this machine keeps that file, ``device`` on which machine it was approved.
    The journal, which goes to headquarters and comes back from there, carries the hash alone.
    """

    hash: str
    turn: int
    by: str
    at: str
    own: bool
    records: int
    pdf: str
    here: bool
    device: str


@dataclass(frozen=True)
class Standing:
    """Where the report of a period stands: since when and by whom, with what reason, and all its approvals, oldest first."""

    stage: Stage
    by: str = ""
    at: str = ""
    reason: str = ""
    approvals: tuple[Approved, ...] = ()

    @property
    def newest(self) -> Approved | None:
        """The approval that stands; None while the report is not approved, or amended now."""
        return self.approvals[-1] if self.stage == "approved" else None

    @property
    def turn(self) -> int:
        """The number of the report that is being written: 0, or that of the amendment."""
        return len(self.approvals) - (self.stage == "approved")


def standing(store: Store, period: Period) -> Standing:
    """Give where the office's own report of ``period`` stands."""
    found = Standing("draft")
    approvals: list[Approved] = []
    uid = report_uid(store, period, None)
    stages: dict[str, Stage] = {SUBMIT: "submitted", RETURN: "draft", AMEND: "draft", APPROVE: "approved"}
    kept = {digest for (digest,) in store.execute(Approval.select(Approval.hash).where(Approval.report == uid).tuples())}
    for entry in store.audits(*stages, record=uid):
        head, stage = entry.head, stages[entry.type]
        body = locks.approval(entry.body) if entry.type == APPROVE else json.loads(entry.body)
        if body is None:
            continue
        if entry.type == APPROVE:
            digest = body["hash"]
            said = (digest, body["turn"], head["u"], head["ts"], body["own"], body["records"], body["pdf"])
            approvals.append(Approved(*said, here=digest in kept, device=entry.device))
        found = Standing(stage, head["u"], head["ts"], body.get("reason", ""))
    return Standing(found.stage, found.by, found.at, found.reason, tuple(approvals))


def approved_of(store: Store, period: Period, unit: str | None) -> Approved | None:
    """Give the approval that stands for the report of ``unit`` (uid; None: the office's own); only the own one is ever approved."""
    return standing(store, period).newest if unit in (None, own_unit(store)) else None


def of_turn(store: Store, period: Period, turn: int) -> Approved:
    """Give one approval of the own report: 0 the report itself, 1, 2 … its amendments; raise ExpectedError naming those there are."""
    found = {one.turn: one for one in standing(store, period).approvals}
    if turn not in found:
        listed = ", ".join(map(str, found))
        remedy = Message("Các bản đã duyệt: {listed} (0 là bản chính).", listed=listed) if found else "Kỳ này chưa có bản nào được duyệt."
        raise ExpectedError("turn", Message("Không có bản đã duyệt thứ {turn}.", turn=turn), remedy)
    return found[turn]


def submit(store: Store, period: Period, by: str, now: datetime | None = None) -> tuple[Doubt, ...]:
    """Hand the draft to the commander; give what will be asked when it is approved.

    Raises ExpectedError for another stage, a user who may not, and a report that lacks what it must have to be signed.
    """
    from app.report import content

    users.require(store.database, by, "submit")
    with store.transaction():
        before = standing(store, period)
        _require_stage(before, ("draft",))
        _builder, _report, found = _signable(store, period, content.Final(before.turn), now or datetime.now())
        store.audit(SUBMIT, {"period": period.code}, by, record=report_uid(store, period, None))
    return found


def give_back(store: Store, period: Period, by: str, reason: str) -> None:
    """Give a submitted report back to its writers, with words."""
    _act(store, period, by, RETURN, "approve", ("submitted",), reason)


def amend(store: Store, period: Period, by: str, reason: str) -> None:
    """Open the next numbered amendment of an approved report: its period may change again, what was approved stays.

    Number, day of signing, number of the draft and secrecy were those of the paper that was signed: they are asked anew.
    """
    with store.transaction():
        _act(store, period, by, AMEND, "approve", ("approved",), reason)
        _type, record = store.read(report_uid(store, period, None))
        if any(record[name] is not None for name in OF_THE_PAPER):
            with store.acting("approve"):
                store.save(TYPE.type_name, record | dict.fromkeys(OF_THE_PAPER), by)


def _act(store: Store, period: Period, by: str, event: str, action: str, stages: tuple[Stage, ...], reason: str | None = None) -> None:
    users.require(store.database, by, action)
    body: dict[str, Any] = {"period": period.code}
    if reason is not None:
        if not reason.strip():
            raise ExpectedError("reason", "Chưa ghi lý do.", "Hãy ghi lý do rồi làm lại.")
        body["reason"] = " ".join(reason.split())
    with store.transaction():
        _require_stage(standing(store, period), stages)
        store.audit(event, body, by, record=report_uid(store, period, None))


def _require_stage(found: Standing, stages: tuple[Stage, ...]) -> None:
    if found.stage not in stages:
        raise ExpectedError(
            "stage",
            Message("Báo cáo kỳ này đang ở bước “{stage}” nên chưa làm được việc đó.", stage=Message(STAGES[found.stage])),
            Message("Việc này dành cho báo cáo: {stages}.", stages=Message(STAGES[stages[0]])),
        )


# -- approving -----------------------------------------------------------------------------------------------------------------


def approve(
    store: Store,
    period: Period,
    by: str,
    secrecy: str | None,
    now: datetime | None = None,
    progress: Progress | None = None,
    *,
    agreed: Collection[str] = (),
) -> Approved:
    """Approve the report as it now stands: freeze it, keep its PDF, lock its period; all or nothing.

    ``secrecy`` is a code of SECRECY and is never preset; ``agreed`` are the codes of the doubts (``app.report.sound``) that the person
    has seen. Who has both roles submits a draft in the same step.

    Raises ExpectedError: not a commander, not submitted, approved already, no secrecy chosen, secret and above (this program is not for
    classified documents), a report record that may not be saved, what a report lacks, a doubt that was not agreed to, a place that could
    not be filled in, a period that has days of another one.
    """
    from app.report import content, pdf, sound  # drawing is opened only when something is drawn

    users.require(store.database, by, "approve")
    require_open_document(secrecy)
    if contested := receiving.own_conflicts(store):
        raise ExpectedError(
            "conflict",
            Message("Còn {n} bản ghi mà hai máy cùng sửa, chưa chọn phiên bản nào.", n=len(contested)),
            "Hãy chọn một bản ở trang Gửi, nhận dữ liệu (hoặc bằng lệnh sync choose), rồi duyệt.",
        )
    with store.transaction():
        before = standing(store, period)
        _require_stage(before, ("submitted", "draft"))
        own = is_own(before, by)
        if before.stage == "draft":
            require_both(store, by)
            store.audit(SUBMIT, {"period": period.code}, by, record=report_uid(store, period, None))
        with store.acting("approve"):
            uid = _file_secrecy(store, period, by, secrecy)
        final = content.Final(before.turn, own)
        builder, report, doubts = _signable(store, period, final, now or datetime.now())
        sound.require_agreed(doubts, agreed)
        kept = content_of(builder, report, uid)
        frozen = canonical(kept)
        digest = hashlib.sha256(frozen).hexdigest()
        drawn = pdf.render(content.signed_off(store, report, digest, final), progress)
        packed = zlib.compress(frozen)
        store.execute(Approval.insert(hash=digest, report=uid, turn=before.turn, pdf=drawn.pdf, frozen=packed))
        faults.step("approval kept")
        body = {
            "period": period.code, "start": period.start, "end": period.end, "turn": before.turn, "own": own, "hash": digest,
            "pdf": hashlib.sha256(drawn.pdf).hexdigest(), "records": len(kept["records"]),
        }  # fmt: skip
        store.audit(APPROVE, body, by, record=uid)
    return standing(store, period).approvals[-1]


def content_of(builder: Builder, report: Report, uid: str) -> dict[str, Any]:
    """Give what approving a report freezes and its hash stands for: what it says, all figures, the versions of what it rests on."""
    return {
        "report": asdict(report) | {"made": None},
        "figures": {code: found.text for code, found in builder.figures.all().items()},
        "records": versions_behind(builder.store, builder.period, uid),
    }


def _signable(store: Store, period: Period, final: Final, now: datetime) -> tuple[Builder, Report, tuple[Doubt, ...]]:
    """Build the report as it would be signed, with what is to be asked about it; raises ExpectedError for what keeps it from that."""
    from app.report import content, sound

    builder = content.Builder(store, period, figures.compute(store, period), None, final)
    report = builder.report(now)
    sound.require(builder, report)
    return builder, report, tuple(sound.doubts(builder, report, now.date()))


def require_open_document(secrecy: str | None) -> None:
    """Raise ExpectedError where no secrecy was chosen, or one that this program is not for."""
    codes = code_list("SECRECY")
    if secrecy not in codes.codes(None):
        raise ExpectedError("secrecy", "Chưa chọn độ mật của báo cáo.", "Hãy chọn: không, lưu hành nội bộ, hoặc mật trở lên.")
    if codes.attribute(secrecy, "secret") == "1":
        raise ExpectedError(
            "secrecy", "Phần mềm này không dùng cho tài liệu mật.", "Hãy soạn báo cáo mật theo quy định bảo vệ bí mật nhà nước."
        )


def _file_secrecy(store: Store, period: Period, by: str, secrecy: str | None) -> str:
    """Save the report record with its secrecy; make the record when nobody wrote anything. Gives its uid."""
    uid = report_uid(store, period, None)
    record = complete(TYPE, {"unit": own_unit(store), "period": period.code})
    if store.row_ids(TYPE, [uid]):
        _type, kept = store.read(uid)
        if kept["state"] == ENTERED:
            record = kept
    if record["secrecy"] == secrecy and record["uid"]:
        return uid
    return store.save(TYPE.type_name, record | {"uid": record["uid"] or None, "secrecy": secrecy, "state": ENTERED}, by)


def is_own(before: Standing, by: str) -> bool:
    """Tell whether who approves submitted the report too, or does both in one step."""
    return before.stage != "submitted" or by == before.by


def require_both(store: Store, by: str) -> None:
    """Raise ExpectedError unless ``by`` may submit and approve in one step: one person who has both roles (trust.md b)."""
    users.require(store.database, by, "approve")
    if "clerk" not in users.person(store.database, by).roles:
        raise ExpectedError(
            "stage",
            "Báo cáo chưa được trình duyệt.",
            "Người lập trình duyệt trước rồi chỉ huy duyệt; chỉ người có cả hai vai trò mới duyệt thẳng được.",
        )


def rests_on(store: Store, period: Period, report: str) -> Iterator[tuple[type[Record], Any]]:
    """Give per record type the condition for the records that a report rests on, and its own texts (uid ``report``).

    Those are the records of the period; of the same period of last year, which it is compared with; of the next one, where something
    is planned ahead (key tasks, estimates); of any day before its end, where a stock is counted; and all catalogues: names and units.
    """
    before, later = year_before(store, period), after(store, period)
    stocks = {_of(source) for source in sources() if source.stock}
    ahead = {_of(source) for source in sources() if source.ahead}
    for declared in store.types.values():
        day = declared.counted_on
        inside = day <= period.end if declared in stocks else day.between(period.start, period.end)
        if before is not None:
            inside |= day.between(before.start, before.end)
        if later is not None and declared in ahead:
            inside |= day.between(later.start, later.end)
        if declared.catalogue:
            inside |= declared.uid != ""
        yield declared, inside | (declared.uid == report)


def _of(source: Source) -> type[Record]:
    model = source.model
    return model.owner if issubclass(model, Line) else model


def versions_behind(store: Store, period: Period, report: str) -> list[list[Any]]:
    """Give uid, device and number of the version of every record that the report rests on."""
    found: list[list[Any]] = []
    for declared, inside in rests_on(store, period, report):
        query = declared.select(declared.uid, declared.device, declared.seq).where(inside).order_by(declared.uid)
        found += [list(row) for row in store.execute(query.tuples())]
    return found


# -- what was approved ---------------------------------------------------------------------------------------------------------


def where(store: Store, device: str) -> str:
    """Name the machine on which a report was approved, and where its file therefore is."""
    own = store.execute(Device.select(Device.own).where(Device.id == device).tuples()).fetchone()
    if own is not None and own[0]:
        return Message("máy này, trước khi được khôi phục hoặc đổi danh tính")
    row = store.execute(Enrolment.select(Enrolment.label).where(Enrolment.device == device).tuples()).fetchone()
    if row is not None and row[0]:
        return Message("máy “{label}”", label=row[0])
    return Message("máy khác của cơ quan (mã máy {code})", code=device[:8])


def printed(store: Store, digest: str) -> bytes:
    """Give the bytes of an approved report. Raises ExpectedError when they are not here, or not those that the journal names."""
    row = store.execute(Approval.select(Approval.pdf).where(Approval.hash == digest).tuples()).fetchone()
    if row is None:
        device = next((entry.device for entry in store.audits(APPROVE) if (locks.approval(entry.body) or {}).get("hash") == digest), "")
        title = "Máy này không có tệp của báo cáo đã duyệt (mã {code}), được duyệt ở {where}."
        raise ExpectedError(
            "approval",
            Message(title, code=digest[:12], where=where(store, device)),
            "Hãy tìm tệp PDF đã lưu (nếu là máy khác: lưu ở máy đó) rồi lấy lại: "
            "nút “Lấy lại từ tệp PDF” ở trang Báo cáo (lệnh approval take).",
        )
    data = bytes(row[0])
    if hashlib.sha256(data).hexdigest() not in _named(store, digest):
        raise ExpectedError(
            "approval", "Bản báo cáo đã duyệt không còn như lúc duyệt.", "Hãy khôi phục từ bản sao lưu; không dùng bản này."
        )
    return data


def take_back(store: Store, period: Period, path: Path, by: str) -> list[Approved]:
    """Keep again the files of approved reports that this machine lacks: a PDF, or those directly in a folder, told by their hash.

    Gives the approvals whose file was found. Raises ExpectedError: a user who may not, nothing lacking, no file that is one of them.
    """
    users.require(store.database, by, "exchange")
    wanted = {one.pdf: one for one in standing(store, period).approvals if not one.here}
    if not wanted:
        raise ExpectedError(
            "approval", Message("Kỳ {code} không thiếu tệp nào của báo cáo đã duyệt.", code=period.code), "Không cần lấy lại."
        )
    if not path.exists():
        raise ExpectedError("file", Message("Không thấy {path}.", path=path), "Hãy xem lại tên tệp, và USB đã cắm chưa.")
    with expected_errors():
        found = {wanted[digest]: data for digest, data in _pdfs(path) if digest in wanted}
    if not found:
        raise ExpectedError(
            "approval",
            Message("{name}: không phải tệp đã duyệt còn thiếu của kỳ {code}.", name=path.name or str(path), code=period.code),
            "Tệp phải đúng từng byte như lúc duyệt; bản in rồi quét lại, hay mở ra lưu lại, đều không dùng được. Chưa ghi gì.",
        )
    uid = report_uid(store, period, None)
    with store.transaction():
        for one, data in found.items():
            store.execute(Approval.insert(hash=one.hash, report=uid, turn=one.turn, pdf=data, frozen=b""))
            store.audit(TAKE, {"hash": one.hash, "turn": one.turn}, by, record=uid)
    return [one for one in standing(store, period).approvals if one.hash in {taken.hash for taken in found}]


def _pdfs(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give hash and bytes of a file, or of each PDF directly in a folder; what is larger than any report is passed over."""
    inside = sorted(one for one in path.iterdir() if one.suffix.lower() == ".pdf") if path.is_dir() else [path]
    for one in inside:
        if one.stat().st_size <= MOST_PDF and one.is_file():
            data = one.read_bytes()
            yield hashlib.sha256(data).hexdigest(), data


def lacking(store: Store) -> dict[str, int]:
    """Give, by the code of its period, how many approved reports of our office have no file on this machine."""
    here = {digest for (digest,) in store.execute(Approval.select(Approval.hash).tuples())}
    gone = {(body["period"], body["hash"]) for body in _approvals(store) if body["hash"] not in here}
    return dict(sorted(Counter(period for period, _ in gone).items()))


def _named(store: Store, digest: str) -> set[str]:
    """The PDF hashes that approvals of ``digest`` in the journal name."""
    return {body["pdf"] for body in _approvals(store) if body["hash"] == digest}


def _approvals(store: Store) -> Iterator[dict[str, Any]]:
    """Give what all approvals of our office say."""
    return filter(None, (locks.approval(entry.body) for entry in store.audits(APPROVE)))


def note_print(store: Store, approved: Approved, by: str) -> None:
    """Note in the journal that an approved report was printed or written to a file (contract.md 1).

    Raises ExpectedError for a user who may not take official copies (trust.md b).
    """
    try:
        users.require(store.database, by, "official")
    except ExpectedError as error:
        more = "{remedy} Bản để sửa tiếp (.docx, .xlsx) ai cũng ghi được."
        raise ExpectedError(error.code, error.title, Message(more, remedy=error.remedy)) from None
    row = store.execute(Approval.select(Approval.report).where(Approval.hash == approved.hash).tuples()).fetchone()
    with store.transaction():
        store.audit(PRINT, {"hash": approved.hash, "turn": approved.turn}, by, record=str(row[0]))

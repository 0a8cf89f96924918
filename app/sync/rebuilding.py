"""A machine that died: what its office ever sent goes back to the new one, as it was signed, and is taken as it first was (trust.md T16).

Headquarters keeps the files it took verbatim; a ``rebuild`` is an answer that carries their inner parts. Nothing is made up: what was
never sent is lost, and the new machine says how far it got.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.report import approval
from app.sync import answering, bundle, forwarding, keeping, sending
from app.sync.answering import Addressed, Answer
from app.sync.enrolment import OwnKeys, machine, vouchers
from app.sync.sending import PART
from db import journal, receiving
from db.connection import expected_errors
from db.errors import ExpectedError
from db.message import Message
from db.record import complete
from db.store import Put, Store

# -- headquarters --------------------------------------------------------------------------------------------------------------


def rebuild(store: Store, office: str, to: Path, by: str, *, part: int = PART) -> list[Answer]:
    """Write into the folder ``to`` all that an office ever sent, for its machines that are approved now; in parts when large.

    What it sent on of the offices below it goes along as ``data`` files, as those signed them. Raises ExpectedError as
    ``answering.answer`` does, when nothing of the office is here, and when a file of it is not kept any more.
    """
    addressed = answering.address(store, office, by)
    made: list[Answer] = []
    payload, counts = answering.fill(store, addressed)
    for blob in _blobs(store, addressed):
        if counts.get("blob") and payload.packed + len(blob) > part:
            made.append(answering.write(store, addressed, "rebuild", payload, counts, to, by))
            payload, counts = answering.fill(store, addressed)
        payload.add(bundle.frame(bundle.BLOB, blob), 1)
        counts["blob"] = counts.get("blob", 0) + 1
    if not counts.get("blob"):
        raise ExpectedError("rebuild", Message("Chưa nhận mục nào của {office}.", office=office), "Không có gì để khôi phục từ đây.")
    return [*made, answering.write(store, addressed, "rebuild", payload, counts, to, by), *_sent_on(store, addressed, to, by)]


def _sent_on(store: Store, addressed: Addressed, to: Path, by: str) -> Iterator[Answer]:
    """Write the files that the office sent on of offices below it, encrypted to its machines."""
    recipients = [addressed.keys.working, addressed.keys.safe, *(one.age for one in addressed.readers)]
    for device in sorted(device for device, office in vouchers(store).items() if office == addressed.office):
        for inner in forwarding.kept(store, device):
            made, said = forwarding.anew(store, inner, recipients)
            with expected_errors():
                sent = sending.put(store, made, said, to / f"chuyen-{sending.name_of(said)}", by)
            yield Answer(sent.path, said["office"], sent.number, {"entries": sent.entries}, sent.digest)


def _blobs(store: Store, addressed: Addressed) -> Iterator[bytes]:
    """Give the inner parts of the files that brought the office's entries, chain by chain in their order."""
    identities = OwnKeys(store).identities
    for one in addressed.machines:
        end, reached = receiving.end_of(store, one.device), 0
        for reached, content in keeping.kept(store, one.device):  # noqa: B007 - how far it got is looked at behind it
            yield bundle.decrypted(*bundle.outside(content), identities)
        if end is not None and reached < end[0]:
            raise ExpectedError(
                "rebuild",
                Message("Ở đây không còn tệp gốc của máy {label} từ mục {n}.", label=one.label, n=reached + 1),
                "Hãy đề nghị đơn vị gửi lại tất cả từ máy khác hoặc từ bản sao lưu (sync return --reset).",
            )


# -- the new machine -----------------------------------------------------------------------------------------------------------


def said(store: Store, ends: dict[str, int]) -> list[str]:
    """Say how far each chain was brought back, plainly that no more can be, and how many files of approved reports are wanting."""
    notes: list[str] = []
    for device, last in ends.items():
        known = machine(store, device)
        label = known.label if known else device[:4]
        notes.append(
            Message("Đã khôi phục đến mục {n} của máy “{label}”; những gì ghi sau đó mà chưa gửi thì đã mất.", n=last, label=label)
        )
    lacking = approval.lacking(store)
    if lacking:
        words = (
            "Tệp của {n} báo cáo đã duyệt (kỳ {periods}) không đi theo nhật ký: "
            "hãy lấy lại từ tệp PDF đã lưu ở trang Báo cáo (lệnh approval take)."
        )
        notes.append(Message(words, n=sum(lacking.values()), periods=", ".join(lacking)))
    return notes


def settle(store: Store, by: str) -> None:
    """Let what the office had go before what this machine wrote down when it was set up: its own unit and its settings.

    In the open transaction. Whatever else two machines say differently stays a conflict, for people.
    """
    for uid, ends in receiving.conflicts(store).items():
        declared = store.types[ends[0].type]
        ours = [entry for entry in ends if entry.device == store.device.id]
        theirs = [entry for entry in ends if entry.device != store.device.id]
        if declared.type_name not in ("unit", "office") or not theirs or any(entry.head["b"] for entry in ours):
            continue
        record = complete(declared, journal.decode(uid, theirs[0].body, theirs[0].private))
        with store.acting("exchange"):
            store.write([Put(declared, record, tuple((entry.device, entry.seq) for entry in ends))], by)

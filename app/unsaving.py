"""What Ctrl+Z does right after a record was saved: the version before comes back; a record that was new goes to the bin."""

from __future__ import annotations

from app.entry import memory
from db.errors import ExpectedError
from db.message import Message
from db.store import Store

WHY = "Hoàn tác ngay sau khi lưu"
"""The reason that is kept with a new record that was taken back."""

Version = tuple[str, int]
"""Device and number of a version."""


def newest(store: Store, uid: str) -> Version:
    """Give the version of a record that was written last."""
    last = store.versions(uid)[-1]
    return last.device, last.seq


def take_back(store: Store, uid: str, saved: Version, user: str) -> bool:
    """Take the version ``saved`` of a record back; tell whether the record had been new.

    Raises ExpectedError when the record was changed since, or could not be written.
    """
    versions = store.versions(uid)
    if (versions[-1].device, versions[-1].seq) != saved:
        raise ExpectedError(
            "undo", Message("Bản ghi này đã được sửa tiếp nên không hoàn tác được."), "Hãy xem lịch sử (F9) và khôi phục bản cần lấy lại."
        )
    type_name = versions[-1].type
    if len(versions) == 1:
        store.cancel(uid, WHY, user)
    else:
        store.restore(uid, versions[-2].device, versions[-2].seq, user)
    memory(store).last.pop(type_name, None)
    return len(versions) == 1

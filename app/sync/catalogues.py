"""The code lists and outlines of reports that headquarters keeps for all its offices; they go with every answer.

Headquarters' word goes before an office's own on code lists; what is still in use here is not taken away, and it is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from app.report import given
from app.unit_tree import own_unit
from db import journal, receiving, usage
from db.errors import ExpectedError
from db.message import Message
from db.record import CANCELLED, ENTERED, Record, complete
from db.records import RECORD_TYPES
from db.statements import Prepared
from db.store import Put, Store
from db.system import Journal

CATALOGUES = ("unit", "topic", "period")
"""The code lists that headquarters keeps for all its offices."""


# -- headquarters --------------------------------------------------------------------------------------------------------------


def ours(store: Store) -> Iterator[dict[str, Any]]:
    """Give the newest version of every record of our code lists that we made ourselves."""
    for name in CATALOGUES:
        for uid, device, body in store.run(_newest(store.types[name])).fetchall():
            if device not in store.elsewhere:
                answers = json.loads(bytes(body))
                answers.pop("warned", None)
                yield {"what": "catalogue", "type": name, "uid": uid, "body": answers}


@cache
def _newest(record_type: type[Record]) -> Prepared:
    query = (
        record_type.select(record_type.uid, Journal.device, Journal.body)
        .join(Journal, on=((Journal.device == record_type.device) & (Journal.seq == record_type.seq)))
        .order_by(record_type.uid)
    )
    return Prepared(query.tuples())


def outlines(store: Store) -> Iterator[dict[str, Any]]:
    """Give the outlines of our own reports that were changed, by period."""
    declared = store.types["report"]
    mine = (declared._meta.fields["unit"] == own_unit(store)) & (declared.state == ENTERED)
    rows = store.execute(declared.select(declared.uid, declared.device).where(mine).tuples()).fetchall()
    own = [uid for uid, device in rows if device not in store.elsewhere]  # an office may call our unit its own
    for record in sorted((store.read(uid)[1] for uid in own), key=lambda one: str(one["period"])):
        lines = [{name: value for name, value in line.items() if value is not None} for line in record["outline"]]
        if lines:
            yield {"what": "outline", "period": record["period"], "lines": lines}


# -- the office ----------------------------------------------------------------------------------------------------------------


def take(store: Store, items: list[dict[str, Any]], by: str) -> list[str]:
    """Write the code lists of headquarters as versions of ours, where they differ; what cannot be taken is said, one by one."""
    notes: list[str] = []
    taken = 0
    with store.acting("exchange"):
        for item in items:
            record_type = RECORD_TYPES.get(item["type"])
            if record_type is None or item["type"] not in CATALOGUES:
                continue
            try:
                taken += _take_one(store, item, by)
            except ExpectedError as error:
                notes.append(Message("{caption} {code}: {title}", caption=record_type.caption, code=item["body"].get("code", ""),
                                     title=error.title))  # fmt: skip
    return [*([Message("Đã cập nhật {n} mục danh mục của cấp trên.", n=taken)] if taken else []), *notes]


def _take_one(store: Store, item: dict[str, Any], by: str) -> bool:
    record_type = store.types[item["type"]]
    record = complete(record_type, item["body"] | {"uid": item["uid"]})
    versions = store.versions(item["uid"])
    ends = journal.heads(versions)
    if ends:
        now = complete(record_type, journal.decode(item["uid"], ends[0].body, None))
        now.pop("warned", None)
        if now == record and not receiving.differ(ends):
            return False
    if record["state"] == CANCELLED and (item["uid"] == own_unit(store) or usage.users_of(store, item["type"], item["uid"])):
        raise ExpectedError("usage", "cấp trên đã bỏ mục này nhưng ở đây còn bản ghi dùng; chưa bỏ.", "")
    store.write([Put(record_type, record, tuple((entry.device, entry.seq) for entry in ends))], by)
    return True


def take_outlines(store: Store, items: list[dict[str, Any]]) -> list[str]:
    """Keep headquarters' outlines for our reports, in the open transaction; that of a report approved here stays as it was approved."""
    before = given.outlines(store)
    locked = {span.code for span in store.locked()}
    after = {item["period"]: item["lines"] for item in items}
    for period in locked:
        after.pop(period, None)
        if period in before:
            after[period] = before[period]
    given.keep(store, after)
    changed = sorted(period for period in after if after[period] != before.get(period))
    return [Message("Báo cáo kỳ {period} theo đề cương của cấp trên, trừ khi đơn vị đã sửa riêng.", period=one) for one in changed]

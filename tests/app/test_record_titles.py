"""What names a record where it is listed, searched or stands behind a number: words, never its internal id."""

from __future__ import annotations

import re

import pytest

from app.listing import Listing, Wanted
from app.office import Office
from app.periods import period
from app.report.behind import behind
from app.search import is_count, title
from db.record import complete
from db.records import RECORD_TYPES
from tests import samples

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


@pytest.mark.parametrize("type_name", RECORD_TYPES)
def test_a_record_of_any_type_is_never_named_by_its_internal_id(type_name: str, small: Office) -> None:
    declared = RECORD_TYPES[type_name]
    uid = "01a2065b-7d82-7e55-8a39-0305cd377d82"
    for answers in (samples.SAMPLES[type_name], {}):
        record = complete(declared, {**answers, "uid": uid})
        assert not answers or str(title(small.store, declared, record)).strip()
        assert not UID.search(title(small.store, declared, record))
        assert not UID.search(Listing(small.store, declared, Wanted()).described(record).title)


@pytest.mark.parametrize("type_name", ["hcm", "security"])
def test_a_record_of_nothing_but_counts_is_named_by_its_unit_and_the_counts_by_their_names(type_name: str, small: Office) -> None:
    declared = RECORD_TYPES[type_name]
    small.store.save(type_name, samples.SAMPLES[type_name], samples.USER)
    listing = Listing(small.store, declared, Wanted())
    (row,) = listing.rows(listing.ids())
    assert row.title == "Ban CHQS thành phố Hà Sơn"
    counted = next(question for question in declared.questions().values() if question.in_list and is_count(question))
    assert f"{counted.short} " in row.second
    assert title(small.store, declared, complete(declared, samples.SAMPLES[type_name])) == declared.caption


def test_the_key_tasks_behind_a_number_are_named_in_words(small: Office) -> None:
    small.store.save("task", samples.SAMPLES["task"], samples.USER)
    (part,) = behind(small.store, period(small.store, "2019-H1"), None, "NV_SAU_N").parts
    assert part.title == "Nhiệm vụ trọng tâm"

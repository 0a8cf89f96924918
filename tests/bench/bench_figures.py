"""All figures of a half-year at a million records, beside the same GROUP BY written by hand on the same encrypted file."""

from __future__ import annotations

from typing import Any

from app import figures
from app.office import Office
from app.periods import period
from db.records import FIGURES
from tests.bench import offices
from tests.bench.measure import Row, alternate, ms, within

COUNT = 1_000_000
PERIOD = "2019-H1"
ROUNDS = 7

RAW = """
SELECT of_unit, audience, topic, rollup,
       MAX(CASE WHEN present > 0 THEN 1 ELSE 0 END), SUM(sessions), SUM(present), SUM(required), SUM(makeup),
       SUM(gioi), SUM(kha), SUM(dat), SUM(khong_dat), SUM(tested)
FROM education_audiences
WHERE counts = 1 AND counted_on BETWEEN ? AND ? AND form IN ('HOC_TAP', 'GD_PHAP_LUAT') AND audience <> 'DV'
GROUP BY of_unit, audience, topic, rollup
"""


def run() -> list[Row]:
    """Measure at a million records."""
    with offices.big(COUNT) as opened:
        return measured(opened, COUNT)


def measured(opened: Office, count: int) -> list[Row]:
    """Measure the classes' source and its figures, and every figure of the report, beside one raw GROUP BY."""
    span = period(opened.store, PERIOD)
    connection = opened.database.connection()

    def raw() -> int:
        rows = connection.execute(RAW, (span.start, span.end)).fetchall()
        return sum(row[6] for row in rows)

    mine, peer, total, wanted = alternate(lambda: _education(opened), raw, ROUNDS)
    assert total == wanted > 0
    everything, _, found, _ = alternate(lambda: _everything(opened), raw, ROUNDS)
    assert found.value("EDU_TURN_N").value == wanted
    every, again, units, _ = alternate(lambda: _by_unit(opened), raw, 3)
    all_of_them = f"all {len(FIGURES)} figures, {found.queries} queries, {count:,} records"
    return [
        within(f"figures of education, {count:,} records", mine.cpu, peer.cpu, 1.5, "≤ 1.5x raw GROUP BY"),
        Row(all_of_them, ms(everything.cpu), ms(peer.cpu), everything.cpu / peer.cpu, "stated", True),
        Row(f"all figures by {units} units", ms(every.cpu), ms(again.cpu), every.cpu / again.cpu, "stated", True),
    ]


def _education(opened: Office) -> Any:
    found = figures.compute(opened.store, period(opened.store, PERIOD))
    total = found.value("EDU_TURN_N").value
    for code in ("EDU_TOPIC_N", "EDU_RATE_MIN", "EDU_RATE_AVG", "EDU_BEST", "EDU_TEST_KG"):
        assert found.value(code).value is not None
    return total


def _everything(opened: Office) -> figures.Figures:
    found = figures.compute(opened.store, period(opened.store, PERIOD))
    found.all()
    return found


def _by_unit(opened: Office) -> int:
    found = figures.compute(opened.store, period(opened.store, PERIOD))
    return sum(bool(found.all(row)) for row in found.rows())

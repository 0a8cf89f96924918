"""Emulation waves of the movement "Thi đua Quyết thắng" (domain.md A.5)."""

from __future__ import annotations

from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.figures import Source, figure
from db.questions import Answers, Choice, LongText, Text, Whole
from db.record import EventRecord
from db.rules import at_least, days_in_order

WAVE_KIND = code_list("WAVE_KIND")


class Wave(EventRecord):
    """One wave, counted where it was launched: by its first day; its last day may lie ahead."""

    type_name = "wave"
    caption = "Đợt thi đua"
    plural = "Đợt thi đua"
    icon = "trophy"
    section = "Thi đua"
    ahead = frozenset(("event_to",))

    name = Text("Tên đợt thi đua", required=True, in_list=True, search=True, short="Tên đợt")
    theme = Text("Chủ đề", search=True)
    kind = Choice("Loại", WAVE_KIND, required=True, in_list=True, row="loại")
    decision_no = Text("Quyết định phát động", search=True, row="loại")
    collectives = Whole("Tập thể đăng ký", unit="tập thể", rules=(at_least(0),), row="đăng ký")
    individuals = Whole("Cá nhân đăng ký", unit="cá nhân", rules=(at_least(0),), row="đăng ký")
    result = LongText("Kết quả")

    covering = ("event_from", "kind")

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the days."""
        yield from days_in_order(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the wave."""
        return record["name"] or cls.caption


WAVES = Source("waves launched", Wave, lambda m, w: m.kind.is_null(False), day="event_from")

FIGURES = (
    figure("TD_DOT_N", "Đợt thi đua được phát động", "đợt", WAVES.count()),
    figure("TD_CAO_DIEM_N", "Đợt thi đua cao điểm", "đợt", WAVES.count(lambda m, w: m.kind == "CAO_DIEM")),
)

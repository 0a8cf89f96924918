"""The tally of the other office: what each event adds to the figures, noted while it is drawn; nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

FUNDS = ("NSNN", "NSDP", "NSQP", "QUY_DON", "QUY_DV", "DONG_GOP", "XHH", "BHXH", "HIEN_VAT")
_SUMS = """
EDU_SESSION_N EDU_TURN_N EDU_REQUIRED_N EDU_MAKEUP_N EDU_GIOI_N EDU_KHA_N EDU_DAT_N EDU_KDAT_N EDU_TESTED_N
CARE_KHAM_N CARE_KHAM_MONEY CARE_GCN_TB_N CARE_1L_N CARE_1L_MONEY CARE_GIFT_N CARE_GIFT_MONEY CARE_HOUSE_NEW_N CARE_HOUSE_FIX_N
CARE_HOUSE_N CARE_HOUSE_MONEY CARE_BOOK_N CARE_BOOK_MONEY CARE_MOTHER_MONEY CARE_REMAINS_N CARE_LS_INFO_N CARE_MONEY
CARE_1L_N_QD142 CARE_1L_N_QD62 CARE_1L_N_QD49 CARE_1L_MONEY_QD142 CARE_1L_MONEY_QD62 CARE_1L_MONEY_QD49
"""
SUMS = (*_SUMS.split(), *(f"CARE_MONEY_{fund}" for fund in FUNDS))
"""Figures that are unknown (None), not 0, where nothing was answered."""
_COUNTS = """
KT_TCD_N KT_DV_N GS_TCD_N GS_DV_N DHVP_TCD_N DHVP_DV_N DHVP_VP_N DHVP_KL_N KTTC_TCD_N TC_N KN_N DON_N DON_GQ_N
KL_TCD_N KL_DV_N KL_DV_KT_N KL_DV_CC_N KL_DV_CCH_N KL_DV_KTR_N KD_N KD_DA_N KD_DANG_N KD_QH_N
"""
COUNTS = tuple(_COUNTS.split())


@dataclass
class Tally:
    """What was seen so far of one annex row, or of the whole scope."""

    numbers: dict[str, int] = field(default_factory=dict)
    topics: set[tuple[str, str]] = field(default_factory=set)
    cells: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    briefings: set[str] = field(default_factory=set)
    briefed: list[int] = field(default_factory=lambda: [0, 0])
    plan: list[int] = field(default_factory=lambda: [0, 0])
    watched: dict[tuple[str, str], tuple[date, int]] = field(default_factory=dict)
    watched_orgs: set[str] = field(default_factory=set)
    support: dict[str, tuple[date, set[str], int]] = field(default_factory=dict)

    def add(self, code: str, amount: int | None) -> None:
        if amount is not None:
            self.numbers[code] = self.numbers.get(code, 0) + amount

    def figures(self) -> dict[str, Any]:
        """Give the figures by code: shares in tenths of a percent."""
        n = self.numbers
        found: dict[str, Any] = {code: n.get(code) for code in SUMS} | {code: n.get(code, 0) for code in COUNTS}
        required, tested, made_up = n.get("EDU_REQUIRED_N", 0), n.get("EDU_TESTED_N", 0), n.get("EDU_MAKEUP_N", 0)
        found["EDU_TOPIC_N"] = len(self.topics)
        found["EDU_RATE_AVG"] = floor_tenths(n.get("EDU_TURN_N", 0), required)
        found["EDU_RATE_FINAL"] = near_tenths(n.get("EDU_TURN_N", 0) + made_up, required)
        found["EDU_TEST_OK"] = near_tenths(tested - n.get("EDU_KDAT_N", 0), tested)
        found["EDU_TEST_KG"] = near_tenths(n.get("EDU_GIOI_N", 0) + n.get("EDU_KHA_N", 0), tested)
        known = [floor_tenths(part, whole) for part, whole in self.cells.values() if whole]
        found["EDU_RATE_MIN"] = min((tenths for tenths in known if tenths is not None), default=None)
        ranked = sorted((-part / whole, row) for row, (part, whole) in self.rows.items() if whole)  # numbers are small: no ties by rounding
        found["EDU_BEST"] = ranked[0][1] if ranked else None
        found["EDU_WORST"] = min((row for rate, row in ranked if rate == ranked[-1][0]), default=None)
        found["QT_DOC_N"] = len(self.briefings)
        found["QT_RATE_AVG"] = floor_tenths(*self.briefed)
        found["GSTX_TCD_N"] = len(self.watched_orgs)
        found["GSTX_DV_N"] = sum(members for _, members in self.watched.values())
        found["KD_DA_PCT"] = near_tenths(found["KD_DA_N"], found["KD_N"])
        found["INSP_PLAN_PCT"] = near_tenths(*self.plan)
        named = {who for _, names, _ in self.support.values() for who in names}
        found["CARE_MOTHER_N"] = len(named) + sum(unnamed for _, _, unnamed in self.support.values())
        return found


def floor_tenths(part: int, whole: int) -> int | None:
    return part * 1000 // whole if whole else None


def near_tenths(part: int, whole: int) -> int | None:
    return (part * 1000 + whole // 2) // whole if whole else None

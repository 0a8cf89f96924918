"""A second office, made of chance: events drawn from a seed, written as import files, and tallied while they are drawn.

Everything the demo has only one of is here several times: units under units, sessions with several audiences, records of other
periods, other units' totals, drafts and cancellations, letters, disciplines, Mothers named in two places. The tally knows nothing
of the program; ``make(seed, folder)`` gives it with the files, which have the names of the demo's.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.app.other_files import CARE_HEADS, ROUND_HEADS, cell, save, shown
from tests.app.other_tally import FUNDS, Tally

PERIOD, SCOPE = "2024-H2", "X00"
DAYS = (date(2024, 6, 15), date(2024, 12, 14))

PARENTS = {"X99": "", "X00": "X99", "X01": "X00", "X02": "X00", "X03": "X00", "X3A": "X03", "X3B": "X03", "X04": "X00", "X05": "X00"}
ROWS = {"X00": "X00", "X01": "X01", "X02": "X02", "X03": "X03", "X3A": "X03", "X3B": "X03", "X04": "X04", "X05": "X05"}
"""The annex row of each unit in the scope; X99 is above it."""
ROLLUP = {"SQ": "LLTT", "QNCN": "LLTT", "HSQBS": "LLTT", "DQ_CD": "DQTV", "TV": "DQTV", "SQDB": "DBDV", "QC": "QC"}
LEARNED = {
    "EDU_MAKEUP_N": "Học bù",
    "EDU_TESTED_N": "Số kiểm tra nhận thức",
    "EDU_GIOI_N": "Giỏi",
    "EDU_KHA_N": "Khá",
    "EDU_DAT_N": "Đạt",
    "EDU_KDAT_N": "Không đạt",
}
ACTIVITIES = (
    *("KHAM_BENH", "KHAM_BENH", "TRAO_GCN_TB", "TRAO_GCN", "CHI_TRA_1L", "CHI_TRA_1L", "TANG_QUA", "NHA_TN", "NHA_DD"),
    *("SO_TK", "PHUNG_DUONG", "PHUNG_DUONG", "QUY_TAP", "THONG_TIN_LS"),
)
ROUNDS = ("KT_CH", "KT_CH", "GS_CD", "GS_TX", "GS_TX", "KT_DHVP", "KT_TC", "GQ_TC", "GQ_KN", "TH_KL", "TH_KL", "KT_NVKT")
MONEY_FREE = ("TRAO_GCN_TB", "QUY_TAP", "THONG_TIN_LS")
DISCIPLINES = {
    "TCD": ("TCD_KHIEN_TRACH", "TCD_CANH_CAO", "TCD_GIAI_TAN"),
    "DV": ("DV_KHIEN_TRACH", "DB_KHIEN_TRACH", "DV_CANH_CAO", "DB_CANH_CAO", "DV_KHAI_TRU", "XOA_TEN", "THOI_SHD"),
}
COUNTED_AS = {"KHIEN_TRACH": "KL_DV_KT_N", "CANH_CAO": "KL_DV_CC_N", "CACH_CHUC": "KL_DV_CCH_N", "KHAI_TRU": "KL_DV_KTR_N"}


@dataclass(frozen=True)
class OtherOffice:
    """The files of an office, and its figures as tallied: of the scope ``X00``, and by annex row."""

    folder: Path
    figures: dict[str, Any]
    units: dict[str, dict[str, Any]]


def make(seed: int, folder: Path, events: int = 120) -> OtherOffice:
    """Draw an office and write its files into ``folder``."""
    return _Maker(random.Random(seed), folder).make(events)


class _Maker:
    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance, self.folder = chance, folder
        self.whole = Tally()
        self.by_row = {row: Tally() for row in dict.fromkeys(ROWS.values())}
        self.education: list[dict[str, Any]] = []
        self.care: dict[str, list[dict[str, Any]]] = {"Hoạt động": [], "Đối tượng hưởng": [], "Danh sách": [], "Nguồn kinh phí": []}
        self.rounds: dict[str, list[dict[str, Any]]] = {"Cuộc": [], "Đối tượng kiểm tra": [], "Khuyết điểm": []}
        self.used_days: set[tuple[str, date]] = set()
        self.people = 0
        self.number = 0

    def make(self, events: int) -> OtherOffice:
        self._session("X00", "counted")
        for _ in range(events):
            unit = self.chance.choice(list(PARENTS))
            fate = self.chance.choice(("counted",) * 6 + ("early", "late", "elsewhere", "draft", "cancelled"))
            self.chance.choice((self._session, self._session, self._activity, self._activity, self._round, self._round))(unit, fate)
        self._write()
        rows = {row: tally.figures() for row, tally in self.by_row.items()}
        return OtherOffice(self.folder, self.whole.figures(), rows)

    # -- what all records share ------------------------------------------------------------------------------------------

    def _tallies(self, unit: str, fate: str) -> list[Tally]:
        """Give where an event counts: nowhere, or in the whole and in its annex row."""
        return [self.whole, self.by_row[ROWS[unit]]] if fate == "counted" and unit in ROWS else []

    def _day(self, fate: str) -> date:
        first, last = DAYS
        if fate == "early":
            return first - timedelta(days=self.chance.choice((1, 1, 40)))
        if fate == "late":
            return last + timedelta(days=self.chance.choice((1, 1, 40)))
        return self.chance.choice((first, last, *(first + timedelta(days=self.chance.randrange(183)) for _ in range(6))))

    def _envelope(self, unit: str, fate: str, on: date, start: date | None = None) -> dict[str, Any]:
        self.number += 1
        return {
            "Bản ghi số": self.number,
            "Đơn vị báo cáo": unit,
            "Đơn vị tính số liệu": self.chance.choice([other for other in ROWS if other != unit]) if fate == "elsewhere" else "",
            "Từ ngày": shown(start or on),
            "Đến ngày": shown(on),
            "Trạng thái": {"draft": "NHAP", "cancelled": "HUY"}.get(fate, self.chance.choice(("", "Đã nhập"))),
            "Lý do hủy": "Hoãn" if fate == "cancelled" else "",
        }

    # -- education -------------------------------------------------------------------------------------------------------

    def _session(self, unit: str, fate: str) -> None:
        form = self.chance.choice(("HOC_TAP", "HOC_TAP", "GD_PHAP_LUAT", "QUAN_TRIET", "THONG_BAO"))
        a_class, on = form in ("HOC_TAP", "GD_PHAP_LUAT"), self._day(fate)
        topic = f"C{self.chance.randrange(8):02d}" if a_class or self.chance.random() < 0.5 else ""
        free = "" if topic else self.chance.choice(("Chỉ thị 05", "CHỈ THỊ 05", "Nghị quyết 28", "Kết luận 01"))
        sessions = self.chance.choice((None, 1, 2, 3))
        head = self._envelope(unit, fate, on) | {
            "Hình thức": form,
            "Loại nội dung": "PL" if form == "GD_PHAP_LUAT" else "CT",
            "Chuyên đề": topic,
            "Nội dung khác": free,
            "Số buổi": cell(sessions),
            "Giáo viên / báo cáo viên": "CHINH_TRI_VIEN",
        }
        tallies, anybody = self._tallies(unit, fate), False
        for audience in self.chance.sample([*ROLLUP, "DV"], self.chance.choice((1, 1, 2, 3))):
            line = self._audience(audience, on)
            self.education.append(head | line)
            if audience == "DV":
                continue
            anybody = anybody or line["Quân số tham gia"] > 0
            for tally in tallies:
                if a_class:
                    self._learned(tally, unit, topic, audience, line)
                elif form == "QUAN_TRIET":
                    tally.briefings.add(topic or free.lower())
                    tally.briefed[0] += line["Quân số tham gia"]
                    tally.briefed[1] += line["Quân số phải học"]
        if a_class and anybody:
            for tally in tallies:
                tally.add("EDU_SESSION_N", 1 if sessions is None else sessions)

    def _audience(self, audience: str, on: date) -> dict[str, Any]:
        strength = self.chance.choice((0, 7, 31, 60, 183, 1200))
        excused = self.chance.randrange(strength // 10 + 1)
        required = strength - excused
        present = required - self.chance.randrange(required // 8 + 1)
        made_up = self.chance.choice((None, None, self.chance.randrange(required - present + 1)))
        tested = self.chance.choice((None, present))
        grades: Sequence[int | None] = (None,) * 4
        if tested is not None:
            cuts = sorted(self.chance.randrange(tested + 1) for _ in range(3))
            grades = (cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], tested - cuts[2])
        return {
            "Đối tượng": audience,
            "Quân số": strength,
            "Vắng có lý do": excused,
            "Quân số phải học": required,
            "Quân số tham gia": present,
            "Học bù": cell(made_up),
            "Ngày học bù": shown(on + timedelta(days=3)) if made_up else "",
            "Số kiểm tra nhận thức": cell(tested),
            **dict(zip(("Giỏi", "Khá", "Đạt", "Không đạt"), map(cell, grades), strict=True)),
        }

    @staticmethod
    def _learned(tally: Tally, unit: str, topic: str, audience: str, line: dict[str, Any]) -> None:
        present, required = line["Quân số tham gia"], line["Quân số phải học"]
        tally.add("EDU_TURN_N", present)
        tally.add("EDU_REQUIRED_N", required)
        for code, label in LEARNED.items():
            if line[label] != "":
                tally.add(code, line[label])
        if present > 0:
            tally.topics.add((topic, ROLLUP[audience]))
        for found in (tally.cells.setdefault((unit, audience), [0, 0]), tally.rows.setdefault(ROWS[unit], [0, 0])):
            found[0] += present
            found[1] += required

    # -- care ------------------------------------------------------------------------------------------------------------

    def _activity(self, unit: str, fate: str) -> None:
        kind = self.chance.choice(ACTIVITIES)
        on, work = self._day(fate), self.chance.choice(("XAY_MOI", "SUA_CHUA")) if kind.startswith("NHA_") else ""
        head = self._envelope(unit, fate, on) | {"Hoạt động": kind, "Xây mới / sửa chữa": work}
        head["Số quyết định/ giấy chứng nhận"] = "12/QĐ-BTL" if kind.startswith("TRAO_GCN") else ""
        self.care["Hoạt động"].append(head)
        categories = self._categories(kind)
        served = [(category, self.chance.randrange(1, 60), self.chance.choice((None, 1, 7, 29))) for category in categories]
        if kind in ("TANG_QUA", "NHA_TN", "NHA_DD", "SO_TK", "QUY_TAP", "THONG_TIN_LS"):
            served = [(category, persons, quantity or 1) for category, persons, quantity in served]
        elif kind == "TRAO_GCN_TB":
            served = [(category, persons, persons) for category, persons, _ in served]
        for category, persons, quantity in served:
            self.care["Đối tượng hưởng"].append(
                {"Bản ghi số": self.number, "Diện đối tượng": category, "Số người": persons, "Số lượng": cell(quantity)}
            )
        named = self._named(kind, categories[0])
        funding = self._funding(kind)
        # Mothers are a stock: those named before the period count while the unit has no later list.
        early = fate == "early" and kind == "PHUNG_DUONG" and unit in ROWS
        for tally in self._tallies(unit, "counted" if early else fate):
            if kind == "PHUNG_DUONG":
                self._supported(tally, unit, on, named, served)
            if not early:
                self._cared(tally, kind, work, served, funding)

    def _categories(self, kind: str) -> list[str]:
        if kind == "CHI_TRA_1L":
            return [self.chance.choice(("QD142", "QD62", "QD49"))]
        if kind == "PHUNG_DUONG":
            return ["ME_VNAH"]
        if kind == "TRAO_GCN_TB":
            return self.chance.sample(("THUONG_BINH", "NHU_TB"), self.chance.choice((1, 2)))
        choices = ("THUONG_BINH", "BENH_BINH", "THAN_NHAN", "HO_NGHEO", "HO_NGHEO") if kind == "KHAM_BENH" else ("THUONG_BINH", "THAN_NHAN")
        return list(dict.fromkeys(self.chance.choice(choices) for _ in range(2)))

    def _named(self, kind: str, category: str) -> set[str]:
        """Name a few people; Mothers come from a small circle, so that some are named twice."""
        if kind not in ("PHUNG_DUONG", "CHI_TRA_1L") or self.chance.random() < 0.3:
            return set()
        people = set()
        for _ in range(self.chance.randrange(1, 5)):
            self.people += 1
            serial = self.chance.randrange(12) if kind == "PHUNG_DUONG" else 1000 + self.people
            people.add(f"{serial:09d}")
        for number in sorted(people):
            birth = "khoảng 1930" if kind == "PHUNG_DUONG" else "1950"
            row = {"Bản ghi số": self.number, "Họ và tên": f"Lê Thị Số {int(number)}", "Năm sinh": birth}
            self.care["Danh sách"].append(row | {"Số giấy tờ": number, "Diện đối tượng": category, "Số tiền": ""})
        return people

    def _funding(self, kind: str) -> list[tuple[str, int]]:
        if kind in MONEY_FREE or (kind == "PHUNG_DUONG" and self.chance.random() < 0.4):
            return []
        found = []
        for fund in self.chance.sample(FUNDS, self.chance.choice((1, 2))):
            amount, goods = self.chance.choice(((1_500_000, None), (None, 700_000), (33_000_000, 1_250_000), (0, None)))
            self.care["Nguồn kinh phí"].append(
                {"Bản ghi số": self.number, "Nguồn": fund, "Số tiền": cell(amount), "Trị giá hiện vật": cell(goods)}
            )
            found.append((fund, (amount or 0) + (goods or 0)))
        return found

    @staticmethod
    def _supported(tally: Tally, unit: str, on: date, named: set[str], served: list[tuple[str, int, int | None]]) -> None:
        day, names, unnamed = tally.support.get(unit, (date.min, set(), 0))
        persons = 0 if named else sum(count for _, count, _ in served)
        if on > day:
            tally.support[unit] = (on, set(named), persons)
        elif on == day:
            tally.support[unit] = (on, names | named, unnamed + persons)

    @staticmethod
    def _cared(tally: Tally, kind: str, work: str, served: list[tuple[str, int, int | None]], funding: list[tuple[str, int]]) -> None:
        policy = any(category != "HO_NGHEO" for category, _, _ in served)
        for category, persons, quantity in served:
            if kind == "KHAM_BENH" and category != "HO_NGHEO":
                tally.add("CARE_KHAM_N", persons)
            elif kind == "TRAO_GCN_TB":
                tally.add("CARE_GCN_TB_N", persons)
            elif kind == "CHI_TRA_1L":
                tally.add("CARE_1L_N", persons)
                tally.add(f"CARE_1L_N_{category}", persons)
            elif kind.startswith("NHA_"):
                tally.add("CARE_HOUSE_N", quantity)
                tally.add("CARE_HOUSE_NEW_N" if work == "XAY_MOI" else "CARE_HOUSE_FIX_N", quantity)
            else:
                thing = {"TANG_QUA": "CARE_GIFT_N", "SO_TK": "CARE_BOOK_N", "QUY_TAP": "CARE_REMAINS_N", "THONG_TIN_LS": "CARE_LS_INFO_N"}
                if kind in thing:
                    tally.add(thing[kind], quantity)
        sums = {"TANG_QUA": "GIFT", "SO_TK": "BOOK", "NHA_TN": "HOUSE", "NHA_DD": "HOUSE", "CHI_TRA_1L": "1L", "PHUNG_DUONG": "MOTHER"}
        for fund, money in funding:
            if kind in sums:
                tally.add(f"CARE_{sums[kind]}_MONEY", money)
            if kind == "CHI_TRA_1L":
                tally.add(f"CARE_1L_MONEY_{served[0][0]}", money)
            if kind == "KHAM_BENH" and policy:
                tally.add("CARE_KHAM_MONEY", money)
            if policy:
                tally.add("CARE_MONEY", money)
                tally.add(f"CARE_MONEY_{fund}", money)

    # -- inspection ------------------------------------------------------------------------------------------------------

    def _round(self, unit: str, fate: str) -> None:
        kind = self.chance.choice(ROUNDS)
        concluded: date | None = self._day(fate)
        while kind == "GS_TX" and (unit, concluded) in self.used_days:  # which of two on one day is the latest is nobody's guess
            concluded = concluded + timedelta(days=1) if concluded else None
        if concluded and fate in ("counted", "early"):  # the search for a free day may have crossed an edge of the period
            fate = "early" if concluded < DAYS[0] else "counted" if concluded <= DAYS[1] else "late"
        if concluded:
            self.used_days.add((unit, concluded))
        ended = (concluded or DAYS[0]) - timedelta(days=self.chance.choice((0, 5, 30)))
        started, decided = ended - timedelta(days=self.chance.choice((0, 10))), ended - timedelta(days=20)
        if fate == "counted" and self.chance.random() < 0.12:
            fate, concluded = "under way", None
        planned = self.chance.choice(("KE_HOACH", "DOT_XUAT"))
        head = self._envelope(unit, fate, ended, started) | {
            "Loại": kind,
            "Trong chương trình / đột xuất": planned,
            "Chủ thể tiến hành": "UBKT",
            "Tổ chức đảng chủ trì": "DX0",
            "Số quyết định": f"{self.number}-QĐ/UBKT",
            "Ngày quyết định": shown(decided),
            "Nội dung": "NQ_CT;SH_DANG",
            "Số thông báo kết luận": f"{self.number}-TB/UBKT" if concluded else "",
            "Ngày kết luận": shown(concluded) if concluded else "",
        }
        self.rounds["Cuộc"].append(head)
        self._dated(unit, fate, kind, planned, started, ended, concluded)
        tallies = self._tallies(unit, fate)
        members = self._subjects(kind, concluded, tallies)
        if kind == "GS_TX" and concluded:
            for tally in tallies:
                for org, count in members.items():
                    if tally.watched.get((unit, org), (date.min, 0))[0] < concluded:
                        tally.watched[unit, org] = (concluded, count)
        self._faults(concluded, tallies)

    def _dated(self, unit: str, fate: str, kind: str, planned: str, started: date, ended: date, concluded: date | None) -> None:
        """Tally what goes by other days than the conclusion's: plans by their last day, letters by their receipt."""
        here = self._tallies(unit, "counted" if fate in ("counted", "under way", "early", "late") else fate)
        for tally in here:
            if planned == "KE_HOACH" and DAYS[0] <= ended <= DAYS[1]:
                tally.plan[0] += int(concluded is not None and concluded <= DAYS[1])
                tally.plan[1] += 1
            if kind in ("GQ_TC", "GQ_KN"):
                if DAYS[0] <= started <= DAYS[1]:
                    tally.add("TC_N" if kind == "GQ_TC" else "KN_N", 1)
                    tally.add("DON_N", 1)
                if concluded and DAYS[0] <= concluded <= DAYS[1]:
                    tally.add("DON_GQ_N", 1)

    def _subjects(self, kind: str, concluded: date | None, tallies: Iterable[Tally]) -> dict[str, int]:
        """Draw the subjects; give how many members of each organisation."""
        members: dict[str, int] = {}
        for number in range(1, self.chance.randrange(1, 5) + 1):
            what, org = self.chance.choice(("TCD", "DV")), f"CX{self.chance.randrange(4)}"
            conclusion = self.chance.choice(("TOT", "CO_KD", "VP_CHUA_KL", "VP_PHAI_KL")) if concluded else ""
            discipline = self.chance.choice(DISCIPLINES[what]) if kind == "TH_KL" else ""
            row = {"Bản ghi số": self.number, "TT": number, "Loại đối tượng": what, "Tổ chức đảng": org, "Kết luận": conclusion}
            row["Đảng viên dự bị"] = "x" if discipline.startswith("DB_") else ""
            self.rounds["Đối tượng kiểm tra"].append(row | {"Hình thức kỷ luật": discipline})
            members[org] = members.get(org, 0) + int(what == "DV")
            for tally in tallies:
                self._inspected(tally, kind, what, org, conclusion, discipline)
        return members

    @staticmethod
    def _inspected(tally: Tally, kind: str, what: str, org: str, conclusion: str, discipline: str) -> None:
        start = {"KT_CH": "KT", "GS_CD": "GS", "KT_DHVP": "DHVP"}.get(kind)
        if start:
            tally.add(f"{start}_{what}_N", 1)
        if kind == "KT_TC" and what == "TCD":
            tally.add("KTTC_TCD_N", 1)
        if kind == "GS_TX" and what == "TCD":
            tally.watched_orgs.add(org)
        if kind == "KT_DHVP":
            tally.add("DHVP_VP_N", int(conclusion.startswith("VP_")))
            tally.add("DHVP_KL_N", int(conclusion == "VP_PHAI_KL"))
        if discipline.startswith("TCD_"):
            tally.add("KL_TCD_N", 1)
        elif discipline[:3] in ("DV_", "DB_"):
            tally.add("KL_DV_N", 1)
            tally.add(COUNTED_AS[discipline[3:]], 1)

    def _faults(self, concluded: date | None, tallies: list[Tally]) -> None:
        for _ in range(self.chance.randrange(4)):
            base = concluded or DAYS[0]
            status = self.chance.choice(("DA", "DA", "DANG", "CHUA", "KHONG_YC"))
            deadline = self.chance.choice((None, base, base + timedelta(days=30), base + timedelta(days=200)))
            done = base + timedelta(days=self.chance.choice((1, 60, 160))) if status == "DA" else None
            self.rounds["Khuyết điểm"].append(
                {
                    "Bản ghi số": self.number,
                    "Đối tượng": 1,
                    "Nội dung": "Ghi biên bản chưa đầy đủ",
                    "Hạn khắc phục": shown(deadline) if deadline else "",
                    "Trạng thái": status,
                    "Ngày hoàn thành": shown(done) if done else "",
                }
            )
            if status == "KHONG_YC":
                continue
            if done is not None and done <= DAYS[1]:
                code = "KD_DA_N"
            else:
                code = "KD_QH_N" if deadline is not None and deadline < DAYS[1] else "KD_DANG_N"
            for tally in tallies:
                tally.add("KD_N", 1)
                tally.add(code, 1)

    # -- files -----------------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        units = [{"Mã đơn vị": code, "Tên đơn vị": f"Ban CHQS {code}", "Đơn vị cấp trên": above} for code, above in PARENTS.items()]
        topics = [{"Mã": f"C{n:02d}", "Chuyên đề": f"Chuyên đề số {n}", "Loại nội dung": "CT"} for n in range(8)]
        orgs = [{"Mã": "DX0", "Tên tổ chức đảng": "Đảng bộ X", "Loại": "DANG_BO", "Tổ chức đảng cấp trên": ""}]
        orgs += [{"Mã": f"CX{n}", "Tên tổ chức đảng": f"Chi bộ {n}", "Loại": "CHI_BO", "Tổ chức đảng cấp trên": "DX0"} for n in range(4)]
        known = [{"Họ và tên": f"Lê Thị Số {n}", "Năm sinh": "khoảng 1930", "Số giấy tờ": f"{n:09d}", "Xã": ""} for n in range(0, 12, 2)]
        tables = {
            "01-don-vi": units,
            "02-chuyen-de": topics,
            "03-to-chuc-dang": orgs,
            "05-giao-duc": self.education,
            "06-nguoi-huong": known,
        }
        for name, rows in tables.items():
            with (self.folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        save(self.folder / "07-chinh-sach.xlsx", self.care, CARE_HEADS)
        save(self.folder / "08-kiem-tra.xlsx", self.rounds, ROUND_HEADS)

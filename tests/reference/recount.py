"""Count the figures of an office's import files a second time, with plain loops and nothing of the program.

``recount(folder)`` reads the files of ``resources/demo`` (or any folder with files of the same names) and gives every figure of
contract.md 5, for the whole scope and by unit. ``python -m tests.reference.recount > tests/reference/hs_2019_h1.json`` writes the
expected values of the demo; read the difference before committing it.

Values: counts and đồng as they are, shares in tenths of a percent, units by code; None where nothing was answered.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reference.areas import AREAS, total
from tests.reference.office_files import DEMO, EDU_NUMBERS, Row, csv_rows, day, read_care, read_education, read_inspections, sheets, who

SESSIONS = ("05-giao-duc.csv", "24-quan-triet.csv")
CLASSES = ("HOC_TAP", "GD_PHAP_LUAT")
FUNDS = ("NSNN", "NSDP", "NSQP", "QUY_DON", "QUY_DV", "DONG_GOP", "XHH", "BHXH", "HIEN_VAT")
DAYS = ("2018-12-15", "2019-06-14")
Rounding = Callable[[int | None, int | None], int | None]


def floored(part: int | None, whole: int | None) -> int | None:
    return (part or 0) * 1000 // whole if whole else None


def rounded(part: int | None, whole: int | None) -> int | None:
    return (2000 * (part or 0) + whole) // (2 * whole) if whole else None


def of_totals(record: Row) -> list[Row]:
    """Give the lines that enter totals: Party members of every kind overlap the others."""
    return [line for line in record["lines"] if line["audience"] != "DV"]


def attended(record: Row) -> bool:
    return any((line["present"] or 0) > 0 for line in of_totals(record))


def education(records: list[Row], start: str, end: str, row_of: dict[str, str]) -> tuple[Row, Row]:
    """Give the figures, and the fractions of the shares, of the sessions counted in the period."""
    inside = [r for r in records if r["counts"] and start <= str(r["on"]) <= end]
    classes = [r for r in inside if r["form"] in CLASSES]
    lines = [{**line, "unit": r["unit"], "topic": r["topic"]} for r in classes for line in of_totals(r)]
    sums = {name: total(line[name] for line in lines) for name in EDU_NUMBERS}
    present, required, tested = sums["present"], sums["required"], sums["tested"]
    figures: Row = {
        "EDU_TOPIC_N": len({(line["topic"], line["rollup"]) for line in lines if line["present"] > 0 and line["topic"]}),
        "EDU_SESSION_N": total(r["sessions"] for r in classes if attended(r)),
        "EDU_TURN_N": present,
        "EDU_REQUIRED_N": required,
        "EDU_MAKEUP_N": sums["makeup"],
        "EDU_GIOI_N": sums["gioi"],
        "EDU_KHA_N": sums["kha"],
        "EDU_DAT_N": sums["dat"],
        "EDU_KDAT_N": sums["khong_dat"],
        "EDU_TESTED_N": tested,
    }
    fractions: Row = {}
    share(figures, fractions, "EDU_RATE_AVG", present, required, floored)
    share(figures, fractions, "EDU_RATE_FINAL", (present or 0) + (sums["makeup"] or 0), required, rounded)
    share(figures, fractions, "EDU_TEST_OK", (tested or 0) - (sums["khong_dat"] or 0), tested, rounded)
    share(figures, fractions, "EDU_TEST_KG", (sums["gioi"] or 0) + (sums["kha"] or 0), tested, rounded)
    least(figures, fractions, lines)
    extremes(figures, fractions, lines, row_of)
    briefings = [r for r in inside if r["form"] == "QUAN_TRIET" and of_totals(r)]
    figures["QT_DOC_N"] = len({r["topic"] or "free " + r["topic_free"].lower() for r in briefings})
    briefed = [line for r in briefings for line in of_totals(r)]
    came, wanted = total(line["present"] for line in briefed), total(line["required"] for line in briefed)
    share(figures, fractions, "QT_RATE_AVG", came, wanted, floored)
    return figures, fractions


def share(figures: Row, fractions: Row, code: str, part: int | None, whole: int | None, how: Rounding) -> None:
    figures[code] = how(part, whole)
    if whole:
        fractions[code] = [part or 0, whole]


def cells_by(lines: list[Row], key: Callable[[Row], Any]) -> dict[Any, tuple[int, int]]:
    """Give present and required per cell, without the cells that required nobody."""
    found: dict[Any, tuple[int, int]] = {}
    for line in lines:
        n, d = found.get(key(line), (0, 0))
        found[key(line)] = (n + (line["present"] or 0), d + (line["required"] or 0))
    return {cell: (n, d) for cell, (n, d) in found.items() if d}


def least(figures: Row, fractions: Row, lines: list[Row]) -> None:
    worst: tuple[int, int] | None = None
    for n, d in cells_by(lines, lambda line: (line["unit"], line["audience"])).values():
        if worst is None or n * worst[1] < worst[0] * d:
            worst = (n, d)
    part, whole = worst or (None, None)
    share(figures, fractions, "EDU_RATE_MIN", part, whole, floored)


def extremes(figures: Row, fractions: Row, lines: list[Row], row_of: dict[str, str]) -> None:
    best: tuple[str, int, int] | None = None
    worst: tuple[str, int, int] | None = None
    for unit, (n, d) in sorted(cells_by(lines, lambda line: row_of[line["unit"]]).items()):
        if best is None or n * best[2] > best[1] * d:
            best = (unit, n, d)
        if worst is None or n * worst[2] < worst[1] * d:
            worst = (unit, n, d)
    for code, found in (("EDU_BEST", best), ("EDU_WORST", worst)):
        figures[code] = found[0] if found else None
        if found:
            fractions[code] = [found[1], found[2]]


def inspection(records: list[Row], start: str, end: str) -> tuple[Row, Row]:
    entered = [r for r in records if r["counts"]]
    inside = [r for r in entered if r["on"] and start <= r["on"] <= end]
    subjects = [{**s, "kind": r["kind"]} for r in inside for s in r["subjects"]]

    def turns(kind: str, who_: str) -> int:
        return sum(1 for s in subjects if s["kind"] == kind and s["type"] == who_)

    def disciplined(*forms: str) -> int:
        return sum(1 for s in subjects if s["kind"] == "TH_KL" and s["discipline"] in forms)

    def concluded_as(*codes: str) -> int:
        return sum(1 for s in subjects if s["kind"] == "KT_DHVP" and s["conclusion"] in codes)

    letters = [r for r in entered if r["kind"] in ("GQ_TC", "GQ_KN") and start <= str(r["from"]) <= end]
    planned = [r for r in entered if r["planned"] == "KE_HOACH" and start <= str(r["to"]) <= end]
    figures: Row = {
        "KT_TCD_N": turns("KT_CH", "TCD"),
        "KT_DV_N": turns("KT_CH", "DV"),
        "GS_TCD_N": turns("GS_CD", "TCD"),
        "GS_DV_N": turns("GS_CD", "DV"),
        "GSTX_TCD_N": len({s["org"] for s in subjects if s["kind"] == "GS_TX" and s["type"] == "TCD"}),
        "GSTX_DV_N": supervised(inside),
        "DHVP_TCD_N": turns("KT_DHVP", "TCD"),
        "DHVP_DV_N": turns("KT_DHVP", "DV"),
        "DHVP_VP_N": concluded_as("VP_CHUA_KL", "VP_PHAI_KL"),
        "DHVP_KL_N": concluded_as("VP_PHAI_KL"),
        "KTTC_TCD_N": turns("KT_TC", "TCD"),
        "TC_N": sum(1 for r in letters if r["kind"] == "GQ_TC"),
        "KN_N": sum(1 for r in letters if r["kind"] == "GQ_KN"),
        "DON_N": len(letters),
        "DON_GQ_N": sum(1 for r in inside if r["kind"] in ("GQ_TC", "GQ_KN")),
        "KL_TCD_N": disciplined("TCD_KHIEN_TRACH", "TCD_CANH_CAO", "TCD_GIAI_TAN"),
        "KL_DV_KT_N": disciplined("DV_KHIEN_TRACH", "DB_KHIEN_TRACH"),
        "KL_DV_CC_N": disciplined("DV_CANH_CAO", "DB_CANH_CAO"),
        "KL_DV_CCH_N": disciplined("DV_CACH_CHUC"),
        "KL_DV_KTR_N": disciplined("DV_KHAI_TRU"),
    }
    figures["KL_DV_N"] = sum(figures[code] for code in ("KL_DV_KT_N", "KL_DV_CC_N", "KL_DV_CCH_N", "KL_DV_KTR_N"))
    fractions: Row = {}
    shortcomings(figures, fractions, inside, end)
    done = sum(1 for r in planned if r["concluded"] and r["concluded"] <= end)
    share(figures, fractions, "INSP_PLAN_PCT", done, len(planned), rounded)
    return figures, fractions


def supervised(inside: list[Row]) -> int:
    """Count the members under regular supervision: those of the latest record of each unit and organisation."""
    latest: dict[tuple[str, str], Row] = {}
    for r in inside:
        for s in r["subjects"] if r["kind"] == "GS_TX" else ():
            key = (r["unit"], s["org"])
            if key not in latest or latest[key]["on"] < r["on"]:
                latest[key] = r
    return sum(1 for (_, org), r in latest.items() for s in r["subjects"] if s["org"] == org and s["type"] == "DV")


def shortcomings(figures: Row, fractions: Row, inside: list[Row], end: str) -> None:
    done = under_way = overdue = 0
    for fault in (f for r in inside for f in r["faults"] if f["status"] != "KHONG_YC"):
        if fault["done"] and fault["done"] <= end:
            done += 1
        elif fault["deadline"] and fault["deadline"] < end:
            overdue += 1
        else:
            under_way += 1
    figures |= {"KD_N": done + under_way + overdue, "KD_DA_N": done, "KD_DANG_N": under_way, "KD_QH_N": overdue}
    share(figures, fractions, "KD_DA_PCT", done, figures["KD_N"], rounded)


def care(records: list[Row], start: str, end: str) -> Row:
    entered = [r for r in records if r["counts"]]
    inside = [r for r in entered if start <= str(r["on"]) <= end]

    def served(name: str, *kinds: str, category: str | None = None, work: str | None = None) -> int | None:
        chosen = [r for r in inside if r["kind"] in kinds and work in (None, r["work"])]
        return total(line[name] for r in chosen for line in r["served"] if category in (None, line["category"]))

    def money(*kinds: str, category: str | None = None) -> int | None:
        chosen = [r for r in inside if r["kind"] in kinds and (category is None or r["served"][0]["category"] == category)]
        return total(line["money"] for r in chosen for line in r["funding"])

    policy = [r for r in inside if any(line["category"] != "HO_NGHEO" for line in r["served"])]
    checked = [r for r in inside if r["kind"] == "KHAM_BENH"]
    figures: Row = {
        "CARE_KHAM_N": total(line["persons"] for r in checked for line in r["served"] if line["category"] != "HO_NGHEO"),
        "CARE_KHAM_MONEY": total(line["money"] for r in policy if r["kind"] == "KHAM_BENH" for line in r["funding"]),
        "CARE_GCN_TB_N": served("persons", "TRAO_GCN_TB"),
        "CARE_1L_N": served("persons", "CHI_TRA_1L"),
        "CARE_1L_MONEY": money("CHI_TRA_1L"),
        "CARE_GIFT_N": served("quantity", "TANG_QUA"),
        "CARE_GIFT_MONEY": money("TANG_QUA"),
        "CARE_HOUSE_NEW_N": served("quantity", "NHA_TN", "NHA_DD", work="XAY_MOI"),
        "CARE_HOUSE_FIX_N": served("quantity", "NHA_TN", "NHA_DD", work="SUA_CHUA"),
        "CARE_HOUSE_N": served("quantity", "NHA_TN", "NHA_DD"),
        "CARE_HOUSE_MONEY": money("NHA_TN", "NHA_DD"),
        "CARE_BOOK_N": served("quantity", "SO_TK"),
        "CARE_BOOK_MONEY": money("SO_TK"),
        "CARE_MOTHER_N": mothers(entered, end),
        "CARE_MOTHER_MONEY": money("PHUNG_DUONG"),
        "CARE_REMAINS_N": served("quantity", "QUY_TAP"),
        "CARE_LS_INFO_N": served("quantity", "THONG_TIN_LS"),
        "CARE_MONEY": total(line["money"] for r in policy for line in r["funding"]),
    }
    for decision in ("QD142", "QD62", "QD49"):
        figures[f"CARE_1L_N_{decision}"] = served("persons", "CHI_TRA_1L", category=decision)
        figures[f"CARE_1L_MONEY_{decision}"] = money("CHI_TRA_1L", category=decision)
    for fund in FUNDS:
        figures[f"CARE_MONEY_{fund}"] = total(line["money"] for r in policy for line in r["funding"] if line["fund"] == fund)
    return figures


def mothers(entered: list[Row], end: str) -> int:
    """Count the Mothers under support at the period's end: by each unit's latest day, named ones once, else as many as stated."""
    support = [r for r in entered if r["kind"] == "PHUNG_DUONG" and str(r["on"]) <= end]
    latest: dict[str, str] = {}
    for r in support:
        latest[r["unit"]] = max(latest.get(r["unit"], ""), str(r["on"]))
    now = [r for r in support if r["on"] == latest[r["unit"]]]
    named = {line["who"] for r in now for line in r["listed"]}
    return len(named) + sum(line["persons"] or 0 for r in now if not r["listed"] for line in r["served"])


# -- the whole ---------------------------------------------------------------------------------------------------------------


def parents(folder: Path, start: str, end: str) -> dict[str, str]:
    """Give the unit above each unit that stood on some day of the period."""
    found = {}
    for row in csv_rows(folder / "01-don-vi.csv"):
        begun, ended = day(row.get("Hiệu lực từ", "")) or "", day(row.get("Hiệu lực đến", "")) or "9999"
        if begun <= end and ended >= start:
            found[row["Mã đơn vị"]] = row["Đơn vị cấp trên"]
    return found


def rows_of(above: dict[str, str], scope: str) -> dict[str, str]:
    """Give the annex row of each unit inside the scope: the scope's child above it, or the scope itself."""
    found = {}
    for unit in above:
        path = [unit]
        while path[-1] != scope and above[path[-1]]:
            path.append(above[path[-1]])
        if path[-1] == scope:
            found[unit] = path[-2] if len(path) > 1 else scope
    return found


def recount(folder: Path = DEMO, period: str = "2019-H1", scope: str = "HS00", days: tuple[str, str] = DAYS) -> Row:
    """Give every figure of the files, for the scope and by annex row."""
    start, end = days
    row_of = rows_of(parents(folder, start, end), scope)
    classes = [record for name in SESSIONS if (folder / name).exists() for record in read_education(csv_rows(folder / name))]
    rounds = read_inspections(sheets(folder / "08-kiem-tra.xlsx"))
    activities = read_care(sheets(folder / "07-chinh-sach.xlsx"))
    others = {area.name: area.records(folder) for area in AREAS}
    everything = (classes, rounds, activities, *others.values())

    def figures(unit: str | None) -> Row:
        mine = [[r for r in records if r["unit"] in row_of and unit in (None, row_of[r["unit"]])] for records in everything]
        edu, edu_fractions = education(mine[0], start, end, row_of)
        insp, insp_fractions = inspection(mine[1], start, end)
        found = edu | insp | care(mine[2], start, end)
        for area, records in zip(AREAS, mine[3:], strict=True):
            found |= area.count([r for r in records if not area.own or r["unit"] == scope], start, end)
        found["UOC_N"] = None  # no file of the demo holds an estimate
        return {"figures": found, "fractions": edu_fractions | insp_fractions}

    shared = [*everything[:3], *(others[area.name] for area in AREAS if not area.own)]
    own = any(r["counts"] and r["unit"] == scope and start <= str(r["on"]) <= end for records in shared for r in records)
    units = sorted(set(row_of.values()) - (set() if own else {scope}))
    return {
        "period": period,
        "from": start,
        "to": end,
        "unit": scope,
        **figures(None),
        "units": {unit: figures(unit) for unit in units},
        "education_rows": education_rows(classes, start, end, row_of),
        "funding_rows": funding_rows(activities, start, end, row_of),
        "records": {
            name: {state: sum(1 for r in records if r["state"] == state) for state in ("entered", "draft", "cancelled")}
            for name, records in zip(("education", "inspection", "care", *others), everything, strict=True)
        },
        "persons": persons(folder, activities),
    }


ANNEX_I = (
    *("EDU_TOPIC_N", "EDU_SESSION_N", "EDU_REQUIRED_N", "EDU_TURN_N", "EDU_RATE_AVG", "EDU_MAKEUP_N"),
    *("EDU_TESTED_N", "EDU_GIOI_N", "EDU_KHA_N", "EDU_DAT_N", "EDU_KDAT_N", "EDU_TEST_KG"),
)


def education_rows(records: list[Row], start: str, end: str, row_of: dict[str, str]) -> dict[str, dict[str, Row]]:
    """Give annex I: per unit and audience its cells; a session with two lines of one audience counts once in its row."""
    found: dict[str, dict[str, Row]] = {}
    inside = [r for r in records if r["counts"] and start <= str(r["on"]) <= end and r["form"] in CLASSES and r["unit"] in row_of]
    for unit in sorted({row_of[r["unit"]] for r in inside}):
        mine = [r for r in inside if row_of[r["unit"]] == unit]
        for code in sorted({str(line["audience"]) for r in mine for line in r["lines"]} - {"DV"}):
            chosen = [{**r, "lines": [line for line in r["lines"] if line["audience"] == code]} for r in mine]
            cells, _ = education([r for r in chosen if r["lines"]], start, end, row_of)
            held = [r for r in mine if any(line["audience"] == code for line in r["lines"]) and attended(r)]
            cells["EDU_SESSION_N"] = sum(r["sessions"] for r in held)
            found.setdefault(unit, {})[code] = {name: cells[name] for name in ANNEX_I}
    return found


def funding_rows(records: list[Row], start: str, end: str, row_of: dict[str, str]) -> dict[str, Row]:
    """Give annex IVa: per activity its money by fund, of records that concern policy beneficiaries."""
    found: dict[str, Row] = {}
    for r in records:
        policy = any(line["category"] != "HO_NGHEO" for line in r["served"])
        if policy and r["counts"] and start <= str(r["on"]) <= end and r["unit"] in row_of:
            for line in r["funding"]:
                row = found.setdefault(str(r["kind"]), {})
                row[str(line["fund"])] = row.get(str(line["fund"]), 0) + line["money"]
    return {kind: dict(sorted(row.items())) for kind, row in sorted(found.items())}


def persons(folder: Path, activities: list[Row]) -> int:
    """Count the people in the register and the named lists, each once: by number, else by name, birth year and commune."""
    seen: set[str] = set()
    for row in csv_rows(folder / "06-nguoi-huong.csv"):
        seen.add(who(row, row["Xã"]))
    return len(seen | {line["who"] for r in activities if r["state"] == "entered" for line in r["listed"]})


if __name__ == "__main__":
    print(json.dumps(recount(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO), ensure_ascii=False, indent=1, sort_keys=True))

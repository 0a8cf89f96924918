"""Count the figures of the other areas from their files: plain loops, nothing of the program. One reader and one counter an area.

A reader gives records with what they share (``envelope``) and their lines; a counter gives the figures of the records counted in
a period, None where nothing was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.reference.office_files import Row, code_of, csv_rows, day, envelope, number, of_record, sheets


def total(values: Iterable[int | None]) -> int | None:
    """Add up what was answered; None where nothing was."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def flat(path: Path) -> list[list[Row]]:
    """Give the rows of a flat file, record by record."""
    rows = csv_rows(path)
    return [of_record(rows, key) for key in dict.fromkeys(row["Bản ghi số"] for row in rows)]


def inside(records: list[Row], start: str, end: str) -> list[Row]:
    return [r for r in records if r["counts"] and start <= str(r["on"]) <= end]


# -- propaganda ---------------------------------------------------------------------------------------------------------------

PRODUCT = code_of("PRODUCT")


def read_propaganda(path: Path) -> list[Row]:
    records = []
    for rows in flat(path):
        lines = [
            {"product": PRODUCT(row["Thể loại"]), "quantity": number(row["Số lượng"]), "heard": number(row["Lượt người nghe"])}
            for row in rows
        ]
        records.append({**envelope(rows[0], day(rows[0]["Đến ngày"])), "lines": lines})
    return records


def propaganda(records: list[Row], start: str, end: str) -> Row:
    lines = [line for r in inside(records, start, end) for line in r["lines"]]

    def made(*products: str) -> int | None:
        return total(line["quantity"] for line in lines if line["product"] in products)

    return {
        "TT_TIN": made("TIN"),
        "TT_BAI": made("BAI"),
        "TT_ANH": made("ANH"),
        "TT_TONG": made("TIN", "BAI", "ANH"),
        "TT_PHONG_SU": made("PHONG_SU", "VIDEO", "CHUYEN_MUC"),
        "TT_PHAT_THANH": made("PHAT_THANH"),
        "TT_PA_NO": made("PA_NO", "BANG_RON"),
        "TT_TO_ROI": made("TO_ROI"),
        "TT_LUU_DONG": made("LUOT_XE"),
        "TT_NGHE": total(line["heard"] for line in lines if line["product"] == "LUOT_XE"),
    }


# -- emulation ----------------------------------------------------------------------------------------------------------------

WAVE, AWARD, STAGE, LEVEL = code_of("WAVE_KIND"), code_of("AWARD"), code_of("AWARD_STAGE"), code_of("AWARD_LEVEL")
INITIATIVE = code_of("INITIATIVE_KIND")


def read_waves(path: Path) -> list[Row]:
    rows = [row for (row,) in flat(path)]
    return [{**envelope(row, day(row["Từ ngày"] or row["Đến ngày"])), "kind": WAVE(row["Loại"])} for row in rows]


def waves(records: list[Row], start: str, end: str) -> Row:
    """A wave counts where it was launched."""
    launched = inside(records, start, end)
    return {"TD_DOT_N": len(launched), "TD_CAO_DIEM_N": sum(1 for r in launched if r["kind"] == "CAO_DIEM")}


def read_awards(path: Path) -> list[Row]:
    records = []
    for rows in flat(path):
        record = envelope(rows[0], day(rows[0]["Đến ngày"])) | {"stage": STAGE(rows[0]["Tình trạng"]), "level": LEVEL(rows[0]["Cấp khen"])}
        record["lines"] = [
            {
                "title": AWARD(row["Hình thức, danh hiệu"]),
                "collectives": number(row["Tập thể"]),
                "individuals": number(row["Cá nhân"]),
                "money": number(row["Tiền thưởng"]),
            }
            for row in rows
        ]
        records.append(record)
    return records


def awards(records: list[Row], start: str, end: str) -> Row:
    def added(stage: str, name: str) -> int | None:
        return total(line[name] for r in inside(records, start, end) if r["stage"] == stage for line in r["lines"])

    return {
        "KHEN_TT_N": added("DA_KHEN", "collectives"),
        "KHEN_CN_N": added("DA_KHEN", "individuals"),
        "KHEN_MONEY": added("DA_KHEN", "money"),
        "KHEN_DN_TT_N": added("DE_NGHI", "collectives"),
        "KHEN_DN_CN_N": added("DE_NGHI", "individuals"),
    }


def read_initiatives(path: Path) -> list[Row]:
    return [{**envelope(row, day(row["Đến ngày"])), "kind": INITIATIVE(row["Loại"])} for (row,) in flat(path)]


def initiatives(records: list[Row], start: str, end: str) -> Row:
    kinds = [r["kind"] for r in inside(records, start, end)]
    return {"SK_N": kinds.count("SANG_KIEN"), "SK_MO_HINH_N": kinds.count("MO_HINH"), "SK_CONG_TRINH_N": kinds.count("CONG_TRINH")}


def read_learning(path: Path) -> list[Row]:
    labels = {"pledges": "Lượt người đăng ký làm theo", "sessions": "Buổi sinh hoạt chuyên đề"}
    labels |= {"collectives": "Điển hình tập thể", "individuals": "Điển hình cá nhân"}
    return [{**envelope(row, day(row["Đến ngày"])), **{k: number(row[label]) for k, label in labels.items()}} for (row,) in flat(path)]


def learning(records: list[Row], start: str, end: str) -> Row:
    here = inside(records, start, end)
    return {
        "HB_DANG_KY_N": total(r["pledges"] for r in here),
        "HB_SINH_HOAT_N": total(r["sessions"] for r in here),
        "HB_DIEN_HINH_N": total(r[name] for r in here for name in ("collectives", "individuals")),
    }


# -- party building -----------------------------------------------------------------------------------------------------------

MOVEMENT, PARTY_WORK = code_of("PARTY_MOVEMENT"), code_of("PARTY_WORK")
MEMBERS = {
    "start": "Đảng viên đầu kỳ",
    "finish": "Đảng viên cuối kỳ",
    "probationary": "Đảng viên dự bị",
    "women": "Đảng viên nữ",
    "minority": "Đảng viên dân tộc thiểu số",
    "committees": "Số đảng bộ",
    "cells": "Số chi bộ",
    "led": "Chi bộ có chi ủy",
    "thematic": "Chi bộ sinh hoạt chuyên đề đúng quy định",
    "communes_celled": "Xã có chi bộ quân sự",
    "communes_led": "Xã có chi bộ quân sự có chi ủy",
}


def tenths(part: int | None, whole: int | None) -> int | None:
    """Give a share, rounded half up."""
    return (2000 * (part or 0) + whole) // (2 * whole) if whole else None


def read_party(path: Path) -> list[Row]:
    records = []
    book = sheets(path)
    for row in book["Tình hình đảng viên"]:
        record = envelope(row, day(row["Đến ngày"])) | {"org": row["Tổ chức đảng"]}
        record |= {name: number(row.get(label, "")) for name, label in MEMBERS.items()}
        lines = of_record(book["Biến động đảng viên"], row["Bản ghi số"])
        record["lines"] = [{"movement": MOVEMENT(line["Biến động"]), "persons": number(line["Số người"])} for line in lines]
        records.append(record)
    return records


def party(records: list[Row], start: str, end: str) -> Row:
    """Members are a stock: the first and the latest record of each unit and organisation."""
    here = sorted(inside(records, start, end), key=lambda r: str(r["on"]))
    first = {(r["unit"], r["org"]): r for r in reversed(here)}
    latest = {(r["unit"], r["org"]): r for r in here}

    def moved(*movements: str) -> int | None:
        return total(line["persons"] for r in here for line in r["lines"] if line["movement"] in movements)

    def now(name: str) -> int | None:
        return total(r[name] for r in latest.values())

    return {
        "DB_DANG_BO_N": now("committees"),
        "DB_CHI_BO_N": now("cells"),
        "DB_CO_CHI_UY_N": now("led"),
        "DB_CHUYEN_DE_PCT": tenths(now("thematic"), now("cells")),
        "DB_DAU_N": total(r["start"] for r in first.values()),
        "DB_KET_NAP_N": moved("KET_NAP"),
        "DB_CHINH_THUC_N": moved("CHINH_THUC"),
        "DB_DEN_N": moved("CHUYEN_DEN"),
        "DB_DI_N": moved("CHUYEN_DI"),
        "DB_GIAM_N": moved("XOA_TEN", "XIN_RA", "TU_TRAN", "KHAI_TRU"),
        "DB_CUOI_N": now("finish"),
        "DB_DU_BI_N": now("probationary"),
        "DB_NU_N": now("women"),
        "DB_DAN_TOC_N": now("minority"),
        "DB_XA_CB_N": now("communes_celled"),
        "DB_XA_CU_PCT": tenths(now("communes_led"), now("communes_celled")),
    }


def read_party_work(path: Path) -> list[Row]:
    labels = {"quantity": "Số lượng", "due": "Tổng số phải tổ chức", "persons": "Số người"}
    return [
        {**envelope(row, day(row["Đến ngày"])), "kind": PARTY_WORK(row["Hoạt động"]), **{k: number(row[v]) for k, v in labels.items()}}
        for (row,) in flat(path)
    ]


def party_work(records: list[Row], start: str, end: str) -> Row:
    def added(name: str, *kinds: str) -> int | None:
        return total(r[name] for r in inside(records, start, end) if r["kind"] in kinds)

    return {
        "DB_HOI_NGHI_N": added("quantity", "HOI_NGHI"),
        "DB_NQ_N": added("quantity", "NQ_TK", "NQ_CD"),
        "DB_NQ_CD_N": added("quantity", "NQ_CD"),
        "DB_LOP_N": added("quantity", "LOP_KN", "LOP_DVM", "LOP_CUV"),
        "DB_LOP_NGUOI_N": added("persons", "LOP_KN", "LOP_DVM", "LOP_CUV"),
        "DB_DAI_HOI_N": added("quantity", "DAI_HOI"),
        "DB_DAI_HOI_PCT": tenths(added("quantity", "DAI_HOI"), added("due", "DAI_HOI")),
        "DB_HUY_HIEU_N": added("quantity", "HUY_HIEU"),
    }


# -- cadres, security, civil mobilisation, mass organisations -----------------------------------------------------------------

ACTION, RANK, INCIDENT = code_of("CADRE_ACTION"), code_of("RANK_GROUP"), code_of("INCIDENT")
CIVIL_WORK, MASS_ORG = code_of("CIVIL_WORK"), code_of("MASS_ORG")


def numbers(row: Row, labels: dict[str, str]) -> Row:
    return {name: number(row.get(label, "")) for name, label in labels.items()}


def decimal_tenths(cell: str) -> int | None:
    """Give ``14,5`` (or a workbook's ``14.5``) as 145."""
    return round(float(cell.replace(",", ".")) * 10) if cell else None


def read_cadres(path: Path) -> list[Row]:
    return [
        {
            **envelope(rows[0], day(rows[0]["Đến ngày"])),
            "lines": [{"what": ACTION(row["Việc"]), "group": RANK(row["Đối tượng"]), "n": number(row["Số người"])} for row in rows],
        }
        for rows in flat(path)
    ]


def cadres(records: list[Row], start: str, end: str) -> Row:
    lines = [line for r in inside(records, start, end) for line in r["lines"]]

    def of(*actions: str) -> int | None:
        return total(line["n"] for line in lines if line["what"] in actions)

    def group(name: str) -> int | None:
        return total(line["n"] for line in lines if line["group"] == name)

    return {
        "CB_DIEU_DONG_N": of("DIEU_DONG", "LUAN_CHUYEN", "BIET_PHAI"),
        "CB_BO_NHIEM_N": of("BO_NHIEM", "BO_NHIEM_LAI"),
        "CB_DAO_TAO_N": of("CU_DI_HOC", "BOI_DUONG", "TAP_HUAN"),
        "CB_QUAN_HAM_N": of("PHONG", "THANG_QH", "NANG_LUONG"),
        "CB_NGHI_N": of("NGHI_HUU", "PHUC_VIEN", "XUAT_NGU", "CHUYEN_NGANH"),
        "CB_QUY_HOACH_N": of("QUY_HOACH"),
        "CB_TA_N": group("TA"),
        "CB_UY_N": group("UY"),
        "CB_QNCN_N": group("QNCN"),
        "CB_KHAC_N": group("KHAC"),
        "CB_N": total(line["n"] for line in lines),
    }


SECURITY = {
    "AN_NAM_N": "Lượt nắm tình hình, giao ban",
    "AN_KY_KET_N": "Kế hoạch phối hợp được ký kết",
    "AN_RA_SOAT_N": "Rà soát tiêu chuẩn chính trị",
    "AN_DAT_N": "Đạt tiêu chuẩn",
    "AN_KHONG_DAT_N": "Không đạt tiêu chuẩn",
    "AN_LOP_N": "Lớp bồi dưỡng bảo vệ bí mật",
    "AN_LOP_NGUOI_N": "Lượt người dự lớp",
}


def read_security(path: Path) -> list[Row]:
    return [
        {
            **envelope(rows[0], day(rows[0]["Đến ngày"])),
            **numbers(rows[0], SECURITY),
            "lines": [{"n": number(row["Số vụ"]), "settled": number(row["Đã xử lý"])} for row in rows if row["Loại vụ việc"]],
        }
        for rows in flat(path)
    ]


def security(records: list[Row], start: str, end: str) -> Row:
    here = inside(records, start, end)
    cases = [line for r in here for line in r["lines"]]
    return {code: total(r[code] for r in here) for code in SECURITY} | {
        "AN_VU_N": total(line["n"] for line in cases),
        "AN_XU_LY_N": total(line["settled"] for line in cases),
    }


CIVIL = {
    "soldiers": "Bộ đội",
    "militia": "Dân quân tự vệ",
    "others": "Đoàn thể",
    "DV_CONG_N": "Ngày công",
    "DV_TT_N": "Buổi tuyên truyền",
    "DV_NGHE_N": "Lượt người nghe",
    "DV_KY_KET_N": "Chương trình phối hợp được ký kết",
    "DV_MO_HINH_N": "Mô hình “Dân vận khéo”",
}


def read_civil(path: Path) -> list[Row]:
    records, book = [], sheets(path)
    for row in book["Đợt dân vận"]:
        key = row["Bản ghi số"]
        record = envelope(row, day(row["Đến ngày"])) | numbers(row, CIVIL)
        record["works"] = [
            (CIVIL_WORK(line["Công trình, phần việc"]), decimal_tenths(line["Số lượng"])) for line in of_record(book["Kết quả"], key)
        ]
        record["money"] = [
            (number(line["Số tiền"]) or 0) + (number(line["Trị giá hiện vật"]) or 0) for line in of_record(book["Nguồn kinh phí"], key)
        ]
        records.append(record)
    return records


def civil(records: list[Row], start: str, end: str) -> Row:
    here = inside(records, start, end)
    found: Row = {code: total(r[code] for r in here) for code in CIVIL if code.startswith("DV_")}
    found["DV_LUOT_N"] = total(r[name] for r in here for name in ("soldiers", "militia", "others"))
    for code, work in (("DV_DUONG", "DUONG"), ("DV_KENH", "KENH"), ("DV_NHA", "NHA"), ("DV_GAT", "GAT"), ("DV_CAY", "CAY_XANH")):
        found[code] = total(quantity for r in here for kind, quantity in r["works"] if kind == work)
    found["DV_MONEY"] = total(money for r in here for money in r["money"])
    return found


MASS = {
    "members": "Đoàn viên, hội viên",
    "QC_KET_NAP_N": "Kết nạp đoàn viên, hội viên",
    "QC_DAI_HOI_N": "Đại hội đã tổ chức",
    "dialogues": "Buổi đối thoại dân chủ",
    "QC_Y_KIEN_N": "Ý kiến tiếp nhận",
    "QC_GIAI_QUYET_N": "Ý kiến đã giải quyết",
}


def read_mass(path: Path) -> list[Row]:
    return [
        {
            **envelope(rows[0], day(rows[0]["Đến ngày"])),
            **numbers(rows[0], MASS),
            "org": MASS_ORG(rows[0]["Tổ chức"]),
            "works": [(number(row["Số lượng"] or "1"), number(row["Giá trị"])) for row in rows if row["Tên công trình, phần việc"]],
        }
        for rows in flat(path)
    ]


def mass(records: list[Row], start: str, end: str) -> Row:
    here = sorted(inside(records, start, end), key=lambda r: str(r["on"]))
    latest = {(r["unit"], r["org"]): r["members"] for r in here if r["members"] is not None}
    found: Row = {code: total(r[code] for r in here) for code in MASS if code.startswith("QC_")}
    found["QC_DOI_THOAI_N"] = total(r["dialogues"] for r in here if r["org"] == "HDQN")
    found["QC_CONG_TRINH_N"] = total(quantity for r in here for quantity, _ in r["works"])
    found["QC_CONG_TRINH_MONEY"] = total(value for r in here for _, value in r["works"])
    for code, org in (("QC_DOAN_N", "DOAN"), ("QC_PHU_NU_N", "PN"), ("QC_CONG_DOAN_N", "CD")):
        found[code] = total(members for (_, known), members in latest.items() if known == org)
    return found


# -- key tasks ----------------------------------------------------------------------------------------------------------------

TASK_STATE = code_of("TASK_STATE")


def read_tasks(path: Path) -> list[Row]:
    return [
        {**envelope(rows[0], day(rows[0]["Đến ngày"])), "states": [TASK_STATE(row["Tình trạng thực hiện"]) for row in rows]}
        for rows in flat(path)
    ]


def tasks(records: list[Row], start: str, end: str) -> Row:
    """Count the tasks of the period, and those of the half-year after it."""
    year, month, last = (int(part) for part in end.split("-"))
    later = f"{year + (month + 5) // 12}-{(month + 5) % 12 + 1:02d}-{last:02d}"
    ahead = [r for r in records if r["counts"] and end < str(r["on"]) <= later]
    states = [state for r in inside(records, start, end) for state in r["states"]]
    done = states.count("HOAN_THANH")
    return {
        "NV_SAU_N": sum(len(r["states"]) for r in ahead),
        "NV_N": len(states),
        "NV_HOAN_THANH_N": done,
        "NV_DANG_N": states.count("DANG_TH"),
        "NV_CHUA_N": states.count("CHUA_TH") + states.count(None),
        "NV_KHONG_N": states.count("KHONG_TH"),
        "NV_PCT": tenths(done, len(states)),
    }


@dataclass(frozen=True)
class Area:
    """One area: the record type, its file, and how it is read and counted. ``own``: of the reporting unit alone."""

    name: str
    file: str
    read: Callable[[Path], list[Row]]
    count: Callable[[list[Row], str, str], Row]
    own: bool = False

    def records(self, folder: Path) -> list[Row]:
        """Give the records of the file; none where there is no file."""
        path = folder / self.file
        return self.read(path) if path.exists() else []


AREAS = (
    Area("propaganda", "11-tuyen-truyen.csv", read_propaganda, propaganda),
    Area("wave", "12-dot-thi-dua.csv", read_waves, waves),
    Area("award", "13-khen-thuong.csv", read_awards, awards),
    Area("initiative", "14-sang-kien.csv", read_initiatives, initiatives),
    Area("hcm", "15-hoc-tap-bac.csv", read_learning, learning),
    Area("party", "16-dang-vien.xlsx", read_party, party),
    Area("party-work", "17-hoat-dong-dang.csv", read_party_work, party_work),
    Area("cadre", "18-can-bo.csv", read_cadres, cadres),
    Area("security", "19-bao-ve-an-ninh.csv", read_security, security),
    Area("civil", "20-dan-van.xlsx", read_civil, civil),
    Area("mass", "22-quan-chung.csv", read_mass, mass),
    Area("task", "23-nhiem-vu.csv", read_tasks, tasks, own=True),
)

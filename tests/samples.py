"""A small office and valid records of every type, for tests: made once a run and copied (a key costs a quarter of a second)."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from app import office
from app.office import Office
from db import key_slots
from db.record import fixed_uid
from db.records import RECORD_TYPES
from db.store import Store

PASSWORD = "gà trống chuồng mèo"
USER = "admin"
HS, DV1, DV2 = (fixed_uid("unit", code) for code in ("HS00", "DV01", "DV02"))
T23, T14 = fixed_uid("topic", "T23"), fixed_uid("topic", "T14")
CELL, COMMITTEE = fixed_uid("party-org", "CB01"), fixed_uid("party-org", "DU00")


@functools.cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="nennep-test-")) / "office"
    office.create(folder, "HS00", "Bộ CHQS tỉnh Hà Sơn", "province", None, PASSWORD, cost=key_slots.FLOOR)
    with office.open_office(folder, None, PASSWORD, "thử") as opened:
        fill(opened.store)
    return folder


def fill(store: Store) -> None:
    """Write the catalogues that the records below link to."""
    store.save("unit", {"code": "DV01", "versions": [{"name": "Ban CHQS thành phố Hà Sơn", "level": "HUYEN", "parent": HS}]}, USER)
    store.save("unit", {"code": "DV02", "versions": [{"name": "Ban CHQS thị xã Đông Giang", "level": "HUYEN", "parent": HS}]}, USER)
    store.save("topic", {"code": "T23", "title": "Dân quân tự vệ bảo vệ Tổ quốc", "content_type": "CT", "audience": "DQTV"}, USER)
    store.save("topic", {"code": "T14", "title": "Bản chất, truyền thống của Quân đội", "content_type": "TT", "audience": "HSQBS"}, USER)
    store.save("party-org", {"code": "DU00", "name": "Đảng ủy Quân sự tỉnh", "kind": "DANG_BO"}, USER)
    store.save("party-org", {"code": "CB01", "name": "Chi bộ Cơ quan", "kind": "CHI_BO", "parent": COMMITTEE, "unit": DV1}, USER)


def copy_office(to: Path) -> Path:
    """Give a fresh copy of the small office in folder ``to``."""
    return Path(shutil.copytree(_made(), to, ignore=shutil.ignore_patterns("*.lock*")))


def open_copy(to: Path) -> Office:
    """Copy the small office and open it."""
    return office.open_office(copy_office(to), None, PASSWORD, "thử")


def signable(store: Store, period: str = "2019-H1") -> None:
    """Write what a report must have to be signed: whose letterhead it bears, who signs it, and the text that every report has."""
    code = store.office()["code"]
    kept = store.read(fixed_uid("office", code))[1]
    head = {"parent_line": "BỘ TƯ LỆNH QUÂN KHU TRUNG DU", "place": "Hà Sơn", "sign_code": "SIG_CU", "signer_name": "Trần Văn B"}
    store.save("office", kept | {"terms": [{**line, **head} for line in kept["terms"]]}, USER)
    text = {"section": "1.III.1", "text": "Một số đơn vị duy trì nền nếp chưa thường xuyên."}
    uid = fixed_uid("report", f"{code}/{period}")
    written = (
        store.read(uid)[1]
        if store.row_ids(RECORD_TYPES["report"], [uid])
        else {"unit": fixed_uid("unit", code), "period": period, "contents": []}
    )
    store.save("report", written | {"contents": [*written["contents"], text]}, USER)


def education(**answers: Any) -> dict[str, Any]:
    """Give a valid session without warnings."""
    line = {"audience": "DQ_CD", "strength": 420, "required": 420, "present": 409}
    plain = {"unit": DV1, "event_to": "2019-01-02", "form": "HOC_TAP", "content_type": "CT", "topic": T23, "lecturer_role": "CAN_BO_CT"}
    return {**plain, "audiences": [line], **answers}


def inspection(**answers: Any) -> dict[str, Any]:
    """Give a valid concluded round without warnings."""
    plain = {
        "unit": DV1, "event_from": "2019-03-01", "event_to": "2019-03-05", "kind": "KT_CH", "planned": "KE_HOACH", "actor": "CAP_UY",
        "actor_org": COMMITTEE, "decision_no": "12-QĐ/ĐU", "decision_date": "2019-02-20", "content": ["NQ_CT"],
        "concl_no": "05-TB/ĐU", "concl_date": "2019-03-10",
    }  # fmt: skip
    subject = {"no": 1, "subject_type": "TCD", "org": CELL, "conclusion": "CO_KD"}
    flaw = {"subject_no": 1, "text": "Sinh hoạt chi bộ chưa đều", "status": "DANG", "deadline": "2019-09-30"}
    return {**plain, "subjects": [subject], "shortcomings": [flaw], **answers}


def care(**answers: Any) -> dict[str, Any]:
    """Give a valid free medical check without warnings."""
    plain = {"unit": DV1, "event_to": "2019-04-10", "kind": "KHAM_BENH", "norm": 120_000}
    served = {"category": "THUONG_BINH", "commune": "Phú Lâm", "persons": 70}
    return {**plain, "served": [served], "funding": [{"source": "NSNN", "amount": 8_400_000}], **answers}


def propaganda(**answers: Any) -> dict[str, Any]:
    """Give what one newspaper printed about a day, without warnings."""
    plain = {
        "unit": DV1,
        "event_to": "2019-02-20",
        "subject_text": "Ngày hội giao nhận quân",
        "outlet": "BAO_TINH",
        "subject": ["TUYEN_QUAN"],
    }
    return {**plain, "products": [{"product": "TIN", "quantity": 3}, {"product": "ANH", "quantity": 5}], **answers}


def send(store: Store, unit: str, totals: dict[str, int], day: str = "2019-06-14") -> str:
    """Save whole totals that a unit sends instead of records."""
    lines = [{"figure": code, "value": value * 10} for code, value in totals.items()]
    return store.save("aggregate", {"unit": unit, "event_to": day, "origin": "Báo cáo của đơn vị", "totals": lines}, USER)


SAMPLES: dict[str, dict[str, Any]] = {
    "education": education(),
    "propaganda": propaganda(),
    "wave": {
        "unit": DV1,
        "name": "Mừng Đảng, mừng Xuân, quyết thắng",
        "kind": "CAO_DIEM",
        "event_from": "2019-01-05",
        "event_to": "2019-02-28",
        "collectives": 12,
        "individuals": 230,
    },
    "award": {
        "unit": DV1,
        "event_to": "2019-03-04",
        "level": "BCHQS_TINH",
        "decision_no": "112/QĐ-BCH",
        "occasion": "Mừng Đảng, mừng Xuân",
        "honours": [{"title": "GK", "collectives": 3, "individuals": 11}],
    },
    "initiative": {"unit": DV1, "event_to": "2019-04-02", "name": "Bảng điện tử huấn luyện bắn súng", "kind": "SANG_KIEN"},
    "hcm": {"unit": DV1, "event_to": "2019-05-19", "pledges": 64, "sessions": 2, "collectives": 1, "individuals": 3},
    "party": {
        "unit": DV1,
        "event_from": "2018-12-15",
        "event_to": "2019-06-14",
        "org": COMMITTEE,
        "start": 52,
        "finish": 53,
        "probationary": 2,
        "cells": 3,
        "led": 3,
        "thematic": 3,
        "movements": [
            {"movement": "KET_NAP", "source": "SQ", "persons": 2},
            {"movement": "CHUYEN_DI", "persons": 1},
            {"movement": "CHINH_THUC", "persons": 1},
        ],
    },
    "party-work": {"unit": DV1, "event_to": "2019-01-15", "kind": "HOI_NGHI", "quantity": 1, "name": "Hội nghị ra nghị quyết năm 2019"},
    "inspection": inspection(),
    "care": care(),
    "cadre": {
        "unit": DV1,
        "event_to": "2019-05-20",
        "content": "Điều động, bổ nhiệm sau kiện toàn",
        "authority": "TINH",
        "moves": [
            {"action": "DIEU_DONG", "direction": "DEN", "group": "UY", "persons": 3},
            {"action": "CU_DI_HOC", "training": "CTV", "group": "UY", "persons": 1},
        ],
    },
    "security": {
        "unit": DV1,
        "event_to": "2019-06-10",
        "meetings": 12,
        "vetted": 210,
        "fit": 206,
        "unfit": 4,
        "incidents": [{"kind_of": "VP_ATTT", "quantity": 1, "settled": 1}],
    },
    "civil": {
        "unit": DV1,
        "event_from": "2019-04-15",
        "event_to": "2019-04-19",
        "name": "Hành quân dã ngoại làm công tác dân vận",
        "kind": "DA_NGOAI",
        "soldiers": 60,
        "militia": 120,
        "days": 700,
        "works": [{"work": "DUONG", "quantity": 25}, {"work": "NHA", "quantity": 10}],
        "funding": [{"source": "QUY_DV", "amount": 15_000_000}],
    },
    "mass": {
        "unit": DV1,
        "event_to": "2019-06-01",
        "org": "DOAN",
        "members": 58,
        "admitted": 6,
        "works": [{"name": "Vườn rau thanh niên", "value": 4_500_000}],
    },
    "task": {
        "unit": HS,
        "event_from": "2019-06-15",
        "event_to": "2019-12-14",
        "tasks": [
            {
                "no": 1,
                "area": "GIAO_DUC",
                "content": "Đổi mới, nâng cao chất lượng giáo dục chính trị",
                "lead": DV1,
                "deadline": "2019-08-31",
                "target": 320,
                "target_unit": "chuyên đề",
            }
        ],
    },
    "aggregate": {
        "unit": DV2,
        "event_from": "2018-12-15",
        "event_to": "2019-06-14",
        "origin": "Báo cáo số 45/BC-BCH của Ban CHQS thị xã",
        "totals": [{"figure": "EDU_TURN_N", "value": 5100}, {"figure": "EDU_REQUIRED_N", "value": 5140}],
    },
    "beneficiary": {
        "name": "Nguyễn Văn Hùng",
        "birth": "1948",
        "id_no": "079048000123",
        "commune": "Phú Lâm",
        "categories": ["THUONG_BINH"],
    },
    "unit": {"code": "DV09", "versions": [{"name": "Ban CHQS huyện Ngọc Bảo", "level": "HUYEN", "parent": HS, "valid_to": "2025-06-30"}]},
    "topic": {"code": "T99", "year": 2019, "title": "Luật Dân quân tự vệ", "content_type": "PL", "audience": "DQTV"},
    "party-org": {"code": "CB09", "name": "Chi bộ Ngọc Bảo", "kind": "CHI_BO", "parent": COMMITTEE},
    "office": {"code": "DV09", "terms": [{"issuer_lines": "BAN CHỈ HUY QUÂN SỰ\nHUYỆN NGỌC BẢO", "sign_code": "SIG_CTV"}]},
    "report": {"unit": HS, "period": "2019-H1", "draft_no": 1, "contents": [{"section": "1.I.1", "text": "Thuận lợi."}]},
    "period": {"code": "2019-H2", "start": "2019-06-16", "end": "2019-12-13"},
}
"""One valid record per type, saved without warnings."""

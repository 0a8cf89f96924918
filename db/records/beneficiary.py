"""Beneficiaries of policy: the persons behind the named lists (contract.md 4, domain.md D.1, D.4). Names are private."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.catalogues import code_list
from db.declarations import Problem
from db.questions import Answers, Choices, Derived, Link, PartialDay, PersonName, Text, YesNo
from db.record import Record
from db.text import name_key, search_key


def number_key(id_no: str | None) -> str | None:
    """Give the digits of an identity number; None without any."""
    return re.sub(r"\D", "", id_no or "") or None


def person_key(name: str | None, birth: str | None) -> str | None:
    """Give folded name + birth year, by which, within a commune, a person is recognised; None when either is not known."""
    year = (birth or "").lstrip("~")[:4]
    return f"{search_key(name)}|{year}" if name and year else None


class Beneficiary(Record):
    """A person who receives care."""

    type_name = "beneficiary"
    caption = "Người hưởng chính sách"
    plural = "Người hưởng chính sách"
    menu, icon = "Người hưởng", "users"

    name = PersonName("Họ và tên", private=True, required=True, search=True, in_list=True, row="người")
    birth = PartialDay("Năm sinh", private=True, search=True, in_list=True, row="người")
    id_no = Text("Số giấy tờ", private=True, masked=True, search=True, limit=20, row="giấy tờ")
    address = Text("Địa chỉ", private=True, row="giấy tờ")
    commune = Text("Xã", in_list=True, search=True, limit=120, row="nơi ở")
    unit = Link("Đơn vị", "unit", row="nơi ở")
    categories = Choices("Diện đối tượng", code_list("BENEF"), in_list=True)
    living = YesNo("Còn sống", preset=True)
    alias = PersonName("Bí danh", private=True, search=True)

    alike = ("by_number", "by_name")

    by_number = Derived(lambda r: number_key(r["id_no"]), indexed=True)
    by_name = Derived(lambda r: person_key(r["name"], r["birth"]), indexed=True)
    sort_key = Derived(lambda r: name_key(r["name"]) if r["name"] else None)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Warn about identity numbers that are neither 9 nor 12 digits (domain.md D.4)."""
        if record["id_no"] and not re.fullmatch(r"\d{9}|\d{12}", re.sub(r"[ .]", "", record["id_no"])):
            yield Problem("id_no", "Số giấy tờ thường có 9 hoặc 12 chữ số, đề nghị kiểm tra lại.", "warning", "SO_GIAY_TO")

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the person by commune and birth year only; the name is private."""
        return cls.caption

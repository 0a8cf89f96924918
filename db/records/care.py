"""Policy care: an activity, whom it reached, the named list and where the money came from (domain.md A.3, contract.md 3-5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from peewee import Tuple, fn

from db.catalogues import code_list
from db.declarations import Beside, Control, Linked, LinkMust, Problem, Twin
from db.figures import Figure, Measure, Source, Total, Where, Window, figure
from db.message import Message, inside
from db.questions import Answers, Choice, Derived, Link, Money, PersonName, Text, Whole
from db.record import ENTERED, EventRecord, Line, short_key
from db.rules import at_least

CARE_KIND = code_list("CARE_KIND")
BENEF = code_list("BENEF")
HOUSES = ("NHA_TN", "NHA_DD")
CERTIFICATES = ("TRAO_GCN_TB", "TRAO_GCN")
ONE_TIME = "CHI_TRA_1L"
PAYMENTS = (ONE_TIME, "CHI_TRA_HT")
"""Activities that are money: without any there is nothing to record. Others may be borne by whom they were held with."""
POOR = "HO_NGHEO"
NO_MONEY = (*CERTIFICATES, "THAM_HOI", "QUY_TAP", "THONG_TIN_LS", "NGHIA_TRANG", "VIEC_LAM", "BHYT", "GQ_HO_SO", "DIEU_DUONG")
BY_QUANTITY = (*HOUSES, "TANG_QUA", "SO_TK", "QUY_TAP", "THONG_TIN_LS")
"""Activities whose figures count things, not persons."""
LATEST_BIRTH = {"NCC_TRUOC_45": 1932, "QD142": 1961}
"""P8: born after this year is unlikely for the category."""


def _money(line: Answers) -> int:
    return (line["amount"] or 0) + (line.get("in_kind") or 0)


def _tier(category: str, amount: int) -> bool:
    """P4: whether ``amount`` đồng is a tier of the one-time allowance (domain.md A.3; tiers of QĐ 62 and 142 are [K])."""
    if category == "QD49":
        return amount in (2_000_000, 2_700_000, 3_500_000)
    least = {"QD62": 2_500_000, "QD142": 2_000_000}.get(category)
    return least is None or (amount >= least and (amount - least) % 800_000 == 0)


def _age_fits(record: Answers, linked: Linked) -> Iterator[Problem]:
    """P8, on the person's own record."""
    for index, listed in enumerate(record["listed"]):
        latest = LATEST_BIRTH.get(listed["category"] or "")
        person = linked("beneficiary", listed["person"]) if latest and listed["person"] else None
        year = str((person or {}).get("birth") or "").lstrip("~")[:4]
        if latest and year.isdigit() and int(year) > latest:
            message = Message(
                "Sinh năm {year} là muộn đối với diện “{label}”, đề nghị kiểm tra lại.", year=year, label=BENEF.label(listed["category"])
            )
            yield Problem(f"listed[{index}].category", message, "warning", "P8")


class CareActivity(EventRecord):
    """One care activity."""

    type_name = "care"
    caption = "Hoạt động"
    plural = "Chính sách, hậu phương quân đội"
    menu, icon = "Chính sách", "heart"
    highlights = (
        ("Khám bệnh (đối tượng)", ("CARE_KHAM_N",)),
        ("Giấy chứng nhận thương binh", ("CARE_GCN_TB_N",)),
        ("Trợ cấp một lần (người)", ("CARE_1L_N",)),
    )

    papers = (("payment", "Danh sách ký nhận tiền"), ("handover", "Biên bản bàn giao giấy chứng nhận"))

    kind = Choice("Hoạt động", CARE_KIND, required=True, in_list=True, search=True, row="hoạt động")
    occasion = Choice("Dịp", code_list("OCCASION"), row="hoạt động")
    partners = Text("Đơn vị phối hợp", search=True)
    norm = Money("Định mức", unit="đồng", rules=(at_least(0),), row="định mức")
    months = Whole("Số tháng", unit="tháng", rules=(at_least(0),), row="định mức")
    house_work = Choice(
        "Xây mới / sửa chữa", code_list("HOUSE_WORK"), when=lambda r: r["kind"] in HOUSES, required=lambda r: r["kind"] in HOUSES
    )
    result_doc = Text("Số quyết định/ giấy chứng nhận", search=True, required=lambda r: r["kind"] in CERTIFICATES, short="Số quyết định")

    covering = ("kind",)
    controls = (Control("funding", ("amount", "in_kind"), "Theo định mức", lambda r: _by_norm(r)),)
    link_rules = (LinkMust(("beneficiary",), _age_fits),)
    twins = (Twin("P5", "twin", "Người này đã được chi trả theo cùng quyết định: {others}.", kind="listed", level="error"),)

    @staticmethod
    def check(record: Answers) -> Iterator[Problem]:
        """Check the activity against its lines: P2, P3, one category for one-time allowances, the norm."""
        if not record["served"]:
            yield Problem("served", "Chưa có dòng “Đối tượng hưởng” nào.", code="R")
        if record["event_from"] and record["event_to"] and record["event_from"] > record["event_to"]:
            yield Problem("event_from", "Từ ngày phải trước hoặc bằng Đến ngày.", code="NGAY_TU")
        kind = record["kind"]
        categories = {line["category"] for line in (*record["served"], *record["listed"])} - {None}
        if kind == ONE_TIME and len(categories) > 1:
            yield Problem("served", "Mỗi bản ghi chi trả một lần chỉ gồm một diện đối tượng (một quyết định). Hãy tách bản ghi.", code="1L")
        if kind == "TRAO_GCN_TB" and categories - {"THUONG_BINH", "NHU_TB"}:
            yield Problem(
                "served", "Giấy chứng nhận thương binh chỉ trao cho thương binh hoặc người hưởng chính sách như thương binh.", code="P3"
            )
        yield from _check_list(record)
        yield from _check_money(record)

    @classmethod
    def heading(cls, record: Answers) -> str:
        """Name the activity by its kind."""
        return CARE_KIND.label(record["kind"] or "", record["event_to"])


def _concerns_policy(record: Answers) -> bool:
    """Tell whether the record has a line of policy beneficiaries: only those with poor households alone stay outside money."""
    return not record["served"] or any(line["category"] != POOR for line in record["served"])


def _persons(record: Answers) -> int:
    return sum(line["persons"] or 0 for line in record["served"])


def _check_list(record: Answers) -> Iterator[Problem]:
    kind, persons, listed = record["kind"], _persons(record), len(record["listed"])
    if kind not in CERTIFICATES:
        return
    if kind == "TRAO_GCN_TB":
        certificates = sum(line["quantity"] for line in record["served"] if line["quantity"] is not None)
        if any(line["quantity"] is not None for line in record["served"]) and certificates != persons:
            yield Problem(
                "served",
                Message("Số giấy chứng nhận ({certificates}) phải bằng số người ({persons}).", certificates=certificates, persons=persons),
                code="P3",
            )
    if listed < persons:
        yield Problem(
            "listed",
            Message("Danh sách có {listed} người, ít hơn số người đã ghi ({persons}).", listed=listed, persons=persons),
            "warning",
            "P3",
        )


def _line_by_norm(line: Answers, record: Answers) -> int | None:
    """Give what the norm comes to for one line, đồng; None without a norm or a number."""
    times = line["quantity"] if record["kind"] == "TANG_QUA" else line["persons"]
    return record["norm"] * times * (record["months"] or 1) if record["norm"] and times is not None else None


def _by_norm(record: Answers) -> int | None:
    """Give what the norm comes to for the whole record, đồng; None without a norm."""
    return sum(_line_by_norm(line, record) or 0 for line in record["served"]) if record["norm"] else None


def _check_money(record: Answers) -> Iterator[Problem]:
    total = sum(_money(line) for line in record["funding"])
    named = [line["amount"] for line in record["listed"] if line["amount"] is not None]
    spent = record["kind"] in PAYMENTS or (record["kind"] not in NO_MONEY and (named or record["norm"]))
    if spent and not record["funding"]:
        yield Problem("funding", "Chưa có dòng “Nguồn kinh phí”.", code="R")
    if named and sum(named) != total:
        yield Problem("funding", "Tổng số tiền trong danh sách khác tổng các nguồn kinh phí.", "warning", "P2")
    if record["norm"] and record["funding"] and total != _by_norm(record):
        yield Problem("norm", "Tổng kinh phí khác định mức nhân với số lượng, đề nghị kiểm tra lại.", "warning", "DINH_MUC")


class Served(Line, of=CareActivity, kind="served", caption="Đối tượng hưởng"):
    """How many of one category were reached."""

    category = Choice("Diện đối tượng", BENEF, required=True)
    commune = Text("Xã", limit=120)
    persons = Whole("Số người", unit="người", rules=(at_least(0),))
    turns = Whole("Số lượt", unit="lượt", rules=(at_least(0),))
    quantity = Whole("Số lượng", rules=(at_least(0),))

    beside = (Beside("Theo định mức", lambda line, record: _line_by_norm(line, record)),)

    care = Derived(lambda line, record, index: record["kind"])
    work = Derived(lambda line, record, index: record["house_work"])
    unlisted = Derived(lambda line, record, index: int(not record["listed"]), kind="SMALLINT")

    covering = ("care", "category", "work", "persons", "quantity", "unlisted")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that something was counted, P1 and P6."""
        if line["persons"] is None and line["turns"] is None and line["quantity"] is None:
            yield Problem("persons", "Chưa có số người, số lượt hoặc số lượng.", code="R")
        if line["persons"] is not None and line["turns"] is not None and line["persons"] > line["turns"]:
            yield Problem("turns", "Số lượt không được ít hơn số người.", code="P1")
        if record["kind"] in BY_QUANTITY and line["quantity"] is None:
            yield Problem("quantity", "Hoạt động này tính theo “Số lượng”, đề nghị điền.", "warning", "SO_LUONG")
        yield from _martyr(line, record)


def _martyr(line: Answers, record: Answers) -> Iterator[Problem]:
    """P6: a martyr receives nothing himself."""
    if line["category"] == "LIET_SI" and (record["kind"] == "KHAM_BENH" or record["funding"]):
        yield Problem("category", "Liệt sĩ không trực tiếp nhận; hãy chọn “Thân nhân người có công”.", code="P6")


class Listed(Line, of=CareActivity, kind="listed", caption="Danh sách"):
    """One person of the named list. Names stay in the beneficiary's record; here is the link to it."""

    person = Link("Người hưởng", "beneficiary")
    category = Choice("Diện đối tượng", BENEF, required=True)
    amount = Money(
        "Số tiền",
        unit="đồng",
        rules=(at_least(0),),
        legal_basis="mức trợ cấp một lần theo Quyết định 142/2008/QĐ-TTg, 62/2011/QĐ-TTg, 49/2015/QĐ-TTg",
    )
    received_by = PersonName("Người nhận thay", private=True, group="Người nhận thay")
    relation = Text("Quan hệ", private=True, limit=120, group="Người nhận thay")
    unclear = Text(
        "Người chưa xác định", private=True, help="Giữ lời ghi của dòng chưa gắn được với một người hưởng", group="Người nhận thay"
    )

    care = Derived(lambda line, record, index: record["kind"])
    twin = Derived(lambda line, record, index: _paid(line, record), indexed=True)

    covering = ("care", "person")

    makes: ClassVar[dict[str, str]] = {"name": "name", "birth": "birth", "id_no": "id_no", "address": "address"}
    """Columns of a table row that find or make the linked person (contract.md 4): column → the beneficiary's question."""

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check the amount against the tiers (P4), P6, and that it is known who it is."""
        if line["person"] is None:
            yield Problem("person", "Chưa rõ là người nào trong danh sách người hưởng, đề nghị chọn.", "warning", "NGUOI")
        if record["kind"] == ONE_TIME and line["category"] and line["amount"] is not None and not _tier(line["category"], line["amount"]):
            yield Problem("amount", "Số tiền không khớp mức trợ cấp một lần, đề nghị kiểm tra lại.", "warning", "P4")
        yield from _martyr(line, record)


def _paid(line: Answers, record: Answers) -> str | None:
    """P5: what may not happen twice - the same person paid under the same decision."""
    if record["state"] != ENTERED or record["kind"] != ONE_TIME or not line["person"]:
        return None
    return short_key(line["person"], line["category"])


class Funding(Line, of=CareActivity, kind="funding", caption="Nguồn kinh phí"):
    """One source of money; money is always amount + value in kind."""

    source = Choice("Nguồn", code_list("FUND"), required=True)
    amount = Money("Số tiền", unit="đồng", rules=(at_least(0),))
    in_kind = Money("Trị giá hiện vật", unit="đồng", rules=(at_least(0),), short="Hiện vật")

    care = Derived(lambda line, record, index: record["kind"])
    work = Derived(lambda line, record, index: record["house_work"])
    category = Derived(lambda line, record, index: record["served"][0]["category"] if record["served"] else None)
    policy = Derived(lambda line, record, index: int(_concerns_policy(record)), kind="SMALLINT")
    money = Derived(lambda line, record, index: _money(line), kind="BIGINT")

    covering = ("care", "category", "source", "policy", "money")

    @staticmethod
    def check(line: Answers, record: Answers) -> Iterator[Problem]:
        """Check that there is an amount."""
        if line["amount"] is None and line["in_kind"] is None:
            yield Problem("amount", "Chưa có số tiền hoặc trị giá hiện vật.", code="R")


def _latest_support(m: Any, w: Window) -> Any:
    """PHUNG_DUONG is a stock: the records of each counting unit's latest day up to the period's end (P7)."""
    newest = (
        CareActivity.select(CareActivity.unit, fn.MAX(CareActivity.counted_on))
        .where((CareActivity.counts == 1) & (CareActivity.kind == SUPPORT) & (CareActivity.counted_on <= w.end))
        .group_by(CareActivity.unit)
    )
    return Tuple(m.of_unit, m.counted_on).in_(newest)


def _of(*kinds: str, category: str | None = None, work: str | None = None) -> Where:
    def where(m: Any, w: Window) -> Any:
        condition = m.care == kinds[0] if len(kinds) == 1 else m.care.in_(kinds)
        if category:
            condition &= m.category == category
        return condition & (m.work == work) if work else condition

    return where


SUPPORT = "PHUNG_DUONG"
DECISIONS = {"QD142": "142/2008/QĐ-TTg", "QD62": "62/2011/QĐ-TTg", "QD49": "49/2015/QĐ-TTg"}
REACHED = Source("persons reached", Served, lambda m, w: m.care.is_null(False))
MONEY = Source("money", Funding, lambda m, w: m.care.is_null(False), dims=("care",))
MOTHERS = Source("Mothers named", Listed, lambda m, w: (m.care == SUPPORT) & _latest_support(m, w), dims=("person",), stock=True)
UNNAMED = Source("Mothers counted", Served, lambda m, w: (m.care == SUPPORT) & (m.unlisted == 1) & _latest_support(m, w), stock=True)


def _nobody(m: Any, w: Window) -> Any:
    """A listed Mother of whom it is open which person she is: one Mother all the same."""
    return m.person.is_null()


def _policy(m: Any, w: Window) -> Any:
    return m.policy == 1


def _money_of(*kinds: str, category: str | None = None) -> Measure:
    return MONEY.sum("money", _of(*kinds, category=category))


def _fund(code: str) -> Where:
    return lambda m, w: (m.policy == 1) & (m.source == code)


_FUND = code_list("FUND")

FIGURES: tuple[Figure, ...] = (
    figure(
        "CARE_KHAM_N",
        "Đối tượng chính sách được khám bệnh, cấp thuốc",
        "đối tượng",
        REACHED.sum("persons", lambda m, w: (m.care == "KHAM_BENH") & (m.category != POOR)),
    ),
    figure(
        "CARE_KHAM_MONEY",
        "Kinh phí khám bệnh, cấp thuốc",
        "đồng",
        MONEY.sum("money", lambda m, w: (m.care == "KHAM_BENH") & (m.policy == 1)),
    ),
    figure("CARE_GCN_TB_N", "Giấy chứng nhận thương binh", "đối tượng", REACHED.sum("persons", _of("TRAO_GCN_TB"))),
    *(
        figure(
            f"CARE_1L_N_{code}",
            Message("Trợ cấp một lần theo Quyết định {number}", number=number),
            "đối tượng",
            REACHED.sum("persons", _of(ONE_TIME, category=code)),
        )
        for code, number in DECISIONS.items()
    ),
    *(
        figure(
            f"CARE_1L_MONEY_{code}",
            Message("Số tiền trợ cấp một lần theo Quyết định {number}", number=number),
            "đồng",
            _money_of(ONE_TIME, category=code),
        )
        for code, number in DECISIONS.items()
    ),
    figure("CARE_1L_N", "Đối tượng nhận trợ cấp một lần", "đối tượng", REACHED.sum("persons", _of(ONE_TIME))),
    figure("CARE_1L_MONEY", "Số tiền trợ cấp một lần", "đồng", _money_of(ONE_TIME)),
    figure("CARE_GIFT_N", "Suất quà", "suất", REACHED.sum("quantity", _of("TANG_QUA"))),
    figure("CARE_GIFT_MONEY", "Trị giá quà tặng", "đồng", _money_of("TANG_QUA")),
    figure("CARE_HOUSE_NEW_N", "Nhà xây mới", "nhà", REACHED.sum("quantity", _of(*HOUSES, work="XAY_MOI"))),
    figure("CARE_HOUSE_FIX_N", "Nhà sửa chữa", "nhà", REACHED.sum("quantity", _of(*HOUSES, work="SUA_CHUA"))),
    figure("CARE_HOUSE_N", "Nhà tình nghĩa, nhà đồng đội", "nhà", REACHED.sum("quantity", _of(*HOUSES))),
    figure("CARE_HOUSE_MONEY", "Kinh phí nhà tình nghĩa, nhà đồng đội", "đồng", _money_of(*HOUSES)),
    figure("CARE_BOOK_N", "Sổ tiết kiệm", "sổ", REACHED.sum("quantity", _of("SO_TK"))),
    figure("CARE_BOOK_MONEY", "Trị giá sổ tiết kiệm", "đồng", _money_of("SO_TK")),
    figure(
        "CARE_MOTHER_N",
        "Bà mẹ Việt Nam anh hùng được phụng dưỡng",
        "mẹ",
        Total((MOTHERS.distinct("person"), MOTHERS.count(_nobody), UNNAMED.sum("persons"))),
    ),
    figure("CARE_MOTHER_MONEY", "Kinh phí phụng dưỡng", "đồng", _money_of(SUPPORT)),
    figure("CARE_REMAINS_N", "Hài cốt liệt sĩ được quy tập", "hài cốt", REACHED.sum("quantity", _of("QUY_TAP"))),
    figure("CARE_LS_INFO_N", "Thông tin, hồ sơ liệt sĩ được cung cấp", "hồ sơ", REACHED.sum("quantity", _of("THONG_TIN_LS"))),
    figure("CARE_MONEY", "Tổng kinh phí công tác chính sách", "đồng", MONEY.sum("money", _policy)),
    *(
        figure(f"CARE_MONEY_{code}", Message("Kinh phí từ {fund}", fund=inside(_FUND.label(code))), "đồng", MONEY.sum("money", _fund(code)))
        for code in _FUND.codes(None)
    ),
)

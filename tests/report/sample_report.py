"""A whole report as plain data, the demo province's first half of 2019, for tests and benchmarks of the drawing."""

from __future__ import annotations

from dataclasses import replace

from app.report.document import (
    Annex,
    Chart,
    ChartRow,
    Column,
    Draft,
    Report,
    Row,
    RowGroup,
    Signature,
)
from tests.report.sample_text import BODY, CLOSING, LETTERHEAD, RECIPIENTS

REFERENCE = "(Kèm theo Báo cáo số 126/BC-BCH ngày 18 tháng 6 năm 2019 của Bộ CHQS tỉnh Hà Sơn)"
UNITS = (
    "Ban CHQS thành phố Hà Sơn",
    "Ban CHQS thị xã Đông Giang",
    "Ban CHQS huyện An Thạch",
    "Ban CHQS huyện Bình Khê",
    "Ban CHQS huyện Châu Phong",
    "Ban CHQS huyện Đồng Xuyên",
    "Ban CHQS huyện Kim Lộc",
    "Ban CHQS huyện Lương Hòa",
    "Ban CHQS huyện Ngọc Bảo",
    "Cơ quan Bộ CHQS tỉnh",
)

EDUCATION_COLUMNS = (
    Column("TT", 9, "center"),
    Column("Đơn vị", 48.7, "left"),
    Column("Đối tượng", 19.8, "left"),
    Column("Số\nchuyên\nđề", 14),
    Column("Số\nbuổi", 11),
    Column("Phải\nhọc", 15, group="Quân số"),
    Column("Tham\ngia", 15, group="Quân số"),
    Column("Tỷ lệ\n(%)", 14, group="Quân số"),
    Column("Học\nbù", 12),
    Column("Tổng", 14, group="Kiểm tra nhận thức"),
    Column("Giỏi", 12, group="Kiểm tra nhận thức"),
    Column("Khá", 12, group="Kiểm tra nhận thức"),
    Column("Đạt", 12, group="Kiểm tra nhận thức"),
    Column("Không\nđạt", 13, group="Kiểm tra nhận thức"),
    Column("Khá, giỏi\n(%)", 17, group="Kiểm tra nhận thức"),
    Column("Ghi chú", 18.5, "left"),
)
AUDIENCES = (
    ("Sĩ quan", "1 1 38 38 100,0 - - - - - - -"),
    ("QNCN", "1 1 22 22 100,0 - - - - - - -"),
    ("HSQ, BS", "1 1 72 70 97,2 - 70 21 38 11 0 84,3"),
    ("DQTV", "2 2 840 820 97,6 - 820 245 450 125 0 84,8"),
    ("Cộng", "5 5 972 950 97,7 - 890 266 488 136 0 84,7"),
)
TOTALS = (
    ("Sĩ quan", "7 11 461 453 98,2 0 - - - - - -"),
    ("QNCN", "6 11 249 248 99,5 0 - - - - - -"),
    ("HSQ, BS", "9 11 714 702 98,3 3 702 207 382 113 0 83,9"),
    ("DQTV", "10 11 4.315 4.224 97,8 15 4.224 1.263 2.319 642 0 84,8"),
    ("Tổng cộng", "32 44 5.739 5.627 98,0 18 4.926 1.470 2.701 755 0 84,7"),
)
EDUCATION_CODES = ("", "", "", "EDU_TOPIC_N", "EDU_SESSION_N", "EDU_REQUIRED_N", "EDU_TURN_N", *([""] * 9))


def education_group(number: int, unit: str) -> RowGroup:
    """The rows of one unit, a row per audience."""
    rows = [
        Row(
            (str(number), unit, name, *values.split(), "Học bù đủ" if number in (2, 9) and name == "Cộng" else ""),
            name == "Cộng",
            EDUCATION_CODES,
        )
        for name, values in AUDIENCES
    ]
    return RowGroup(tuple(rows), span=2)


def education_annex(units: tuple[str, ...] = UNITS) -> Annex:
    total = RowGroup(
        tuple(
            Row(
                ("TỔNG CỘNG\nTOÀN TỈNH", "", name, *values.split(), "(*) cột (4)" if name == "Tổng cộng" else ""),
                name == "Tổng cộng",
                EDUCATION_CODES,
            )
            for name, values in TOTALS
        ),
        span=2,
        merge=2,
    )
    return Annex(
        "Phụ lục I",
        "KẾT QUẢ GIÁO DỤC CHÍNH TRỊ, PHÁP LUẬT",
        REFERENCE,
        EDUCATION_COLUMNS,
        (*(education_group(i, unit) for i, unit in enumerate(units, 1)), total) if units else (),
        notes=(
            "(*) Chuyên đề không trùng: một chuyên đề học ở nhiều đơn vị tính một lần nên tổng nhỏ hơn cộng dọc. Tỷ lệ quân số tham gia "
            "làm tròn xuống đến một chữ số thập phân; tỷ lệ khá, giỏi làm tròn thường. Dấu “-”: không phát sinh; “…”: chưa có số liệu.",
        ),
        numbered_columns=True,
        head_heights=(8.25, 10.5, 4.6),
    )


CARE_ROWS = (
    "70 8.400.000 4 5 21.300.000 - - - - - - - - 29.700.000",
    "62 7.440.000 3 - - - - - - - - - - 7.440.000",
    "58 6.960.000 2 12 24.000.000 - - - - - - - - 30.960.000",
    "55 6.600.000 3 10 21.400.000 - - - - - - - - 28.000.000",
    "65 7.800.000 3 7 30.300.000 - - - - - - - - 38.100.000",
    "60 7.200.000 2 9 20.200.000 - - - - - - - - 27.400.000",
    "54 6.480.000 3 - - - - - - - - - - 6.480.000",
    "63 7.560.000 4 6 26.200.000 - - - - - - - - 33.760.000",
    "58 6.960.000 2 6 12.000.000 - - - - - - - - 18.960.000",
    "0 0 0 - - 320 96.000.000 2 140.000.000 - - 9 54.000.000 290.000.000",
)


def care_annex() -> Annex:
    columns = (
        Column("TT", 7, "center"),
        Column("Đơn vị", 49, "left"),
        Column("Người", 11, group="Khám bệnh,\ncấp thuốc"),
        Column("Tiền", 19.5, group="Khám bệnh,\ncấp thuốc"),
        Column("Trao\nGCN\nthương\nbinh", 13),
        Column("Người", 11, group="Trợ cấp\nmột lần (*)"),
        Column("Tiền", 21, group="Trợ cấp\nmột lần (*)"),
        Column("Suất", 10, group="Tặng quà"),
        Column("Tiền", 18.5, group="Tặng quà"),
        Column("Cái", 8, group="Nhà\ntình nghĩa"),
        Column("Tiền", 20.5, group="Nhà\ntình nghĩa"),
        Column("Sổ", 8, group="Sổ\ntiết kiệm"),
        Column("Tiền", 12, group="Sổ\ntiết kiệm"),
        Column("Mẹ", 8, group="Phụng\ndưỡng"),
        Column("Tiền", 18.5, group="Phụng\ndưỡng"),
        Column("Tổng tiền", 22),
    )
    total = "545 65.400.000 26 55 155.400.000 320 96.000.000 2 140.000.000 - - 9 54.000.000 510.800.000"
    rows = [RowGroup((Row((str(i), unit, *CARE_ROWS[i - 1].split())),)) for i, unit in enumerate(UNITS, 1)]
    return Annex(
        "Phụ lục IV",
        "KẾT QUẢ CÔNG TÁC CHÍNH SÁCH",
        REFERENCE,
        columns,
        (*rows, RowGroup((Row(("Tổng cộng", "", *total.split()), True),), merge=2)),
        unit_line="Đơn vị tính tiền: đồng",
        notes=(
            "(*) Theo Quyết định số 49/2015/QĐ-TTg: 37 người, 77.600.000 đồng; Quyết định số 62/2011/QĐ-TTg: 18 người, 77.800.000 đồng; "
            "Quyết định số 142/2008/QĐ-TTg: không phát sinh. Dấu “-”: không phát sinh; “…”: chưa có số liệu; “0”: có theo dõi, kết quả "
            "bằng không.",
        ),
        numbered_columns=True,
        font_size=10,
        head_size=9.5,
        head_heights=(13, 7.5, 4.6),
        row_height=7,
    )


def comparison_annex() -> Annex:
    """A portrait annex with mixed units in one column."""
    columns = (
        Column("TT", 8, "center"),
        Column("Chỉ tiêu", 47, "left"),
        Column("Đơn vị\ntính", 18.5, "center"),
        Column("6 tháng\nnăm 2018", 23.5),
        Column("6 tháng\nnăm 2019", 23.5),
        Column("Tăng (+)\ngiảm (−)", 24),
        Column("Tỷ lệ\n(%)", 15.5),
    )
    lines = (
        "Chuyên đề|chuyên đề|30|32|+2|+6,7",
        "Lượt người tham gia|lượt|5.359|5.627|+268|+5,0",
        "Tỷ lệ tham gia bình quân|%|97,2|98,0|+0,8|-",
        "Kiểm tra chấp hành,\ntổ chức đảng|lượt|14|16|+2|+14,3",
        "Đảng viên bị thi hành kỷ luật|người|2|1|−1|−50,0",
        "Kinh phí khám bệnh, cấp thuốc|đồng|58.880.000|65.400.000|+6.520.000|+11,1",
        "Trợ cấp một lần|đồng|171.400.000|155.400.000|−16.000.000|−9,3",
        "Tu sửa đường giao thông|km|…|14,5|…|…",
    )
    return Annex(
        "Phụ lục IX",
        "SO SÁNH VỚI CÙNG KỲ NĂM 2018",
        REFERENCE,
        columns,
        tuple(RowGroup((Row((str(i), *line.split("|"))),)) for i, line in enumerate(lines, 1)),
        landscape=False,
        notes=("Tỷ lệ (%) là mức tăng, giảm so với cùng kỳ; chỉ tiêu tính bằng % so sánh theo điểm phần trăm.",),
        head_heights=(11,),
        row_height=6.6,
    )


def attendance_chart() -> Chart:
    """Attendance by unit: last year not known of one, a long name, the axis cut at 94 percent."""
    rows = (
        ChartRow("Ban CHQS thành phố Hà Sơn", ("96,8", "97,7", "+0,9"), 968, 977),
        ChartRow("Ban CHQS huyện Kim Lộc", ("94,9", "95,9", "+1,0"), 949, 959),
        ChartRow("Ban Chỉ huy Phòng thủ khu vực 1 - Hà Sơn", ("…", "99,1", "…"), None, 991),
    )
    return Chart(
        number="Biểu đồ 1",
        title="Tỷ lệ quân số tham gia học tập chính trị, pháp luật theo đơn vị,\n6 tháng đầu năm 2019 so với cùng kỳ năm 2018",
        legend=("6 tháng đầu năm 2019", "cùng kỳ năm 2018"),
        heads=("Đơn vị", "Năm\n2018", "Năm\n2019", "Tăng, giảm\n(điểm %)"),
        rows=rows,
        total=ChartRow("Toàn tỉnh", ("97,2", "98,0", "+0,8"), 972, 980),
        axis="Tỷ lệ quân số tham gia (%)",
        first=94,
        last=100,
        axis_note="Trục ngang bắt đầu từ 94% để thấy rõ chênh lệch; không so sánh theo chiều dài.",
        table_notes=("Tỷ lệ làm tròn xuống đến một chữ số thập phân.",),
    )


def money_chart() -> Chart:
    """Money by kind of care: a part not known of last year, one that fell to nothing, a long name."""
    rows = (
        ChartRow("Khám bệnh, cấp thuốc", ("54.670.000", "65.400.000", "+10.730.000"), 54_670_000, 65_400_000),
        ChartRow("Trợ cấp một lần", ("140.100.000", "155.400.000", "+15.300.000"), 140_100_000, 155_400_000),
        ChartRow("Sổ tiết kiệm tình nghĩa", ("12.000.000", "0", "−12.000.000"), 12_000_000, 0),
        ChartRow("Phụng dưỡng Bà mẹ Việt Nam anh hùng", ("…", "54.000.000", "…"), None, 54_000_000),
    )
    return Chart(
        number="Biểu đồ 2",
        title="Kinh phí công tác chính sách theo hoạt động,\n6 tháng đầu năm 2019 so với cùng kỳ năm 2018",
        legend=("6 tháng đầu năm 2019", "cùng kỳ năm 2018"),
        heads=("Hoạt động", "Năm\n2018", "Năm\n2019", "Tăng, giảm\n(đồng)"),
        rows=rows,
        total=ChartRow("Tổng kinh phí", ("…", "274.800.000", "…"), None, 274_800_000),
        axis="Kinh phí (triệu đồng)",
        first=0,
        last=200,
        table_notes=("Tổng kinh phí gồm cả các hoạt động chính sách khác.",),
        kind="bars",
        scale=1_000_000,
        step=50,
    )


def empty_annex() -> Annex:
    return replace(care_annex(), number="Phụ lục V", title="KINH PHÍ CHÍNH SÁCH THEO NGUỒN", groups=(), notes=())


def sample_report() -> Report:
    """The whole report, approved."""
    return Report(
        profile="HANH_CHINH",
        title="Báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019",
        author="Bộ Chỉ huy quân sự tỉnh Hà Sơn",
        letterhead=LETTERHEAD,
        body=BODY,
        closing=CLOSING,
        signature=Signature(("CHÍNH ỦY",), "Đại tá", "Nguyễn Văn A"),
        recipients=RECIPIENTS,
        annexes=(education_annex(), care_annex(), empty_annex(), comparison_annex()),
        footer="Mã báo cáo: 7c1e 90ab 34d2. Đầu chuỗi nhật ký: 51fe 08c9 d7a3",
    )


def charted_report() -> Report:
    """The same with two charts behind its last annex."""
    made = sample_report()
    *others, last = made.annexes
    return replace(made, annexes=(*others, replace(last, charts=(attendance_chart(), money_chart()))))


def sample_draft() -> Report:
    """The same report before approval: no number, no day, the draft mark."""
    letterhead = replace(LETTERHEAD, number="Số:            /BC-BCH", place_date="Hà Sơn, ngày        tháng 6 năm 2019")
    return replace(
        sample_report(),
        letterhead=letterhead,
        draft=Draft("lần 02"),
        footer="Bản dự thảo, số liệu chưa chốt. In lúc 14:20 ngày 17/6/2019. Mã bản in: 5b02 91ce 7f40",
    )

"""The words of the sample report: its first page, its sections and its closing."""

from __future__ import annotations

from app.report.document import (
    Block,
    Heading,
    Letterhead,
    Number,
    Paragraph,
    Run,
)


def n(text: str, code: str = "X") -> Number:
    return Number(text, code)


def p(*runs: Run) -> Paragraph:
    return Paragraph(runs)


def roman(number: str, text: str) -> Heading:
    return Heading("roman", number, text, number)


def arabic(number: str, text: str) -> Heading:
    return Heading("arabic", number, text, number)


def letter(number: str, text: str) -> Heading:
    return Heading("letter", number, text, number)


LETTERHEAD = Letterhead(
    "QUÂN KHU TRUNG DU",
    ("BỘ CHỈ HUY QUÂN SỰ", "TỈNH HÀ SƠN"),
    "Số: 126/BC-BCH",
    "Hà Sơn, ngày 18 tháng 6 năm 2019",
    "BÁO CÁO",
    ("Kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019;", "phương hướng, nhiệm vụ 6 tháng cuối năm 2019"),
)

BODY: tuple[Block, ...] = (
    Paragraph(
        (
            "Căn cứ Kế hoạch số 45/KH-BCH ngày 10/01/2019 của Bộ Chỉ huy quân sự (CHQS) tỉnh Hà Sơn về công tác đảng, công tác "
            "chính trị năm 2019;",
        ),
        "basis",
    ),
    Paragraph(
        (
            "Thực hiện Hướng dẫn số 312/HD-CT ngày 20/5/2019 của Cục Chính trị Quân khu Trung Du về sơ kết công tác đảng, công tác "
            "chính trị 6 tháng đầu năm 2019,",
        ),
        "basis",
    ),
    p(
        "Bộ CHQS tỉnh Hà Sơn báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm 2019 (số liệu từ ngày 15/12/2018 đến "
        "ngày 14/6/2019) như sau:"
    ),
    Heading("part", "Phần thứ nhất", "KẾT QUẢ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ 6 THÁNG ĐẦU NĂM 2019", "1"),
    roman("I.", "ĐẶC ĐIỂM TÌNH HÌNH"),
    arabic("1.", "Thuận lợi"),
    p(
        "Đảng ủy, Bộ Tư lệnh Quân khu, Tỉnh ủy và Ủy ban nhân dân tỉnh thường xuyên quan tâm lãnh đạo, chỉ đạo. Cấp ủy, chỉ huy các "
        "cấp đoàn kết, thống nhất, bám sát nhiệm vụ; cán bộ, chiến sĩ và lực lượng dân quân tự vệ có bản lĩnh chính trị vững vàng, "
        "yên tâm công tác, hoàn thành tốt nhiệm vụ được giao."
    ),
    arabic("2.", "Khó khăn"),
    p(
        "Địa bàn rộng, lực lượng dân quân tự vệ phân tán nên việc tập trung quân số học tập có thời điểm gặp khó khăn. Cơ sở vật chất "
        "phục vụ giáo dục chính trị ở một số xã chưa đồng bộ."
    ),
    roman("II.", "KẾT QUẢ THỰC HIỆN CÁC MẶT CÔNG TÁC"),
    arabic("1.", "Công tác quán triệt, triển khai nhiệm vụ"),
    p("Cấp ủy, chỉ huy các cấp duy trì nghiêm việc quán triệt, học tập chỉ thị, nghị quyết của cấp trên."),
    arabic("2.", "Công tác giáo dục chính trị, tư tưởng - văn hóa"),
    letter("a)", "Giáo dục chính trị, pháp luật"),
    p(
        "Trong 6 tháng, các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật cho lực lượng thường trực, dân quân tự vệ được ",
        n("trên 30", "EDU_TOPIC_N"),
        " chuyên đề, quân số tham gia đạt từ ",
        n("95,8%", "EDU_RATE_MIN"),
        " trở lên. Kết quả kiểm tra nhận thức: ",
        n("100%", "EDU_TEST_OK"),
        " đạt yêu cầu, trong đó khá, giỏi đạt ",
        n("84,7%", "EDU_TEST_KG"),
        ". Tổ chức học bù cho ",
        n("18", "EDU_MAKEUP_N"),
        " đồng chí, bảo đảm ",
        n("98,4%", "EDU_RATE_FINAL"),
        " quân số được học tập đầy đủ nội dung, chương trình.",
    ),
    p(
        "Đơn vị có tỷ lệ tham gia cao nhất: ",
        n("Ban CHQS thị xã Đông Giang (99,2%)", "EDU_BEST"),
        "; thấp nhất: ",
        n("Ban CHQS huyện Kim Lộc (95,9%)", "EDU_WORST"),
        ".",
    ),
    letter("b)", "Tuyên truyền, văn hóa, văn nghệ"),
    p("Tăng cường phối hợp tuyên truyền trên các phương tiện thông tin đại chúng với hàng trăm tin, bài, ảnh (214 tin, 97 bài, 265 ảnh)."),
    arabic("3.", "Phong trào Thi đua Quyết thắng; học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh"),
    p(
        "Phát động 03 đợt thi đua, trong đó có 01 đợt thi đua cao điểm; khen thưởng 21 tập thể, 64 cá nhân. Việc học tập và làm theo "
        "tư tưởng, đạo đức, phong cách Hồ Chí Minh được gắn với thực hiện nhiệm vụ."
    ),
    arabic("4.", "Công tác tổ chức xây dựng đảng"),
    p("Toàn đảng bộ hiện có 492 đảng viên; trong kỳ kết nạp 11 đảng viên mới. Duy trì nền nếp sinh hoạt cấp ủy, chi bộ theo quy định."),
    arabic("5.", "Công tác kiểm tra, giám sát và thi hành kỷ luật đảng"),
    p(
        "Cấp ủy, ủy ban kiểm tra các cấp đã kiểm tra chấp hành đối với ",
        n("16", "KT_TCD_N"),
        " lượt tổ chức đảng, ",
        n("34", "KT_DV_N"),
        " lượt đảng viên; giám sát chuyên đề đối với ",
        n("09", "GS_TCD_N"),
        " lượt tổ chức đảng, ",
        n("21", "GS_DV_N"),
        " lượt đảng viên.",
    ),
    p(
        "Kiểm tra khi có dấu hiệu vi phạm đối với 01 đảng viên; qua kiểm tra, kết luận 01 trường hợp có vi phạm, trong đó 01 trường "
        "hợp phải thi hành kỷ luật. Đã thi hành kỷ luật 01 đảng viên (khiển trách 01)."
    ),
    p(
        "Qua kiểm tra, giám sát phát hiện ",
        n("24", "KD_N"),
        " khuyết điểm, hạn chế; đã khắc phục ",
        n("19", "KD_DA_N"),
        " (",
        n("79,2%", "KD_DA_PCT"),
        "), đang khắc phục 03, quá hạn 02. Kiểm tra tài chính đảng đối với 05 tổ chức đảng; việc thu, nộp, quản lý, sử dụng đảng phí "
        "đúng quy định. Không có đơn thư tố cáo, khiếu nại thuộc thẩm quyền.",
    ),
    arabic("6.", "Công tác cán bộ"),
    p("Điều động 14, bổ nhiệm 09 đồng chí; cử 07 đồng chí đi đào tạo, bồi dưỡng đúng quy trình, quy định."),
    arabic("7.", "Công tác chính sách, chính sách hậu phương quân đội, “Đền ơn đáp nghĩa”"),
    p(
        "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho ",
        n("545", "CARE_KHAM_N"),
        " đối tượng chính sách (với số tiền ",
        n("trên 65 triệu đồng", "CARE_KHAM_MONEY"),
        "); trao giấy chứng nhận thương binh cho ",
        n("26", "CARE_GCN_TB_N"),
        " đối tượng.",
    ),
    p(
        "Chi trả chế độ trợ cấp một lần cho ",
        n("55", "CARE_1L_N"),
        " đối tượng với tổng số tiền ",
        n("155.400.000 đồng", "CARE_1L_MONEY"),
        ", bảo đảm dân chủ, công khai, kịp thời, trong đó:",
    ),
    Paragraph(("Theo Quyết định số 49/2015/QĐ-TTg: 37 đối tượng, 77.600.000 đồng;",), "dash", "-"),
    Paragraph(("Theo Quyết định số 62/2011/QĐ-TTg: 18 đối tượng, 77.800.000 đồng.",), "dash", "-"),
    p(
        "Tặng 320 suất quà trị giá 96 triệu đồng; xây mới 02 nhà tình nghĩa trị giá 140 triệu đồng; nhận phụng dưỡng 09 Bà mẹ Việt Nam "
        "anh hùng."
    ),
    arabic("8.", "Công tác bảo vệ an ninh"),
    p("Chủ động nắm tình hình, phối hợp chặt chẽ với các lực lượng trên địa bàn; không để xảy ra lộ, lọt bí mật, mất an toàn."),
    arabic("9.", "Công tác dân vận"),
    p(
        "Huy động 1.860 lượt cán bộ, chiến sĩ, dân quân tự vệ với 3.240 ngày công giúp Nhân dân tu sửa 14,5 km đường giao thông, nạo vét "
        "9,2 km kênh mương, sửa chữa 06 nhà."
    ),
    arabic("10.", "Hoạt động của tổ chức quần chúng và Hội đồng quân nhân"),
    p("Tổ chức quần chúng hoạt động đúng điều lệ, thiết thực; Hội đồng quân nhân phát huy tốt vai trò trong thực hiện dân chủ ở cơ sở."),
    arabic("11.", "Công tác đảng, công tác chính trị trong thực hiện các nhiệm vụ"),
    p(
        "Tiến hành chặt chẽ công tác đảng, công tác chính trị trong sẵn sàng chiến đấu, huấn luyện, tuyển quân và phòng, chống thiên "
        "tai, tìm kiếm cứu nạn; không để bị động, bất ngờ."
    ),
    roman("III.", "HẠN CHẾ, KHUYẾT ĐIỂM VÀ NGUYÊN NHÂN"),
    arabic("1.", "Hạn chế"),
    p(
        "Một số cấp ủy, chỉ huy đơn vị chỉ đạo khắc phục khuyết điểm sau kiểm tra, giám sát chưa kịp thời; đến ngày 14/6/2019 còn 02 nội "
        "dung quá hạn. Quân số dân quân tự vệ tham gia học tập của Ban CHQS huyện Kim Lộc còn thấp (95,8%)."
    ),
    arabic("2.", "Nguyên nhân"),
    p(
        "Một số cán bộ chủ trì chưa sâu sát; việc phối hợp giữa cơ quan và đơn vị có lúc chưa chặt chẽ. Lực lượng dân quân tự vệ đi làm "
        "ăn xa, khó tập trung."
    ),
    Heading("part", "Phần thứ hai", "PHƯƠNG HƯỚNG, NHIỆM VỤ CÔNG TÁC ĐẢNG, CÔNG TÁC CHÍNH TRỊ 6 THÁNG CUỐI NĂM 2019", "2"),
    roman("I.", "DỰ BÁO TÌNH HÌNH"),
    p(
        "Tình hình thế giới, khu vực tiếp tục diễn biến phức tạp; nhiệm vụ quân sự, quốc phòng địa phương 6 tháng cuối năm có nhiều nội "
        "dung quan trọng, yêu cầu cao."
    ),
    roman("II.", "PHƯƠNG HƯỚNG"),
    p(
        "Tăng cường sự lãnh đạo của cấp ủy các cấp; nâng cao chất lượng giáo dục chính trị, quản lý tư tưởng; xây dựng tổ chức đảng trong "
        "sạch, vững mạnh, cơ quan, đơn vị vững mạnh toàn diện “mẫu mực, tiêu biểu”."
    ),
    roman("III.", "NHIỆM VỤ TRỌNG TÂM"),
    Paragraph(
        ("Quán triệt, thực hiện nghiêm chỉ thị, nghị quyết của cấp trên; hoàn thành 100% nội dung giáo dục chính trị năm 2019.",),
        "numbered",
        "1.",
    ),
    Paragraph(
        ("Tổ chức học bù cho quân số còn thiếu; tỷ lệ tham gia học tập của từng đối tượng đạt từ 98% trở lên trước ngày 30/11/2019.",),
        "numbered",
        "2.",
    ),
    Paragraph(("Hoàn thành chương trình kiểm tra, giám sát năm 2019 của cấp ủy, ủy ban kiểm tra các cấp.",), "numbered", "3."),
    Paragraph(
        ("Thực hiện tốt chính sách hậu phương quân đội; tổ chức các hoạt động kỷ niệm 72 năm Ngày Thương binh - Liệt sĩ.",),
        "numbered",
        "4.",
    ),
    Paragraph(
        (
            "Khắc phục dứt điểm ",
            n("05", "KD_DANG_N"),
            " khuyết điểm sau kiểm tra, giám sát còn lại; hoàn thành trước ngày 31 tháng 8 năm 2019; Ban CHQS huyện Bình Khê và Ban CHQS "
            "huyện Đồng Xuyên chủ trì nội dung quá hạn.",
        ),
        "numbered",
        "5.",
    ),
    roman("IV.", "BIỆN PHÁP THỰC HIỆN"),
    p(
        "Duy trì nghiêm chế độ, nền nếp hoạt động công tác đảng, công tác chính trị ở các cơ quan, đơn vị; phát huy vai trò, trách nhiệm "
        "của cấp ủy, người chỉ huy, chính ủy, chính trị viên và cơ quan chính trị các cấp. Tăng cường kiểm tra, đôn đốc; định kỳ hằng "
        "tháng rà soát tiến độ thực hiện nhiệm vụ trọng tâm."
    ),
)

CLOSING = p(
    "Trên đây là Báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm và phương hướng, nhiệm vụ 6 tháng cuối năm 2019 của Bộ "
    "CHQS tỉnh Hà Sơn./."
)

RECIPIENTS = (
    "Cục Chính trị Quân khu",
    "Thường trực Tỉnh ủy",
    "Thường vụ Đảng ủy Quân sự tỉnh",
    "Chỉ huy Bộ CHQS tỉnh",
    "Các cơ quan, đơn vị trực thuộc",
    "Lưu: VT, PCT. H15",
)

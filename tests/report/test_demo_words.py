"""The demo's report, sentence by sentence: the templates of domain.md B.3 with the figures of domain.md E, written here by hand.

What the published review says of education, propaganda, health care, certificates and allowances stands in part one of the report, and
its five key tasks in part two (the one-page summary is in test_summary).
"""

from __future__ import annotations

import pytest

from app.periods import period
from app.report import content
from app.report.document import Paragraph, Report
from tests.demo_office import open_demo

SAID = {
    "1.II.1": (
        "Cấp ủy, chỉ huy các cấp đã quán triệt, triển khai nghiêm túc 04 chỉ thị, nghị quyết, hướng dẫn của cấp trên; quân số tham gia đạt "
        "98,5%.",
        "Trong 04 nhiệm vụ trọng tâm đã xác định cho kỳ này: hoàn thành 03 (75%), đang thực hiện 01. Kết quả từng nhiệm vụ như sau:",
        "- Thực hiện chương trình giáo dục chính trị, pháp luật 6 tháng đầu năm: hoàn thành, đạt 32/30 chuyên đề.",
        "- Khám bệnh, cấp thuốc miễn phí cho đối tượng chính sách: hoàn thành, đạt 545/500 đối tượng.",
        "- Tổ chức các đợt thi đua chào mừng ngày lễ lớn: hoàn thành, đạt 3/3 đợt.",
        "- Khắc phục dứt điểm khuyết điểm sau kiểm tra, giám sát: đang thực hiện, đạt 19/24 khuyết điểm. Còn 05 khuyết điểm, trong đó "
        "02 quá hạn.",
    ),
    "1.II.2.a": (
        "Trong 6 tháng, các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật cho lực lượng thường trực, dân quân tự vệ được "
        "trên 30 chuyên đề, quân số tham gia đạt từ 95,8% trở lên. Kết quả kiểm tra nhận thức: 100% đạt yêu cầu, trong đó khá, giỏi đạt "
        "84,7%. Tổ chức học bù cho 18 đồng chí, bảo đảm 98,4% quân số được học tập đầy đủ nội dung, chương trình.",
        "Đơn vị có tỷ lệ tham gia cao nhất: Ban CHQS thị xã Đông Giang (99,2%); thấp nhất: Ban CHQS huyện Kim Lộc (95,9%).",
    ),
    "1.II.2.b": (
        "Tăng cường phối hợp tuyên truyền trên các phương tiện thông tin đại chúng với hàng trăm tin, bài, ảnh (214 tin, 97 bài, "
        "265 ảnh). Treo 220 pa-nô, áp phích, băng rôn, khẩu hiệu; tổ chức 18 buổi tuyên truyền lưu động cho 4.050 lượt người nghe.",
    ),
    "1.II.3": (
        "Phát động 03 đợt thi đua, trong đó có 01 đợt thi đua cao điểm; khen thưởng 21 tập thể, 64 cá nhân; đề nghị cấp trên khen "
        "thưởng 02 tập thể, 05 cá nhân. Công nhận 03 sáng kiến, 02 mô hình phục vụ nhiệm vụ.",
        "Việc học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh được gắn với thực hiện nhiệm vụ; có 724 lượt đồng chí đăng "
        "ký nội dung làm theo, 18 mô hình, điển hình tiêu biểu.",
    ),
    "1.II.4": (
        "Toàn đảng bộ hiện có 31 chi bộ, 492 đảng viên; trong kỳ kết nạp 11 đảng viên mới, chuyển đảng chính thức 08 đồng chí. Duy trì "
        "nền nếp sinh hoạt cấp ủy, chi bộ; 100% chi bộ thực hiện sinh hoạt chuyên đề theo quy định.",
        "Tổ chức 24 hội nghị cấp ủy; ban hành 12 nghị quyết, trong đó có 02 nghị quyết chuyên đề; mở 02 lớp bồi dưỡng về công tác đảng "
        "cho 67 đồng chí; trao Huy hiệu Đảng cho 03 đồng chí. Đến cuối kỳ, 119 xã, phường có chi bộ quân sự; 91,6% chi bộ "
        "quân sự xã có chi ủy.",
    ),
    "1.II.5": (
        "Cấp ủy, ủy ban kiểm tra các cấp đã kiểm tra chấp hành đối với 16 lượt tổ chức đảng, 34 lượt đảng viên; giám sát chuyên đề đối "
        "với 09 lượt tổ chức đảng, 21 lượt đảng viên.",
        "Kiểm tra khi có dấu hiệu vi phạm đối với 01 đảng viên; qua kiểm tra, kết luận 01 trường hợp có vi phạm, trong đó 01 trường hợp "
        "phải thi hành kỷ luật. Đã thi hành kỷ luật 01 đảng viên (khiển trách 01).",
        "Qua kiểm tra, giám sát phát hiện 24 khuyết điểm, hạn chế; đã khắc phục 19 (79,2%), đang khắc phục 03, quá hạn 02. Kiểm tra tài "
        "chính đảng đối với 05 tổ chức đảng; việc thu, nộp, quản lý, sử dụng đảng phí đúng quy định. Không có đơn thư tố cáo, khiếu nại "
        "thuộc thẩm quyền.",
    ),
    "1.II.6": (
        "Điều động 14, bổ nhiệm 09 đồng chí; cử 07 đồng chí đi đào tạo, bồi dưỡng; đề nghị thăng quân hàm, nâng lương cho 31 đồng chí "
        "đúng quy trình, quy định.",
    ),
    "1.II.7": (
        "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách (với số tiền trên 65 triệu đồng); trao giấy chứng "
        "nhận thương binh cho 26 đối tượng.",
        "Chi trả chế độ trợ cấp một lần cho 55 đối tượng với tổng số tiền 155.400.000 đồng, bảo đảm dân chủ, công khai, kịp thời, trong "
        "đó:",
        "- Theo Quyết định số 49/2015/QĐ-TTg: 37 đối tượng, 77.600.000 đồng;",
        "- Theo Quyết định số 62/2011/QĐ-TTg: 18 đối tượng, 77.800.000 đồng.",
        "Tặng 320 suất quà trị giá 96 triệu đồng; xây mới 02 nhà tình nghĩa, nhà đồng đội trị giá 140 triệu đồng; nhận phụng dưỡng 09 Bà "
        "mẹ Việt Nam anh hùng.",
    ),
    "1.II.8": (
        "Chủ động nắm tình hình, phối hợp chặt chẽ với các lực lượng trên địa bàn; rà soát tiêu chuẩn chính trị 2.924 lượt người; không "
        "để xảy ra lộ, lọt bí mật, mất an toàn. Ký kết 11 kế hoạch phối hợp bảo vệ an ninh; mở 02 lớp bồi dưỡng bảo vệ bí mật cho 143 "
        "lượt người.",
    ),
    "1.II.9": (
        "Huy động 1.860 lượt cán bộ, chiến sĩ, dân quân tự vệ với 3.240 ngày công giúp Nhân dân tu sửa 14,5 km đường giao thông, nạo vét "
        "9,2 km kênh mương, xây, sửa 06 nhà, thu hoạch 14,7 ha hoa màu. Tuyên truyền, vận động Nhân dân 20 buổi cho 1.750 lượt người; ký "
        "kết 02 chương trình phối hợp; xây dựng 03 mô hình “Dân vận khéo”.",
    ),
    "1.II.10": (
        "Tổ chức quần chúng hoạt động đúng điều lệ; kết nạp 45 đoàn viên, hội viên; thực hiện 04 công trình, phần việc; Hội đồng quân "
        "nhân tổ chức 08 buổi đối thoại dân chủ.",
    ),
    "2.III": (
        "1. Triển khai toàn diện, đồng bộ, hiệu quả hoạt động công tác đảng, công tác chính trị; Cơ quan Bộ CHQS tỉnh chủ trì.",
        "2. Chú trọng đổi mới, nâng cao chất lượng công tác tuyên truyền, giáo dục; hoàn thành trước ngày 30 tháng 11 năm 2019; "
        "Cơ quan Bộ CHQS tỉnh chủ trì.",
        "3. Đẩy mạnh phong trào Thi đua Quyết thắng; phát động đợt thi đua cao điểm chào mừng Đại hội thi đua Quyết thắng lực lượng vũ "
        "trang Quân khu giai đoạn 2014 - 2019, hướng tới kỷ niệm 30 năm Ngày hội Quốc phòng toàn dân, 75 năm Ngày thành lập Quân đội "
        "nhân dân Việt Nam; hoàn thành trước ngày 22 tháng 12 năm 2019; Cơ quan Bộ CHQS tỉnh chủ trì.",
        "4. Thường xuyên nắm tình hình tư tưởng, chất lượng cán bộ; thực hiện tốt công tác điều động, bổ nhiệm, đào tạo; Cơ quan Bộ CHQS "
        "tỉnh chủ trì.",
        "5. Quán triệt, thực hiện Chỉ thị 35 của Bộ Chính trị về đại hội đảng các cấp, tiến tới Đại hội đại biểu toàn quốc lần thứ XIII "
        "của Đảng; duy trì nghiêm chế độ, nền nếp hoạt động công tác đảng, công tác chính trị ở các cơ quan, đơn vị; hoàn thành trước ngày "
        "14 tháng 12 năm 2019; Cơ quan Bộ CHQS tỉnh chủ trì.",
        "6. Khắc phục dứt điểm các khuyết điểm còn lại sau kiểm tra, giám sát, trước hết là nội dung quá hạn của Ban CHQS huyện Bình Khê "
        "và Ban CHQS huyện Đồng Xuyên; hoàn thành trước ngày 31 tháng 8 năm 2019; Cơ quan Bộ CHQS tỉnh chủ trì.",
    ),
}
"""By section; the figures that domain.md E leaves open are those of the demo's files, counted by tests/reference."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    with open_demo(tmp_path_factory.mktemp("words") / "demo") as opened:
        return content.build(opened.store, period(opened.store, "2019-H1"))


@pytest.mark.parametrize("key", SAID)
def test_a_section_of_the_demo_says_what_an_officer_would_write(report: Report, key: str) -> None:
    blocks = [block for block in report.body if isinstance(block, Paragraph) and block.key == key]
    assert tuple(f"{block.mark} {block.text}".strip() for block in blocks) == SAID[key]


def test_the_annex_of_cadres_says_what_the_number_of_transfers_in_the_text_is_made_of(report: Report) -> None:
    annex = next(one for one in report.annexes if one.title == "CÔNG TÁC CÁN BỘ")
    assert [row.cells[-1] for group in annex.groups for row in group.rows][:2] == ["12", "2"]
    assert "Số điều động nêu trong báo cáo (14) gồm cả luân chuyển, biệt phái." in annex.notes[0]


def test_the_closing_names_the_half_year_and_the_office(report: Report) -> None:
    assert report.closing.text == (
        "Trên đây là Báo cáo kết quả công tác đảng, công tác chính trị 6 tháng đầu năm và phương hướng, nhiệm vụ 6 tháng cuối năm 2019 "
        "của Bộ CHQS tỉnh Hà Sơn./."
    )
    assert report.warnings == ()

"""The one-page summary says what the published text says, from the records, and nothing that did not happen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from app import cli, demo, figures
from app.office import Office
from app.periods import period
from app.report import outline, pdf, showing, summary, word
from app.report.document import Number, Papers
from app.report.editing import Writing
from db.records import FIGURES, RECORD_TYPES
from db.templates import Slot, parse
from tests import samples
from tests.demo_office import copied, open_demo

NOW = datetime(2019, 6, 18, 9, 30)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_demo(tmp_path_factory.mktemp("summary") / "demo") as opened:
        yield opened


@pytest.fixture(scope="module")
def papers(office: Office) -> Papers:
    return built(office)


def built(office: Office, code: str = "2019-H1", unit: str | None = None) -> Papers:
    return summary.build(office.store, period(office.store, code), unit, now=NOW)


def plain(papers: Papers) -> str:
    return " ".join(summary.text(papers).split())


SOURCE = {
    "opening": "6 tháng đầu năm 2019, Đảng ủy, Bộ CHQS tỉnh Hà Sơn triển khai thực hiện các mặt công tác đảng, công tác chính trị "
    "trong nhiệm vụ quốc phòng, quân sự địa phương",
    "resolutions": "Các cơ quan, đơn vị thực hiện nghiêm việc quán triệt, học tập chỉ thị, nghị quyết của cấp trên.",
    "areas": "Công tác tổ chức xây dựng đảng, kiểm tra, giám sát, dân vận, cán bộ, bảo vệ an ninh, chính sách và hoạt động của "
    "tổ chức quần chúng được thực hiện nền nếp",
    "emulation": "gắn với đẩy mạnh học tập, làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "education": "các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật cho lực lượng thường trực, dân quân tự vệ được "
    "trên 30 chuyên đề",
    "attendance": "quân số tham gia đạt từ 95,8% trở lên",
    "propaganda": "ăng cường phối hợp tuyên truyền trên các phương tiện thông tin đại chúng với hàng trăm tin, bài, ảnh",
    "inspection": "chỉ đạo cấp ủy, ủy ban kiểm tra các cấp thực hiện nghiêm việc kiểm tra, giám sát đối với các tổ chức đảng, đảng viên",
    "care": "Công tác chính sách, chính sách hậu phương quân đội, phong trào “Đền ơn đáp nghĩa” được chú trọng thực hiện",
    "health care": "khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách (với số tiền trên 65 triệu đồng)",
    "certificates": "trao giấy chứng nhận thương binh cho 26 đối tượng",
    "allowances": "chi trả chế độ trợ cấp một lần cho 55 đối tượng chính sách, bảo đảm dân chủ, công khai, kịp thời",
    "tasks": "6 tháng cuối năm 2019, Đảng ủy, Bộ CHQS tỉnh Hà Sơn xác định một số nhiệm vụ trọng tâm",
    "task 1": "triển khai toàn diện, đồng bộ, hiệu quả hoạt động công tác đảng, công tác chính trị",
    "task 2": "chú trọng đổi mới, nâng cao chất lượng công tác tuyên truyền, giáo dục",
    "task 3": "phát động đợt thi đua cao điểm chào mừng Đại hội thi đua Quyết thắng lực lượng vũ trang Quân khu giai đoạn 2014 - 2019, "
    "hướng tới kỷ niệm 30 năm Ngày hội Quốc phòng toàn dân, 75 năm Ngày thành lập Quân đội nhân dân Việt Nam",
    "task 4": "thường xuyên nắm tình hình tư tưởng, chất lượng cán bộ; thực hiện tốt công tác điều động, bổ nhiệm, đào tạo",
    "task 5": "thực hiện Chỉ thị 35 của Bộ Chính trị về đại hội đảng các cấp, tiến tới Đại hội đại biểu toàn quốc lần thứ XIII của Đảng; "
    "duy trì nghiêm chế độ, nền nếp hoạt động công tác đảng, công tác chính trị ở các cơ quan, đơn vị",
    "closing": "góp phần hoàn thành tốt nhiệm vụ chính trị được giao, xây dựng tổ chức đảng và cơ quan, đơn vị vững mạnh toàn diện.",
}


@pytest.mark.parametrize("statement", SOURCE)
def test_the_summary_of_the_demo_says_what_the_published_text_says(papers: Papers, statement: str) -> None:
    assert SOURCE[statement] in plain(papers)


def test_briefings_on_resolutions_are_told_where_there_were_some(small: Office) -> None:
    small.store.save("education", samples.education(form="QUAN_TRIET"), samples.USER)
    assert "thực hiện nghiêm việc quán triệt, học tập chỉ thị, nghị quyết của cấp trên." in plain(built(small))


def test_other_records_give_other_sentences(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as opened:
        opened.store.save("care", samples.care(unit=None) | {"unit": opened.store.names.find("unit", "DV02", "2019-04-10")}, demo.USER)
        assert "cho 615 đối tượng chính sách (với số tiền trên 73 triệu đồng)" in plain(built(opened))


def test_pdf_word_and_text_say_the_same_on_one_page(papers: Papers) -> None:
    drawing = pdf.render_papers(papers)
    assert drawing.pages == 1
    printed = PdfReader(io.BytesIO(drawing.pdf)).pages[0].extract_text().replace("\u00a0", " ").split()
    file = docx.Document(io.BytesIO(word.draw_papers(papers)))
    written = " ".join(part.text or "" for part in file.element.body.iter(qn("w:t"))).replace("\u00a0", " ").split()
    told = [word for block in papers.papers[0].before for word in getattr(block, "text", "").replace("\u00a0", " ").split()]
    assert [word for word in told if word not in printed] == []
    assert " ".join(told) in " ".join(written)
    assert " ".join(told) in plain(papers)


def test_an_office_without_records_boasts_of_nothing(small: Office) -> None:
    text = plain(built(small))
    assert text.endswith("(chưa có số liệu)")
    assert "nhiệm vụ trọng tâm" not in text
    assert built(small).warnings == ()


def test_one_record_makes_its_own_sentence_only(small: Office) -> None:
    small.store.save("care", samples.care(), samples.USER)
    text = plain(built(small))
    assert "khám bệnh, cấp thuốc miễn phí cho 70 đối tượng chính sách (với số tiền trên 8 triệu đồng)." in text
    assert "Công tác chính sách được thực hiện nền nếp." in text
    for words in ("Không", "chưa", "không", "chuyên đề", "tin, bài", "kiểm tra", "giấy chứng nhận", " 0 ", "00 "):
        assert words not in text


def test_it_names_no_person_and_no_case_of_discipline(office: Office, papers: Papers) -> None:
    text, store = plain(papers), office.store
    declared = RECORD_TYPES["beneficiary"]
    names = []
    for (uid,) in store.execute(declared.select(declared.uid).tuples()):
        person = store.read(uid)[1]
        names += [person[name] for name in ("name", "id_no", "address") if person[name]]
    assert len(names) > 30
    assert [name for name in names if name in text] == []
    own = summary.rules()
    said = [own.sentences[code] for codes in own.paragraphs for code in codes]
    codes = {slot.code for one in said for template in one.templates() for slot in parse(template).slots() if slot.token != "neu"}
    assert not {code for code in codes if code.startswith(("KL_", "DHVP_", "TC_", "KN_N", "DON_", "AN_VU", "KD_"))}


def test_every_figure_that_it_names_exists_and_its_words_fill() -> None:
    own = summary.rules()
    for template in (text for one in own.sentences.values() for text in one.templates()):
        for slot in parse(template).slots():
            assert isinstance(slot, Slot)
            assert slot.code in FIGURES
    assert own.tasks.lines in FIGURES


def test_a_sentence_that_only_the_summary_has_is_reworded_with_its_figures_live_and_says_when_they_changed(tmp_path: Path) -> None:
    with open_demo(tmp_path / "demo") as opened:
        store, half = opened.store, period(opened.store, "2019-H1")
        shown = showing.draw(store, half, None)
        codes = [said.code for said in shown.sentences(outline.SUMMARY)]
        assert codes == list(outline.of_summary())
        writing = Writing(store, half, None, demo.USER)
        writing.reword("KB", "Đã khám bệnh cho {CARE_KHAM_N:n} người; chi {CARE_KHAM_MONEY:tren_trieu}.", shown.live.lookup)
        writing.reword("KL", "Tất cả góp phần xây dựng đơn vị vững mạnh toàn diện.", shown.live.lookup)
        assert writing.changed_keys() == {outline.SUMMARY}
        writing.save()
        text = plain(built(opened))
        assert "Đã khám bệnh cho 545 người; chi trên 65 triệu đồng. Tặng 320 suất quà" in text
        assert text.endswith("ở các cơ quan, đơn vị. Tất cả góp phần xây dựng đơn vị vững mạnh toàn diện.")
        again = showing.draw(store, half, None)
        assert [one for one in again.warnings if "sửa lời" in one] == []
        assert {item.key: item.state for item in again.items}[outline.SUMMARY] == "generated"
        store.save("care", samples.care(unit=None) | {"unit": store.names.find("unit", "DV02", "2019-04-10")}, demo.USER)
        assert {item.key: item.state for item in showing.draw(store, half, None).items}[outline.SUMMARY] == "changed"
        (told,) = [one for one in built(opened).warnings if "số liệu đã thay đổi" in one]
        assert "545 → 615" in told


@pytest.mark.parametrize("mark", ["", "; ", ". "])
def test_it_is_one_page_whatever_was_entered_and_says_what_gave_way(small: Office, mark: str) -> None:
    store = small.store
    name = "Ban Chỉ huy Phòng thủ khu vực số 12 - Thị xã Ngọc Bảo Trung Du"
    unit = store.save("unit", {"code": "KV12", "versions": [{"name": name, "level": "PTKV", "parent": samples.HS}]}, samples.USER)
    clause = "Nâng cao <b>chất lượng</b> công tác đảng, công tác chính trị trong từng cơ quan, đơn vị" + mark
    tasks = [{"no": number, "content": (f"{number} {clause}" * 300)[:19_990], "area": "GIAO_DUC", "lead": unit} for number in range(1, 9)]
    store.save("task", {"unit": unit, "event_from": "2019-06-15", "event_to": "2019-12-14", "tasks": tasks}, samples.USER)
    for type_name in ("education", "care", "propaganda", "inspection", "civil", "party", "mass"):
        store.save(type_name, {**samples.SAMPLES[type_name], "unit": unit}, samples.USER)
    papers = built(small, unit=unit)
    assert pdf.render_papers(papers).pages == 1
    text = plain(papers)
    assert text.count("nhiệm vụ trọng tâm:") == bool(mark), "a task that cannot be told whole in its first clause is left out"
    for words in ("giáo dục chính trị, pháp luật cho", "tin, bài, ảnh", "khám bệnh"):
        assert words in text, "what can be told of the half-year stays"
    if mark:
        assert any("đã bỏ" in warning for warning in papers.warnings), papers.warnings


def test_a_task_that_begins_with_a_name_keeps_its_capital() -> None:
    small_letter, kept = summary._inside("Đẩy mạnh thi đua"), summary._inside("Ban CHQS huyện Kim Lộc làm điểm")  # noqa: SLF001
    assert (small_letter, kept) == ("đẩy mạnh thi đua", "Ban CHQS huyện Kim Lộc làm điểm")
    assert summary._inside("LLVT tỉnh làm điểm") == "LLVT tỉnh làm điểm"  # noqa: SLF001


def test_the_command_line_writes_it_and_refuses_what_it_cannot(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NENNEP_DATA", str(copied(tmp_path_factory.mktemp("office") / "demo")[0]))
    monkeypatch.setenv("NENNEP_PASSWORD", demo.PASSWORD)
    asked = ["report", "--period", "2019-H1", "--summary", "--out"]
    assert cli.main([*asked, str(tmp_path / "x.txt")]) == 0
    assert "95,8%" in (tmp_path / "x.txt").read_text("utf-8")
    assert capsys.readouterr().err == ""
    assert cli.main([*asked, str(tmp_path / "x.xlsx")]) == 1
    assert ".pdf, .docx hoặc .txt" in capsys.readouterr().err
    assert cli.main([*asked, str(tmp_path / "x.pdf"), "--sources"]) == 1
    assert "--sources" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.txt"]


def test_a_sentence_of_the_report_is_told_in_the_words_the_office_chose_for_it(small: Office) -> None:
    store = small.store
    store.save("education", samples.education(), samples.USER)
    words = [
        {"sentence": "GD.1", "text": "Đã học tập:\n- {EDU_TOPIC_N:n2} chuyên đề;\n- {EDU_TURN_N:n} lượt;", "seen": "EDU_TOPIC_N=7"},
        {"sentence": "TT.1", "text": "Chưa đăng tin, bài nào; số lượt học là {EDU_TURN_N:n}.", "seen": ""},
    ]
    store.save("report", {"unit": samples.HS, "period": "2019-H1", "wordings": words}, samples.USER)
    papers = built(small)
    turns = figures.compute(store, period(store, "2019-H1")).value("EDU_TURN_N").text
    assert f"Đã học tập: 01 chuyên đề; {turns} lượt." in plain(papers)
    assert "Trong 6 tháng, các cơ quan" not in plain(papers)
    assert "Chưa đăng tin" not in plain(papers), "nothing is told of what did not happen, in whatever words"
    (warning,) = papers.warnings
    assert "7 → 1" in warning
    printed = [run.code for block in papers.papers[0].before for run in getattr(block, "runs", ()) if isinstance(run, Number)]
    assert printed[:2] == ["EDU_TOPIC_N", "EDU_TURN_N"], "its figures lead to their records"


def test_the_smallest_size_is_used_only_where_it_must_be(small: Office) -> None:
    small.store.save("care", samples.care(), samples.USER)
    assert built(small).size == 14

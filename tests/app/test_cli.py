"""The command line as a person and a program meet it: what each command prints, and what wrong input gets (contract.md 6)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pypdf import PdfReader

from app import office
from db import keystore
from db.errors import ExpectedError
from tests import samples
from tests.app.cli_kit import HEAD, ROW, Run, expect_refusal, table

# -- the main job ------------------------------------------------------------------------------------------------------------


def test_records_in_figures_out_and_back_to_the_records(run: Run, tmp_path: Path) -> None:
    done = run("import", "education", table(tmp_path, ROW), "--json")
    assert done.code == 0
    assert done.json | {"import": "x"} == {"import": "x", "new": 1, "updated": 0, "already": 0, "doubtful": 0, "refused": []}
    figures = run("figures", "--period", "2019-h1", "--json").json
    assert (figures["period"], figures["from"], figures["to"], figures["unit"]) == ("2019-H1", "2018-12-15", "2019-06-14", "HS00")
    rate = figures["figures"]["EDU_RATE_AVG"]
    assert (rate["value"], rate["text"], rate["numerator"], rate["denominator"]) == (97.3, "97,3%", 409, 420)
    assert figures["figures"]["CARE_KHAM_N"] == {
        "label": "Đối tượng chính sách được khám bệnh, cấp thuốc",
        "value": 0,
        "unit": "đối tượng",
        "text": "0",
        "numerator": None,
        "denominator": None,
    }
    assert figures["figures"]["KD_DA_PCT"]["value"] is None
    assert figures["figures"]["KD_DA_PCT"]["text"] == "—"
    units = run("figures", "--period", "2019-H1", "--by", "unit", "--json").json["units"]
    assert list(units) == ["DV01", "DV02"]
    traced = run("trace", "EDU_TURN_N", "--period", "2019-H1", "--json").json
    assert traced["value"] == 409
    (record,) = traced["records"]
    assert record["unit"] == "DV01"
    assert record["date"] == "2019-01-02"
    assert record["part"] == 409
    shown = run("show", record["id"], "--json").json
    assert shown["audiences"][0]["present"] == 409
    assert run("show", record["id"][-8:]).code == 0
    history = run("history", record["id"], "--json").json["versions"]
    assert [version["state"] for version in history] == ["entered"]


def test_the_same_file_twice_adds_nothing_and_undo_takes_it_back(run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, ROW)
    before = run("check", "--json").json["counts"]
    first = run("import", "education", path, "--json").json
    assert run("import", "education", path, "--json").json["already"] == 1
    assert run("list", "education", "--json").json["total"] == 1
    assert run("undo-import", first["import"]).code == 0
    assert run("list", "education", "--state", "entered", "--json").json["total"] == 0
    assert run("import", "education", path, "--json").json["new"] == 1
    expect_refusal(run("undo-import", first["import"]), "đã được bỏ")
    assert run("check", "--json").json["ok"]
    assert before["education"] == 0


def test_preview_and_refused_rows_write_nothing(run: Run, tmp_path: Path) -> None:
    bad = table(tmp_path, ROW, ROW.replace("409", "500"), ROW.replace("02/01/2019", "31/02/2019"))
    assert run("import", "education", table(tmp_path, ROW, name="a.csv"), "--preview").code == 0
    refused = run("import", "education", bad, "--json")
    assert refused.code == 1
    assert refused.json["import"] is None
    places = [(one["row"], one["reason"]) for one in refused.json["refused"]]
    assert [row for row, _ in sorted(places)] == [3, 4]
    assert any("không có trong lịch" in reason for _, reason in places)
    assert run("list", "education", "--json").json["total"] == 0
    assert run("import", "education", bad, "--skip-refused").code == 0
    assert run("list", "education", "--json").json["total"] == 1


def test_a_draft_row_is_kept_as_typed_and_never_counted(run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, ROW.replace("02/01/2019", "31/02/2019") + ",Nháp", head=HEAD + ",Trạng thái")
    first = run("import", "education", path, "--json").json
    assert (first["new"], first["refused"]) == (1, [])
    listed = run("list", "education", "--state", "draft", "--json").json
    assert listed["total"] == 1
    assert "31/02/2019" in json.dumps(listed, ensure_ascii=False)
    assert run("import", "education", path, "--json").json["already"] == 1
    assert run("figures", "--period", "2019-H1", "--json").json["figures"]["EDU_SESSION_N"]["value"] == 0
    assert run("undo-import", first["import"]).code == 0
    assert run("list", "education", "--state", "NHAP", "--json").json["total"] == 0


def test_lists_search_without_accents_and_filter(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW, ROW.replace("DV01", "DV02").replace("T23", "T14"))).code == 0
    assert run("list", "education", "--search", "dan quan tu ve", "--json").json["total"] == 1
    assert run("list", "education", "--search", "Dần", "--json").json["total"] == 0
    assert run("list", "education", "--unit", "DV02", "--json").json["records"][0]["unit"] == "DV02"
    assert run("list", "education", "--period", "2019-H2", "--json").json["total"] == 0
    assert run("list", "unit", "--search", "dong giang", "--limit", 1, "--json").json["total"] == 1


def test_export_comes_back_as_already_there(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    for name in ("ra.xlsx", "ra.csv"):
        assert run("export", "education", tmp_path / name, "--period", "2019-H1").code == 0
        assert run("import", "education", tmp_path / name, "--json").json["already"] == 1
    assert run("export", "care", tmp_path / "mau.xlsx", "--empty").code == 0
    expect_refusal(run("export", "care", tmp_path / "mau.doc"), ".xlsx")


def test_a_csv_says_which_kinds_of_line_are_not_in_it(run: Run, tmp_path: Path) -> None:
    said = [run("export", "care", tmp_path / name, *more) for name in ("a.csv", "a.xlsx") for more in ([], ["--empty"])]
    assert [one.code for one in said] == [0] * 4
    expected = "Lưu ý: Tệp .csv chỉ chứa một bảng nên không có “Danh sách”, “Nguồn kinh phí”; hãy xuất ra .xlsx để có đủ.\n"
    assert [one.err for one in said] == [expected, expected, "", ""]
    assert run("export", "topic", tmp_path / "b.csv").err == ""


def test_a_report_of_a_period_without_records_is_a_valid_pdf(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "bao-cao.pdf"
    assert run("report", "--period", "2017-H2", "--out", out).code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    expect_refusal(run("report", "--period", "2017-H2", "--out", tmp_path / "khong" / "co.pdf"), "thư mục")
    expect_refusal(run("report", "--period", "2017-H2", "--out", tmp_path / "bao-cao.odt"), ".pdf")


def test_backup_and_restore_give_the_same_records_under_a_new_device(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    before = run("figures", "--period", "2019-H1", "--json").json
    expect_refusal(run("backup", "--to", tmp_path / "usb"), "Không thấy thư mục")
    (tmp_path / "usb").mkdir()
    assert run("backup", "--to", tmp_path / "usb").code == 0
    (saved,) = (tmp_path / "usb").glob("*.db")
    assert run("import", "education", table(tmp_path, ROW.replace("DV01", "DV02"), name="b.csv")).code == 0
    restored = run("restore", saved)
    assert restored.code == 0
    assert "Sẽ mất" in restored.out
    assert run("figures", "--period", "2019-H1", "--json").json == before
    assert run("check", "--json").json["ok"]
    expect_refusal(run("restore", tmp_path / "khong-co.db"), "sao lưu")


def test_people_passwords_and_roles(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NENNEP_NEW_PASSWORD", "chỉ huy đọc báo cáo")
    assert run("user", "add", "chihuy", "--name", "Trần Văn B", "--role", "commander").code == 0
    assert "chihuy" in run("--user", "admin", "user", "list").out
    expect_refusal(run("figures", "--period", "2019-H1"), "--user")
    monkeypatch.setenv("NENNEP_PASSWORD", "chỉ huy đọc báo cáo")
    assert run("figures", "--period", "2019-H1", "--user", "chihuy").code == 0
    expect_refusal(run("--user", "chihuy", "import", "education", table(tmp_path, ROW)), "chihuy")
    monkeypatch.setenv("NENNEP_NEW_PASSWORD", "mật khẩu khác hẳn")
    assert run("password", "--user", "chihuy").code == 0
    expect_refusal(run("figures", "--period", "2019-H1", "--user", "chihuy"), "Sai mật khẩu")
    monkeypatch.setenv("NENNEP_PASSWORD", samples.PASSWORD)
    assert run("--user", "admin", "user", "disable", "chihuy").code == 0
    assert run("check", "--json").json["ok"]


def test_erase_needs_a_reason_and_leaves_the_count(run: Run, tmp_path: Path) -> None:
    people = table(tmp_path, "Nguyễn Văn Hùng,1948,079048000123,Phú Lâm", head="Họ và tên,Năm sinh,Số giấy tờ,Xã")
    assert run("import", "beneficiary", people).code == 0
    (record,) = run("list", "beneficiary", "--json").json["records"]
    assert record["values"]["id_no"] == "0xx…123"
    assert run("erase", record["id"], "--reason", "theo đơn").code == 0
    assert run("list", "beneficiary", "--search", "hung", "--json").json["total"] == 0
    assert run("list", "beneficiary", "--json").json["total"] == 1
    assert run("rebuild").code == 0
    assert run("check").code == 0


def test_a_draft_is_listed_and_shown_as_typed_without_its_identity_number(run: Run, tmp_path: Path) -> None:
    people = table(tmp_path, "Nguyễn Văn Hùng,31/02/1948,079048000123,Phú Lâm,Nháp", head="Họ và tên,Năm sinh,Số giấy tờ,Xã,Trạng thái")
    assert run("import", "beneficiary", people).code == 0
    listed = run("list", "beneficiary", "--state", "draft", "--search", "phu lam")
    assert "Phú Lâm" in listed.out
    assert "079048000123" not in listed.out
    assert "Hùng" not in listed.out
    assert run("list", "beneficiary", "--state", "NHAP", "--search", "phú thọ", "--json").json == {"total": 0, "records": []}
    (draft,) = run("list", "beneficiary", "--state", "NHAP", "--json").json["records"]
    assert draft["values"]["id_no"] == "0xx…123"
    shown = run("show", draft["id"][-8:])
    assert "Năm sinh: 31/02/1948" in shown.out
    assert "Số giấy tờ: 0xx…123" in shown.out
    as_json = run("show", draft["id"], "--json").json
    assert (as_json["id"], as_json["state"], as_json["id_no"]) == (draft["id"], "draft", "0xx…123")
    expect_refusal(run("history", draft["id"]), "list")


def test_a_draft_shows_its_lines(run: Run, tmp_path: Path) -> None:
    drafted = table(tmp_path, ROW.replace("420,420,409", "420,abc,409") + ",TRA_LAI", head=HEAD + ",Trạng thái")
    assert run("import", "education", drafted).code == 0
    (draft,) = run("list", "education", "--state", "NHAP", "--json").json["records"]
    assert "Đối tượng học 1: Đối tượng: DQ_CD; Quân số: 420; Quân số phải học: abc" in run("show", draft["id"]).out
    expect_refusal(run("list", "education", "--state", "NHAP", "--unit", "DV01"), "--unit")
    expect_refusal(run("list", "education", "--state", "NHAP", "--period", "2019-H1"), "--period")


def test_a_new_password_goes_before_the_forgotten_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run("init", "--unit", "DV05", "--unit-name", "Ban A", "--level", "district", "--data", tmp_path / "moi")
    monkeypatch.setenv("NENNEP_RECOVERY_CODE", made.out.split("Mã khôi phục: ")[1].splitlines()[0])
    monkeypatch.setenv("NENNEP_NEW_PASSWORD", "một mật khẩu mới tinh")
    assert run("recover", "--data", tmp_path / "moi").code == 0
    expect_refusal(run("check", "--data", tmp_path / "moi"), "Sai mật khẩu")
    monkeypatch.setenv("NENNEP_PASSWORD", "một mật khẩu mới tinh")
    assert run("check", "--data", tmp_path / "moi").code == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals of this kind here")
def test_at_a_terminal_the_used_code_ends_only_when_a_group_of_the_new_one_was_typed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "moi"
    made = run("init", "--unit", "DV05", "--unit-name", "Ban A", "--level", "district", "--data", folder)
    codes = [made.out.split("Mã khôi phục: ")[1].splitlines()[0]]
    monkeypatch.setenv("NENNEP_NEW_PASSWORD", "một mật khẩu mới tinh")
    ours, theirs = os.openpty()
    with os.fdopen(theirs) as terminal, os.fdopen(ours, "w") as person:
        monkeypatch.setattr("sys.stdin", terminal)
        for word in ("sai", ""):
            monkeypatch.setenv("NENNEP_RECOVERY_CODE", codes[-1])
            person.write(f"{word}\n")
            person.flush()
            found = run("recover", "--data", folder)
            codes.append(found.out.split("Mã khôi phục: ")[1].splitlines()[0])
            assert found.code == 1
            assert "mã cũ và mã mới đều còn mở được" in found.err
    assert keystore.unlock_with_code(folder, codes[1]).keystore.offered  # typed whole, it was on paper: it took the place of the first
    assert keystore.unlock_with_code(folder, codes[2])
    with pytest.raises(ExpectedError, match="không phải của dữ liệu này"):
        keystore.unlock_with_code(folder, codes[0])


def test_a_table_is_not_written_where_no_file_can_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bang.xlsx").mkdir()
    for arguments in (
        ("export", "topic", tmp_path / "khong" / "bang.xlsx"),
        ("export", "topic", tmp_path / "khong" / "bang.csv", "--empty"),
        ("export", "topic", tmp_path / "bang.xlsx"),
    ):
        expect_refusal(run(*arguments), "thư mục")
    assert list((tmp_path / "bang.xlsx").iterdir()) == []


def test_a_refused_import_ends_its_reasons_once(run: Run, tmp_path: Path) -> None:
    refused = run("import", "education", table(tmp_path, ROW.replace("02/01/2019", "31/02/2019"), ROW.replace("420,420", "420,65.4")))
    assert refused.code == 1
    assert ".;" not in refused.err
    assert ".." not in refused.err


# -- wrong usage and wrong input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [(), ("bay",), ("import",), ("figures",), ("list", "education", "--limit", "nhiều"), ("init", "--level", "xã")]
)
def test_wrong_usage_is_exit_2_in_vietnamese(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert "cách dùng" in result.err
    assert "lỗi" in result.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("figures", "--period", "2019"), "2026-H1"),
        (("figures", "--period", "1944-H1"), "1945"),
        (("figures", "--period", "2019-H1", "--unit", "DV77"), "DV01"),
        (("trace", "EDU_MANY", "--period", "2019-H1"), "EDU_TURN_N"),
        (("trace", "XX", "--period", "2019-H1"), "CARE_KHAM_N"),
        (("list", "schools"), "education"),
        (("show", "abcdef"), "list"),
        (("show", "abc"), "6 ký tự"),
        (("history", "%%%%%%%%"), "list"),
        (("undo-import", "x"), "import"),
        (("list", "unit", "--period", "2019-H1"), "--period"),
        (("list", "education", "--state", "xong"), "entered"),
        (("import", "education", "/khong/co/tep.xlsx"), "Không thấy"),
        (("restore", "/khong/co.db"), "sao lưu"),
    ],
)
def test_unknown_names_are_refused_naming_the_valid_ones(run: Run, arguments: tuple[str, ...], word: str) -> None:
    expect_refusal(run(*arguments), word)


def test_wrong_password_missing_user_and_missing_office(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expect_refusal(run("check", "--user", "ai"), "admin")
    expect_refusal(run("check", "--data", tmp_path / "trong"), "init")
    expect_refusal(run("check", "--password-file", tmp_path / "khong"), "tệp mật khẩu")
    (tmp_path / "mk").write_text(samples.PASSWORD + "\r\nthừa", encoding="utf-8")
    assert run("check", "--password-file", tmp_path / "mk").code == 0
    monkeypatch.setenv("NENNEP_PASSWORD", "sai rồi nhé các anh")
    expect_refusal(run("check"), "Sai mật khẩu")


def test_init_refuses_a_folder_that_is_not_empty_and_weak_passwords(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init = ("init", "--unit", "DV05", "--unit-name", "Ban CHQS huyện Châu Phong", "--level", "district", "--parent", "HS00")
    expect_refusal(run(*init), "không trống")
    monkeypatch.setenv("NENNEP_PASSWORD", "1234567890")
    expect_refusal(run(*init, "--data", tmp_path / "moi"), "ật khẩu")
    monkeypatch.setenv("NENNEP_PASSWORD", samples.PASSWORD)
    made = run(*init, "--data", tmp_path / "moi")
    assert made.code == 0
    assert "Mã khôi phục: " in made.out
    code = made.out.split("Mã khôi phục: ")[1].splitlines()[0]
    monkeypatch.setenv("NENNEP_RECOVERY_CODE", code[:-1] + ("1" if code[-1] != "1" else "2"))
    expect_refusal(run("recover", "--data", tmp_path / "moi"), "khôi phục")
    monkeypatch.setenv("NENNEP_RECOVERY_CODE", code)
    monkeypatch.setenv("NENNEP_PASSWORD", "một mật khẩu mới tinh")
    assert run("recover", "--data", tmp_path / "moi").code == 0
    assert run("check", "--data", tmp_path / "moi").code == 0


def test_what_makes_no_office_leaves_no_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usb").mkdir()
    copy = Path(run("backup", "--to", tmp_path / "usb").out.split(": ", 1)[1].strip())
    new = tmp_path / "moi"
    expect_refusal(run("restore", tmp_path / "usb" / "khong.db", "--data", new), "Không thấy")
    monkeypatch.setenv("NENNEP_PASSWORD", "1234567890")
    expect_refusal(run("restore", copy, "--data", new), "Sai mật khẩu")
    expect_refusal(run("init", "--unit", "A1", "--unit-name", "Ban A", "--level", "district", "--data", new), "ật khẩu")
    for code in ("A/1", "..", "A 1", "a:b", "-A"):  # it stands in the names of the files that are exchanged
        made = run("init", f"--unit={code}", "--unit-name", "Ban A", "--level", "district", "--data", new)
        expect_refusal(made, "chỉ gồm chữ, số")
    assert not new.exists()
    new.mkdir()
    (new / "thư.txt").write_text("của tôi", encoding="utf-8")
    expect_refusal(run("restore", copy, "--data", new), "Sai mật khẩu")
    assert (new / "thư.txt").exists()
    monkeypatch.setenv("NENNEP_PASSWORD", samples.PASSWORD)
    assert run("restore", copy, "--data", tmp_path / "moi 2").code == 0
    assert run("check", "--data", tmp_path / "moi 2").code == 0


def test_a_report_is_submitted_approved_reprinted_and_amended(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    on = ("--period", "2019-H1")
    assert "Bản dự thảo" in run("approval", "status", *on).out
    expect_refusal(run("approval", "approve", *on), "Chưa chọn độ mật")
    expect_refusal(run("approval", "approve", *on, "--secrecy", "MAT"), "không dùng cho tài liệu mật")
    for action in ("submit", "approve"):
        expect_refusal(run("approval", action, *on, "--secrecy", "KHONG"), "còn thiếu: mục “Hạn chế”; “Địa danh”; “Người ký”")
    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as opened:
        samples.signable(opened.store)
    submitted = run("approval", "submit", *on)
    assert (submitted.code, submitted.err.count("Lưu ý: ")) == (0, 2)
    assert "Chưa có số liệu nào của: " in submitted.err
    expect_refusal(run("approval", "approve", *on, "--secrecy", "KHONG"), "Còn mục chưa có gì: 1. Thuận lợi;", "thêm --yes")
    approved = run("approval", "approve", *on, "--secrecy", "KHONG", "--yes")
    assert "Đã duyệt và chốt" in approved.out
    assert "người duyệt cũng là người lập" in approved.out
    first, again = tmp_path / "1.pdf", tmp_path / "2.pdf"
    assert run("report", *on, "--out", first).code == 0
    assert run("report", *on, "--out", again).code == 0
    assert again.read_bytes() == first.read_bytes()
    locked = run("import", "education", table(tmp_path, ROW.replace("02/01", "06/03"), name="b.csv"))
    assert locked.code == 1
    assert "đã chốt" in locked.out + locked.err
    expect_refusal(run("approval", "amend", *on), "lý do")
    assert run("approval", "amend", *on, "--reason", "Thiếu một buổi").code == 0
    assert run("report", *on, "--out", tmp_path / "3.pdf").code == 0
    assert (tmp_path / "3.pdf").read_bytes() != first.read_bytes()
    assert run("report", *on, "--turn", 0, "--out", tmp_path / "4.pdf").code == 0
    assert (tmp_path / "4.pdf").read_bytes() == first.read_bytes(), "the original beside its amendment"
    expect_refusal(run("report", *on, "--turn", 1, "--out", tmp_path / "5.pdf"), "Không có bản đã duyệt thứ 1", "0 (0 là bản chính)")
    assert run("report", *on, "--turn", 0, "--out", tmp_path / "4.docx").code == 0
    expect_refusal(run("report", *on, "--turn", 0, "--out", tmp_path / "4.txt"), "Chưa ghi được báo cáo dạng “.txt”", ".docx hoặc .xlsx")
    expect_refusal(run("report", *on, "--turn", 0, "--summary", "--out", tmp_path / "5.pdf"), "chỉ cùng --period")
    stage = run("approval", "status", *on, "--json").json
    assert (stage["stage"], stage["reason"], stage["approvals"][0]["turn"]) == ("draft", "Thiếu một buổi", 0)
    assert run("import", "education", table(tmp_path, ROW.replace("02/01", "06/03"), name="b.csv")).code == 0


def test_a_second_instance_is_refused_naming_the_holder(run: Run, tmp_path: Path) -> None:
    from db.connection import Lock

    with Lock(tmp_path / "office", "cửa sổ phần mềm"):
        expect_refusal(run("check"), "Phần mềm đang mở ở cửa sổ khác.", "cửa sổ phần mềm")
    assert run("check").code == 0


def test_reading_commands_write_nothing(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    before = run("check", "--json").json["counts"]
    (record,) = run("list", "education", "--json").json["records"]
    size = _journal(tmp_path)
    for arguments in (
        ("list", "education"), ("show", record["id"]), ("history", record["id"]), ("figures", "--period", "2019-H1"),
        ("trace", "EDU_TURN_N", "--period", "2019-H1"), ("report", "--period", "2019-H1", "--out", tmp_path / "x.pdf"), ("check",),
        ("import", "education", table(tmp_path, ROW, name="c.csv"), "--preview"),
    ):  # fmt: skip
        assert run(*arguments).code == 0
    assert _journal(tmp_path) == size
    assert run("check", "--json").json["counts"] == before


def _journal(tmp_path: Path) -> str:
    from app import office

    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as opened:
        return opened.store.chain_end()


def test_a_report_can_be_written_as_another_kind_of_document(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "bao-cao.pdf"
    assert run("report", "--period", "2019-H1", "--out", out, "--profile", "DANG_2018").code == 0
    words = PdfReader(out).pages[0].extract_text()
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    refused = run("report", "--period", "2019-H1", "--out", out, "--profile", "DANG_1975")
    assert refused.code == 1
    assert "DANG_2018" in refused.err

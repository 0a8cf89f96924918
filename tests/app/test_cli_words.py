"""What people read at the command line: words instead of codes, short names of imports, one reason for one cause."""

from __future__ import annotations

import json
from pathlib import Path

from tests import samples
from tests.app.cli_kit import HEAD, ROW, Run, expect_refusal, table


def test_a_file_that_does_not_open_is_json_too(run: Run, tmp_path: Path) -> None:
    (database,) = (tmp_path / "office").glob("data-*.db")
    database.write_bytes(b"x" * 8192)
    broken = run("check", "--json")
    assert broken.code == 1
    assert (broken.json["ok"], broken.json["counts"]) == (False, {})
    assert broken.json["problems"] == [broken.err.removeprefix("Lỗi: ").rstrip("\n")]
    assert run("check").out == ""


def test_keys_that_do_not_open_are_json_too(run: Run, tmp_path: Path) -> None:
    keys = tmp_path / "office" / "keys.json"
    keys.write_text(keys.read_text(encoding="utf-8").replace("admin", "admln"), encoding="utf-8")
    broken = run("check", "--json")
    assert broken.code == 1
    assert "keys.bak" in broken.json["problems"][0]
    nowhere = run("check", "--json", "--data", tmp_path / "trong")
    assert (nowhere.code, nowhere.json["ok"]) == (1, False)


def test_a_list_says_states_days_and_units_in_words(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    line, total = run("list", "education").out.splitlines()
    _, day, unit, state, title = line.split("\t")
    assert (day, unit, state) == ("02/01/2019", "Ban CHQS thành phố Hà Sơn", "Đã nhập")
    assert "Dân quân tự vệ bảo vệ Tổ quốc" in title
    assert total == "1/1 bản ghi."
    (record,) = run("list", "education", "--json").json["records"]
    assert (record["date"], record["unit"], record["state"]) == ("2019-01-02", "DV01", "entered")


def test_a_list_of_units_names_them(run: Run) -> None:
    lines = run("list", "unit").out.splitlines()
    assert any("DV02 · Ban CHQS thị xã Đông Giang" in line for line in lines)
    assert any("T14 · Bản chất, truyền thống của Quân đội" in line for line in run("list", "topic").out.splitlines())
    assert any("CB01 · Chi bộ Cơ quan" in line for line in run("list", "party-org").out.splitlines())


def test_a_unit_and_an_office_are_listed_with_what_they_are_and_stand_under_in_their_newest_words(run: Run, tmp_path: Path) -> None:
    head = "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên,Hiệu lực từ,Hiệu lực đến"
    rows = ("KV1,Ban CHQS huyện Cũ,HUYEN,HS00,,30/06/2025", "KV1,Ban chỉ huy khu vực 1,PTKV,HS00,01/07/2025,")
    assert run("import", "unit", table(tmp_path, *rows, head=head)).code == 0
    (line,) = (line for line in run("list", "unit").out.splitlines() if "KV1" in line)
    said = "KV1 · Ban chỉ huy khu vực 1 · Phòng thủ khu vực · Đơn vị cấp trên: Bộ CHQS tỉnh Hà Sơn · Hiệu lực từ: 01/07/2025"
    assert line.endswith(f"Đã nhập\t{said}")
    assert "HS00 · Cơ quan ban hành: BỘ CHQS TỈNH HÀ SƠN" in run("list", "office").out


def test_a_list_says_what_was_studied_where_it_is_in_no_catalogue_and_names_its_days(run: Run, tmp_path: Path) -> None:
    briefing = ROW.replace("T23", "").replace("HOC_TAP", "QUAN_TRIET")
    assert run("import", "education", table(tmp_path, briefing + ",Nghị quyết 28", head=HEAD + ",Nội dung khác")).code == 0
    assert "nghị quyết, chỉ thị · Nghị quyết 28\n" in run("list", "education").out
    period = table(tmp_path, "2030-H1,01/01/2030,30/06/2030", head="Mã kỳ,Từ ngày,Đến ngày")
    assert run("import", "period", period).code == 0
    assert "2030-H1 · Từ ngày 01/01/2030 · Đến ngày 30/06/2030\n" in run("list", "period").out


def test_a_list_of_persons_tells_one_from_another_until_a_name_is_erased(run: Run, tmp_path: Path) -> None:
    head = "Họ và tên,Năm sinh,Số giấy tờ,Xã,Diện đối tượng,Đơn vị"
    rows = ("Nguyễn Thị Kín,1930,012345678901,Xã Một,THUONG_BINH,DV01", "Trần Văn Giấu,~1948,012345678902,Xã Một,THUONG_BINH,DV01")
    assert run("import", "beneficiary", table(tmp_path, *rows, head=head)).code == 0
    listed = run("list", "beneficiary").out
    assert "\tNguyễn Thị Kín · 1930 · Xã Một" in listed
    assert "\tTrần Văn Giấu · khoảng 1948 · Xã Một" in listed
    assert "012345678901" not in listed
    (kin,) = run("list", "beneficiary", "--search", "kin", "--json").json["records"]
    assert run("erase", kin["id"], "--reason", "theo đơn").code == 0
    assert "Kín" not in run("list", "beneficiary").out


def test_figures_and_the_records_behind_them_name_their_unit(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW)).code == 0
    assert "Đơn vị: HS00 Bộ CHQS tỉnh Hà Sơn." in run("figures", "--period", "2019-H1").out.splitlines()[0]
    line = run("trace", "EDU_TURN_N", "--period", "2019-H1").out.splitlines()[1]
    assert line.split("\t")[1:4] == ["02/01/2019", "Ban CHQS thành phố Hà Sơn", "409"]


def test_a_record_shows_its_warnings_in_words(run: Run, tmp_path: Path) -> None:
    assert run("import", "education", table(tmp_path, ROW.replace("409", "200"))).code == 0
    (record,) = run("list", "education", "--json").json["records"]
    shown = run("show", record["id"]).out
    assert "  Cảnh báo: Tỷ lệ tham gia thấp, đề nghị kiểm tra lại hoặc ghi lý do. Lý do: chưa có\n" in shown
    assert "E7@" not in shown


def test_one_reason_answers_the_warnings_of_a_period_after_they_were_seen_and_is_taken_back_as_a_whole(run: Run, tmp_path: Path) -> None:
    low = [ROW.replace("409", "200").replace("02/01/2019", day) for day in ("02/01/2019", "09/01/2019", "20/07/2018")]
    assert run("import", "education", table(tmp_path, ROW.replace("02/01", "03/01"), *low)).code == 0
    size, on = _journal(tmp_path), ("education", "--period", "2019-H1")
    seen = run("explain", *on)
    assert seen.out.count("  Cảnh báo: Tỷ lệ tham gia thấp") == 2
    assert "Sẽ ghi lý do cho 2 bản ghi" in seen.out
    assert _journal(tmp_path) == size
    expect_refusal(run("explain", *on, "--reason", "  "), "Chưa có lý do")
    done = run("explain", *on, "--reason", "mưa lũ")
    assert "Đã ghi lý do cho 2 bản ghi." in done.out
    name = done.out.split("undo-explain ")[1].strip()
    open_now = [one["open_warnings"] for one in run("list", "education", "--json").json["records"]]
    assert sum(map(bool, open_now)) == 1
    (late,) = (one["id"] for one in run("list", "education", "--json").json["records"] if one["open_warnings"])
    alone = run("explain", "education", late[-8:], "--reason", "trực chiến", "--json").json
    assert (alone["changed"], alone["written"], alone["refused"]) == (1, True, [])
    assert "không bản ghi nào" in run("explain", "education").out
    assert "Đã lấy lại lý do của 2 bản ghi." in run("undo-explain", name).out
    expect_refusal(run("undo-explain", name), "đã lấy lại rồi")
    for other in ("1-2", "x", "5", name.split("-")[0] + "-999999"):
        expect_refusal(run("undo-explain", other), "lần ghi lý do")
    assert "Sẽ ghi lý do cho 2 bản ghi" in run("explain", *on).out
    expect_refusal(run("explain", "care", late), "education")


def test_what_is_typed_in_words_or_as_a_code_is_understood_and_the_nearest_is_named(run: Run, tmp_path: Path) -> None:
    assert run("list", "Đơn vị").out == run("list", "unit").out
    assert run("list", "tuyen truyen, van hoa, van nghe").code == 0
    expect_refusal(run("list", "educaton"), "Gần đúng: education (Giáo dục chính trị, pháp luật).")
    expect_refusal(run("list", "giáo dục"), "Gần đúng: education")
    expect_refusal(run("import", table(tmp_path, ROW), "education"), "LOẠI trước, TỆP sau")
    expect_refusal(run("list", "xyz"), "Các loại: education", "period")
    assert "Ban CHQS thành phố Hà Sơn" in run("show", "dv01").out
    assert "tạo bản ghi" in run("history", "T23").out
    expect_refusal(run("show", "HS00"), "Có nhiều bản ghi mang mã", "Cơ quan …", "Đơn vị …")
    expect_refusal(run("show", "01a20000"), "ký tự cuối (không phải đầu)")
    expect_refusal(run("list", "education", "--unit", "DV1"), "Không tìm thấy “DV1”", "Gần đúng: DV01 (Ban CHQS thành phố Hà Sơn)")
    expect_refusal(run("list", "education", "--unit", "dong giang"), "Gần đúng: DV02 (Ban CHQS thị xã Đông Giang).")
    expect_refusal(run("list", "education", "--unit", "Sao Hỏa"), "Các đơn vị: DV01 (")
    wrong = run("list", "unit", "--limit", "nhiều")
    assert "cần một số, không phải 'nhiều'" in wrong.err
    assert "thiếu tham số: LOẠI, GIẤY, --out\n" in run("paper").err


def test_a_refused_step_of_approval_names_the_option_that_is_missing_and_its_choices(run: Run, tmp_path: Path) -> None:
    on = ("--period", "2019-H1")
    for refused in (run("approval", "approve", *on), run("approval", "approve", *on, "--secrecy", "bí mật")):
        expect_refusal(refused, "--secrecy, một trong: KHONG (Không), LUU_HANH_NOI_BO (Lưu hành nội bộ), MAT (Mật trở lên)")
    expect_refusal(run("approval", "approve", *on, "--secrecy", "mật"), "không dùng cho tài liệu mật")
    expect_refusal(run("approval", "return", *on), "--reason")
    empty = run("report", "--period", "2050-H1", "--out", tmp_path / "a.docx")
    assert "kỳ này chưa có bản ghi nào" in empty.err
    expect_refusal(run("sync", "accept", samples.T23), "đến sau khóa")
    expect_refusal(run("sync", "revoke", "abcd", "--after", "1"), "Chưa máy nào đăng ký")


def test_a_cancelled_record_owes_no_reason(run: Run, tmp_path: Path) -> None:
    done = run("import", "education", table(tmp_path, ROW.replace("409", "200")), "--json").json
    assert "còn cảnh báo" in run("check").out
    assert run("undo-import", done["import"]).code == 0
    assert "còn cảnh báo" not in run("check").out


def test_a_history_says_states_and_moments_in_words(run: Run, tmp_path: Path) -> None:
    done = run("import", "education", table(tmp_path, ROW), "--json").json
    (record,) = run("list", "education", "--json").json["records"]
    assert run("undo-import", done["import"]).code == 0
    first, second = run("history", record["id"]).out.splitlines()
    assert "\tĐã nhập\t" in first
    assert done["import"][:13] in first
    assert done["import"] not in first
    assert "\tĐã hủy\t" in second
    at = run("history", record["id"], "--json").json["versions"][0]["at"]
    assert f"\t{at[8:10]}/{at[5:7]}/{at[:4]} {at[11:16]}\t" in first


def test_an_import_is_named_by_its_beginning(run: Run, tmp_path: Path) -> None:
    done = run("import", "education", table(tmp_path, ROW))
    (record,) = run("list", "education", "--json").json["records"]
    full = run("history", record["id"], "--json").json["versions"][0]["import"]
    assert f"nennep undo-import {full[:13]})" in done.out
    assert full not in done.out
    expect_refusal(run("undo-import", full[:3]), "4 ký tự")
    expect_refusal(run("undo-import", "ffff"), "Không có lần nhập")
    assert run("undo-import", full[:13].upper()).code == 0
    expect_refusal(run("undo-import", full[:13]), "đã được bỏ")


def test_an_ambiguous_beginning_names_the_imports(run: Run, tmp_path: Path) -> None:
    ids = [
        run("import", "education", table(tmp_path, ROW.replace("DV01", code), name=f"{code}.csv"), "--json").json["import"]
        for code in ("DV01", "DV02")
    ]
    expect_refusal(run("undo-import", ids[0][:5]), "Có 2 lần nhập", ids[0][:13], ids[1][:13], "Giáo dục chính trị")
    assert run("list", "education", "--state", "entered", "--json").json["total"] == 2
    assert run("undo-import", ids[0][:13]).code == 0
    assert run("list", "education", "--state", "entered", "--json").json["total"] == 1


def test_erasing_nothing_says_so_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    people = table(tmp_path, "Nguyễn Văn Hùng,1948,079048000123,Phú Lâm", head="Họ và tên,Năm sinh,Số giấy tờ,Xã")
    assert run("import", "beneficiary", people).code == 0
    (record,) = run("list", "beneficiary", "--json").json["records"]
    assert "1 phiên bản" in run("erase", record["id"], "--reason", "theo đơn").out
    size = _journal(tmp_path)
    again = run("erase", record["id"], "--reason", "theo đơn")
    assert again.code == 0
    assert "Không có gì để xóa" in again.out
    assert run("history", record["id"]).out.splitlines()[-1].endswith("Quản trị\t\txóa hẳn thông tin riêng tư: theo đơn")
    assert "0 phiên bản" not in again.out
    assert run("import", "education", table(tmp_path, ROW), "--preview").code == 0
    assert "Không có gì để xóa" in run("erase", samples.T23, "--reason", "theo đơn").out
    assert _journal(tmp_path) == size


def test_a_class_without_a_topic_is_refused_once(run: Run, tmp_path: Path) -> None:
    refused = run("import", "education", table(tmp_path, ROW.replace("T23", "")), "--json").json["refused"]
    assert [(one["row"], one["column"]) for one in refused] == [(2, "Chuyên đề")]
    briefing = ROW.replace("T23", "").replace("HOC_TAP", "QUAN_TRIET")
    reasons = run("import", "education", table(tmp_path, briefing), "--json").json["refused"]
    assert len(reasons) == 1
    assert "nội dung khác" in json.dumps(reasons, ensure_ascii=False)
    assert run("import", "education", table(tmp_path, briefing + ",Nghị quyết 28", head=HEAD + ",Nội dung khác")).code == 0


def test_a_preview_says_by_its_exit_code_whether_the_import_would_be_refused(run: Run, tmp_path: Path) -> None:
    bad = table(tmp_path, ROW, ROW.replace("409", "500"))
    assert run("import", "education", table(tmp_path, ROW, name="a.csv"), "--preview").code == 0
    refused = run("import", "education", bad, "--preview", "--json")
    assert refused.code == 1
    assert refused.json["new"] == 1
    assert "--skip-refused" in refused.err
    assert run("import", "education", bad, "--preview", "--skip-refused").code == 0
    assert run("list", "education", "--json").json["total"] == 0
    assert "mã thoát 1" in " ".join(run("import", "--help").out.split())


def _journal(tmp_path: Path) -> str:
    from app import office

    with office.open_office(tmp_path / "office", None, samples.PASSWORD, "thử") as opened:
        return opened.store.chain_end()

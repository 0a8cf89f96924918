"""The command line (contract.md 6): arguments in, one function of ``app.commands`` called, an exit code out.

0 done, 1 an expected error (one line: what is wrong, what to do), 2 wrong usage. Never a traceback for bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from app import log
from db.connection import translate

_WORDS = {
    "usage: ": "cách dùng: ",
    "positional arguments": "tham số",
    "options": "tùy chọn",
    "optional arguments": "tùy chọn",
    "show this help message and exit": "in hướng dẫn này rồi thôi",
    "%(prog)s: error: %(message)s\n": "%(prog)s: lỗi: %(message)s\n",
    "the following arguments are required: %s": "còn thiếu tham số: %s",
    "unrecognized arguments: %s": "không hiểu tham số: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "không có lựa chọn %(value)r; hãy chọn một trong: %(choices)s",
    "expected one argument": "cần một giá trị đi kèm",
    "expected at least one argument": "cần ít nhất một giá trị đi kèm",
    "expected %s argument": "cần %s giá trị đi kèm",
    "expected %s arguments": "cần %s giá trị đi kèm",
    "argument %(argument_name)s: %(message)s": "tham số %(argument_name)s: %(message)s",
    "invalid %(type)s value: %(value)r": "cần một số, không phải %(value)r",
    "not allowed with argument %s": "không dùng cùng tham số %s",
    "one of the arguments %s is required": "cần một trong các tham số %s",
    "ambiguous option: %(option)s could match %(matches)s": "tham số %(option)s chưa rõ, có thể là %(matches)s",
    "ignored explicit argument %r": "không nhận giá trị %r",
    "cannot have multiple subparser arguments": "chỉ được một lệnh",
}

LONGEST_NAME = 200
"""Characters of a code, an id or a name in an argument; a longer one is a mistake that no message repeats."""


def _vietnamese(text: str) -> str:
    return _WORDS.get(text, text)


# argparse looks its messages up through these two names; there is no other way to give it words of ours.
argparse._ = _vietnamese  # type: ignore[attr-defined]
argparse.ngettext = lambda one, many, count: _vietnamese(one if count == 1 else many)  # type: ignore[attr-defined]


class _Parser(argparse.ArgumentParser):
    """Names the record types below the help of a command that takes one."""

    def format_help(self) -> str:
        """Give the help; only here the record types are loaded."""
        if any(action.dest == "type" for action in self._actions):
            from app.console import listed_types

            self.epilog = f"Các loại: {listed_types()}."
        return super().format_help()


def named(text: str) -> str:
    """Give an argument that is a code, an id or a name; refuse one that is too long to be any."""
    if len(text) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"dài {len(text)} ký tự; nhiều nhất {LONGEST_NAME}")
    return text


def _common(parser: argparse.ArgumentParser) -> None:
    """Add what is accepted before or after the command; the last one given wins."""
    parser.add_argument("--data", metavar="THƯ MỤC", type=Path, default=argparse.SUPPRESS, help="thư mục dữ liệu (NENNEP_DATA)")
    parser.add_argument("--user", metavar="TÊN", type=named, default=argparse.SUPPRESS, help="người dùng (NENNEP_USER)")
    parser.add_argument(
        "--password-file", metavar="TỆP", type=Path, default=argparse.SUPPRESS, help="tệp có mật khẩu ở dòng đầu (hoặc NENNEP_PASSWORD)"
    )


class _Commands:
    """Collects the sub-commands."""

    def __init__(self) -> None:
        self.parser = _Parser(
            prog="nennep",
            description="Nền Nếp: ghi chép và báo cáo công tác đảng, công tác chính trị. Không ghi lệnh: mở cửa sổ.",
            epilog="“nennep LỆNH --help” nói từng lệnh. Mã thoát: 0 đã xong; 1 không làm được, một dòng nói vì sao và nên làm gì; "
            "2 sai cách dùng.",
        )
        _common(self.parser)
        self._sub = self.parser.add_subparsers(dest="command", metavar="LỆNH", required=True)

    def add(self, name: str, help_text: str, *arguments: tuple[tuple[str, ...], dict[str, Any]]) -> argparse.ArgumentParser:
        """Declare one command with its arguments."""
        command = self._sub.add_parser(name, help=help_text, description=help_text)
        _common(command)
        for names, options in arguments:
            command.add_argument(*names, **options)
        return command


def _argument(*names: str, **options: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return names, options


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of the whole command line."""
    from app.sync.arguments import add_sync

    commands = _Commands()
    as_json = _argument("--json", action="store_true", help="in JSON")
    period = _argument("--period", metavar="KỲ", type=named, required=True, help="kỳ báo cáo, ví dụ 2019-H1")
    some_period = _argument("--period", metavar="KỲ", type=named, help="kỳ báo cáo, ví dụ 2019-H1")
    unit = _argument("--unit", metavar="MÃ", type=named, help="đơn vị (mã hoặc tên); bỏ trống: đơn vị mình")
    kind = _argument("type", metavar="LOẠI", type=named, help="loại bản ghi: education, inspection, care …")
    record = _argument("id", metavar="MÃ", type=named, help="mã bản ghi, hoặc ít nhất 6 ký tự cuối")
    several = "mã bản ghi, hoặc ít nhất 6 ký tự cuối; bỏ trống: mọi bản ghi theo bộ lọc"
    records = _argument("ids", metavar="MÃ", type=named, nargs="*", default=[], help=several)
    search = _argument("--search", metavar="CHỮ", default="", help="tìm chữ, không cần dấu")
    commands.add(
        "init",
        "tạo dữ liệu mới cho một cơ quan trong thư mục trống",
        _argument("--unit", metavar="MÃ", type=named, required=True, help="mã đơn vị"),
        _argument("--unit-name", metavar="TÊN", type=named, required=True, help="tên đơn vị"),
        _argument("--level", choices=("province", "district"), required=True, help="cấp: tỉnh (province) hoặc huyện (district)"),
        _argument("--parent", metavar="MÃ", type=named, help="mã đơn vị cấp trên"),
    )
    commands.add(
        "demo",
        "tạo và mở dữ liệu mẫu, cùng một cấp trên và hai đơn vị để thử gửi nhận tệp",
        _argument("--no-window", action="store_true", help="không mở cửa sổ"),
    )
    commands.add(
        "import",
        "nhập bảng XLSX hoặc CSV",
        kind,
        _argument("file", metavar="TỆP", type=Path, help="bảng sẽ nhập: .xlsx hoặc .csv"),
        _argument(
            "--preview",
            action="store_true",
            help="chỉ xem trước, không ghi gì; mã thoát 1 khi lần nhập sẽ bị từ chối (có dòng lỗi mà không có --skip-refused)",
        ),
        _argument("--skip-refused", action="store_true", help="bỏ qua dòng có lỗi, nhập các dòng còn lại"),
        _argument("--ignore", metavar="CỘT", action="append", default=[], help="bỏ qua cột này (dùng được nhiều lần)"),
        as_json,
    )
    commands.add(
        "undo-import",
        "bỏ cả một lần nhập",
        _argument("id", metavar="MÃ", type=named, help="mã lần nhập (lệnh import in ra), hoặc ít nhất 4 ký tự đầu"),
    )
    commands.add(
        "export",
        "xuất bảng XLSX hoặc CSV",
        kind,
        _argument("file", metavar="TỆP", type=Path, help="tệp sẽ ghi: .xlsx hoặc .csv"),
        some_period,
        _argument("--empty", action="store_true", help="mẫu trống để nhập, kèm danh mục mã"),
        _argument("--with-names", action="store_true", help="kèm họ tên, giấy tờ (thông tin riêng tư)"),
    )
    commands.add(
        "list",
        "liệt kê bản ghi",
        kind,
        search,
        some_period,
        unit,
        _argument("--state", metavar="TRẠNG THÁI", type=named, help="draft (nháp), entered (đã nhập) hoặc cancelled (đã hủy)"),
        _argument("--limit", metavar="N", type=int, default=50, help="nhiều nhất N dòng, từ 1 (mặc định 50)"),
        as_json,
    )
    commands.add("show", "xem một bản ghi", record, as_json)
    commands.add("history", "xem các phiên bản của một bản ghi", record, as_json)
    commands.add(
        "explain",
        "ghi một lý do cho các cảnh báo chưa có lý do của một loại bản ghi; không ghi --reason: chỉ xem",
        kind,
        records,
        _argument("--reason", metavar="LÝ DO", help="lý do, ghi cho mọi cảnh báo chưa có; bỏ trống: xem bản ghi nào, cảnh báo gì"),
        search,
        some_period,
        unit,
        as_json,
    )
    commands.add(
        "undo-explain",
        "lấy lại cả một lần ghi lý do",
        _argument("id", metavar="MÃ", type=named, help="mã lần ghi (lệnh explain in ra), ví dụ 120-134"),
    )
    commands.add(
        "erase", "xóa hẳn thông tin riêng tư của một bản ghi", record, _argument("--reason", metavar="LÝ DO", required=True, help="lý do")
    )
    commands.add(
        "figures",
        "tính các chỉ tiêu của một kỳ",
        period,
        unit,
        _argument("--by", choices=("unit",), help="tính thêm theo từng đơn vị"),
        as_json,
    )
    commands.add(
        "trace",
        "các bản ghi đứng sau một con số",
        _argument("code", metavar="CHỈ TIÊU", type=named, help="mã chỉ tiêu, như lệnh figures in ra"),
        period,
        unit,
        as_json,
    )
    commands.add(
        "report",
        "in báo cáo của một kỳ",
        period,
        _argument("--out", metavar="TỆP", type=Path, required=True, help="tệp sẽ ghi: .pdf để ký, .docx để sửa tiếp, .xlsx là các phụ lục"),
        unit,
        _argument("--exact", action="store_true", help="in số chính xác thay cho “trên …”, “hàng …”"),
        _argument("--summary", action="store_true", help="bản tóm tắt một trang cho hội nghị, báo chí: .pdf, .docx hoặc .txt"),
        _argument("--profile", metavar="KIỂU", type=named, help="kiểu văn bản: HANH_CHINH hoặc DANG_2018; bỏ trống: theo báo cáo, cơ quan"),
        _argument("--turn", metavar="N", type=int, help="bản đã duyệt thứ N, như lúc duyệt: 0 là bản chính, 1, 2 … là bản bổ sung"),
        _argument("--sources", action="store_true", help="in thêm phụ lục nguồn số liệu: mỗi số tính thế nào, từ những bản ghi nào"),
    )
    commands.add(
        "paper",
        "in giấy tờ từ bản ghi: danh sách ký nhận, biên bản bàn giao; mỗi bản ghi một bản (ghi nhật ký)",
        kind,
        _argument("name", metavar="GIẤY", type=named, help="tên giấy của loại bản ghi: payment, handover …"),
        records,
        _argument("--out", metavar="TỆP", type=Path, required=True, help="tệp sẽ ghi: .pdf hoặc .docx"),
        search,
        some_period,
        unit,
    )
    commands.add(
        "approval",
        "trình, duyệt, chốt và bổ sung báo cáo của cơ quan mình",
        _argument("action", choices=("status", "submit", "return", "approve", "amend", "take"), metavar="VIỆC",
                  help="status: xem; submit: trình duyệt; return: trả lại; approve: duyệt và chốt; amend: mở bản bổ sung; "
                       "take: lấy lại tệp đã duyệt mà máy này không có"),
        period,
        _argument("--secrecy", metavar="MÃ", type=named, help="khi duyệt: KHONG hoặc LUU_HANH_NOI_BO"),
        _argument("--reason", metavar="LÝ DO", help="khi trả lại hoặc bổ sung"),
        _argument("--file", metavar="TỆP|THƯ MỤC", type=Path, help="khi lấy lại: tệp PDF đã duyệt, hoặc thư mục có tệp đó"),
        _argument("--yes", action="store_true", help="khi duyệt: đã xem những điều lệnh hỏi lại và vẫn duyệt"),
        as_json,
    )  # fmt: skip
    commands.add("check", "kiểm tra toàn bộ dữ liệu", as_json)
    commands.add("rebuild", "dựng lại các bảng từ nhật ký")
    commands.add(
        "backup",
        "sao lưu",
        _argument("--to", metavar="THƯ MỤC", type=Path, help="thư mục đã có sẽ chứa bản sao lưu; bỏ trống: sao-luu trong thư mục dữ liệu"),
    )
    commands.add(
        "restore",
        "khôi phục từ bản sao lưu",
        _argument("file", metavar="TỆP.db", type=Path, help="bản sao lưu, cạnh tệp .keys.json của nó"),
    )
    user = commands.add("user", "người dùng: thêm, khóa, liệt kê")
    actions = user.add_subparsers(dest="action", metavar="VIỆC", required=True)
    words = {"add": "thêm người dùng (mật khẩu đầu tiên: NENNEP_NEW_PASSWORD hoặc hỏi)", "disable": "khóa người dùng, đổi khóa dữ liệu"}
    words["list"] = "liệt kê người dùng, vai trò"
    add, disable, listing = (actions.add_parser(name, help=text, description=text) for name, text in words.items())
    add.add_argument("id", metavar="TÊN", type=named, help="tên đăng nhập")
    add.add_argument("--name", metavar="HỌ TÊN", type=named, required=True, help="họ tên")
    add.add_argument(
        "--role", metavar="VAI TRÒ", action="append", required=True, help="clerk, commander hoặc administrator (dùng được nhiều lần)"
    )
    disable.add_argument("id", metavar="TÊN", type=named, help="tên đăng nhập")
    for parser in (add, disable, listing):
        _common(parser)
    add_sync(commands.add("sync", "tệp gửi và nhận giữa các cơ quan"), _common, named)
    commands.add("password", "đổi mật khẩu của mình (mật khẩu mới: NENNEP_NEW_PASSWORD hoặc hỏi)")
    commands.add("recover", "đặt mật khẩu mới (NENNEP_NEW_PASSWORD hoặc hỏi) bằng mã khôi phục (NENNEP_RECOVERY_CODE hoặc hỏi)")
    return commands.parser


def _prepare_streams() -> None:
    """Make what stands for a screen and a keyboard usable: without them (closed, or none as in a service) nothing is shown or read."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  (for as long as the program runs)
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    _prepare_streams()
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as left:
        return int(left.code or 0) if not isinstance(left.code, str) else 2
    from app import commands  # the parser answers --help without opening the drawers below

    try:
        return commands.run(options)
    except KeyboardInterrupt:
        print("Đã dừng; việc chưa xong không được ghi.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader (head, less) has left; nothing more to say
        return 0
    except Exception as error:
        expected = translate(error)
        if expected is None:
            log.logger.exception("unexpected")
            kept = " Chi tiết ở nhật ký trong thư mục dữ liệu." if log.is_kept() else ""
            print(f"Lỗi của phần mềm ({_place(error)}).{kept} Hãy báo người bảo trì.", file=sys.stderr)
            return 1
        print(f"Lỗi: {expected}", file=sys.stderr)
        return 1


def _place(error: Exception) -> str:
    """Give the type of a defect and where it happened, without its text, which may hold what somebody typed."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"

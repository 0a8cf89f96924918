"""The arguments of ``nennep sync …``; apart from what they do, so that ``--help`` opens none of its drawers."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_sync(parser: argparse.ArgumentParser, common: Callable[[argparse.ArgumentParser], None], named: Callable[[str], str]) -> None:
    """Declare the sub-commands; ``common`` adds what every command takes, ``named`` bounds a code, an id or a name."""
    record = "mã bản ghi, hoặc ít nhất 6 ký tự cuối"
    sub = parser.add_subparsers(dest="action", metavar="VIỆC", required=True)

    def add(name: str, words: str) -> argparse.ArgumentParser:
        made = sub.add_parser(name, help=words, description=words)
        common(made)
        return made

    keys = add("keys", "khóa: xem; --make tạo, --words xem lại từ khóa, --rotate thay; --take nhận của cấp trên; --recover lấy từ két")
    keys.add_argument("--make", action="store_true", help="tạo khóa nhận tệp của cơ quan mình (một lần)")
    keys.add_argument("--rotate", action="store_true", help="thay khóa làm việc và khóa ký; khóa cất ở két giữ nguyên")
    keys.add_argument("--to", metavar="THƯ MỤC", help="nơi ghi tệp khóa; riêng nó: ghi lại tệp cho các đơn vị")
    keys.add_argument("--words", action="store_true", help="xem lại từ khóa của tệp ở két, khi chưa có ai gõ lại một nhóm từ phiếu")
    keys.add_argument("--sheet", metavar="TỆP.pdf", help="cùng --make hoặc --words: ghi phiếu từ khóa để in")
    keys.add_argument("--take", metavar="TỆP", help="tệp khóa của cấp trên")
    keys.add_argument("--digits", metavar="MÃ", type=named, default="", help="24 chữ số trong công văn của cấp trên")
    keys.add_argument("--recover", metavar="TỆP", help="tệp khóa dự phòng đầu tiên ở két, các tệp sau để cạnh (từ khóa: NENNEP_SAFE_WORDS)")
    enrol = add("enrol", "ghi tệp đăng ký máy này với cấp trên")
    enrol.add_argument("--to", metavar="THƯ MỤC", required=True, help="nơi ghi tệp")
    enrol.add_argument("--name", metavar="TÊN", type=named, default="", help="tên gọi của máy, ví dụ “Máy văn thư”")
    enrol.add_argument("--fresh", action="store_true", help="lấy danh tính mới, khi hai máy mang cùng danh tính (S09)")
    approve = add("approve", "duyệt máy đã đăng ký, sau khi so mã trên phiếu")
    approve.add_argument("device", metavar="MÁY", type=named, help="mã máy, hoặc những ký tự đầu")
    approve.add_argument("--digits", metavar="MÃ", type=named, required=True, help="24 chữ số trên phiếu đăng ký")
    approve.add_argument("--unit", metavar="MÃ", type=named, help="đơn vị của máy, khi khác điều máy tự khai")
    revoke = add("revoke", "thu hồi một máy")
    revoke.add_argument("device", metavar="MÁY", type=named, help="mã máy, hoặc những ký tự đầu")
    revoke.add_argument("--after", metavar="N", type=int, required=True, help="mục cuối cùng còn nhận")
    out = add("out", "ghi tệp gửi cấp trên: mọi thay đổi chưa được xác nhận")
    out.add_argument("--to", metavar="THƯ MỤC", required=True, help="nơi ghi tệp, ví dụ USB")
    out.add_argument("--all", action="store_true", help="gửi lại từ mục đầu tiên")
    out.add_argument("--with-lists", action="store_true", help="kèm họ tên, giấy tờ (thông tin riêng tư)")
    out.add_argument("--no-slip", action="store_true", help="không in phiếu bàn giao")
    come = add("in", "nhập tệp nhận được, hoặc cả thư mục")
    come.add_argument("files", metavar="TỆP|THƯ MỤC", nargs="+", help="tệp .nnp, hoặc thư mục (USB) có những tệp ấy")
    come.add_argument("--preview", action="store_true", help="chỉ xem trước, không ghi gì")
    come.add_argument("--accept-cancelled", action="store_true", help="nhập cả tệp hủy nhiều bản ghi")
    back = add("return", "ghi tệp trả về cho một đơn vị")
    back.add_argument("--unit", metavar="MÃ", type=named, required=True, help="đơn vị nhận (mã hoặc tên)")
    back.add_argument("--to", metavar="THƯ MỤC", required=True, help="nơi ghi tệp, ví dụ USB")
    back.add_argument("--rebuild", action="store_true", help="kèm mọi tệp đơn vị đã gửi, để khôi phục máy đã hỏng trên máy mới")
    back.add_argument("--reset", action="store_true", help="đề nghị đơn vị gửi lại tất cả")
    state = add("status", "tình hình gửi nhận")
    state.add_argument("--period", metavar="KỲ", type=named, help="thêm bảng: kỳ này đơn vị nào đã gửi, đang chờ, chưa có gì")
    verify = add("verify", "kiểm tra một tệp, không nhập")
    verify.add_argument("file", metavar="TỆP", help="tệp .nnp")
    ask = add("ask", "đề nghị đơn vị làm rõ một bản ghi")
    ask.add_argument("id", metavar="MÃ", type=named, help=record)
    ask.add_argument("--text", metavar="NỘI DUNG", required=True, help="điều cần làm rõ")
    choose = add("choose", "chọn phiên bản của bản ghi mà hai máy cùng sửa")
    choose.add_argument("id", metavar="MÃ", type=named, help=record)
    choose.add_argument("version", metavar="MÁY/SỐ", type=named, help="phiên bản được giữ, như lệnh sync status in ra")
    accept = add("accept", "tính cả những thay đổi đến sau khi khóa kỳ")
    accept.add_argument("id", metavar="MÃ", type=named, nargs="+", help="mã bản ghi đầy đủ, như lệnh sync status in ra")
    for one in (come, state):
        one.add_argument("--json", action="store_true", help="in JSON")

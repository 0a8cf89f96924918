"""What F1 says about a question: its own help, how to answer it, when it must be answered, and the document it rests on. No window here."""

from __future__ import annotations

from functools import singledispatch

from db.message import Joined, Message
from db.questions import Choice, Choices, Day, Link, LongText, Money, PartialDay, Question, Tenths, Text, Whole, Year, YesNo

CODES_SHOWN = 8
"""Codes of a list that are named; the list itself has the rest."""


def title(question: Question) -> str:
    """Give the name of a question, with its unit where the name does not say it."""
    return Message("{label} ({unit})", label=question.label, unit=question.unit) if question.unit else question.label


def lines(question: Question, day: str | None = None) -> list[str]:
    """Give the sentences about a question, in the order in which they are read; ``day`` is the ISO day of the code lists (None: today)."""
    said: list[str] = []
    if question.help:
        said.append(_sentence(question.help))
    said += _how(question, day)
    if question.required is True:
        said.append(Message("Phải trả lời."))
    elif callable(question.required):
        said.append(Message("Có khi phải trả lời, tùy các câu trả lời khác."))
    if question.when is not None:
        said.append(Message("Chỉ hỏi khi các câu trả lời khác cần đến."))
    if question.preset is not None:
        said.append(Message("Để trống thì lấy giá trị in mờ trong ô."))
    if question.masked:
        said.append(Message("Che bớt trên màn hình; Ctrl+Shift+H hiện đủ, và việc đó được ghi lại."))
    elif question.private:
        said.append(Message("Là thông tin riêng của người được ghi."))
    basis = _bases(question, day)
    if basis:
        said.append(Message("Căn cứ: {basis}.", basis=Joined("; ", basis)))
    return said


def _bases(question: Question, day: str | None) -> list[str]:
    """Give the documents a question rests on: its own, and those of its code list that hold on ``day``."""
    found = [question.legal_basis]
    if isinstance(question, Choice):
        found += [question.codes.attribute(code, "legal_basis", day) for code in question.codes.codes(day)]
    return list(dict.fromkeys(filter(None, found)))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else Message("{text}.", text=text)


@singledispatch
def _how(question: Question, day: str | None) -> list[str]:
    """Give how a kind of question is answered, with examples."""
    return []


@_how.register
def _text(question: Text, day: str | None) -> list[str]:
    return [Message("Viết tự do, nhiều nhất {limit} ký tự.", limit=question.limit)]


@_how.register
def _long(question: LongText, day: str | None) -> list[str]:
    return [Message("Viết tự do, nhiều nhất {limit} ký tự; Shift+Enter xuống dòng.", limit=question.limit)]


@_how.register
def _whole(question: Whole, day: str | None) -> list[str]:
    return [Message("Số nguyên, như 1245 hoặc 1.245."), *_rules(question)]


@_how.register
def _tenths(question: Tenths, day: str | None) -> list[str]:
    return [Message("Số có thể lẻ một chữ số, như 14 hoặc 14,5."), *_rules(question)]


@_how.register
def _year(question: Year, day: str | None) -> list[str]:
    return [Message("Năm đủ bốn chữ số, như 2019."), *_rules(question)]


@_how.register
def _money(question: Money, day: str | None) -> list[str]:
    return [Message("Số đồng, như 65.400.000; viết gọn được: 65tr, 65,4tr, 1,2 tỷ."), *_rules(question)]


def _rules(question: Question) -> list[str]:
    """Give what the rules of a number say about one that is far too small."""
    return list(dict.fromkeys(message for rule in question.rules if (message := rule(-1))))


@_how.register
def _day(question: Day, day: str | None) -> list[str]:
    return [Message("Ngày, như 05/03/2024. Gõ tắt: 5, 0503, 050324, 5/3/24; t là hôm nay; + và - là ngày sau, ngày trước; Alt+↓ mở lịch.")]


@_how.register
def _partial(question: PartialDay, day: str | None) -> list[str]:
    return [Message("Ngày, tháng hoặc năm, biết đến đâu ghi đến đó: 03/05/1948, 5/1948, 1948; chưa chắc thì ~1948.")]


@_how.register
def _choice(question: Choice, day: str | None) -> list[str]:
    return [Message("Một mục của danh mục: gõ số thứ tự, mã hoặc chữ đầu; Alt+↓ mở danh mục."), *_codes(question, day)]


@_how.register
def _choices(question: Choices, day: str | None) -> list[str]:
    return [Message("Một hay nhiều mục: chọn xong từng mục nhấn Enter; Enter ở chỗ trống sang ô tiếp."), *_codes(question, day)]


def _codes(question: Choice, day: str | None) -> list[str]:
    codes = question.codes.codes(day)
    named = Joined("; ", [Joined(" ", (str(at), question.codes.label(code, day))) for at, code in enumerate(codes[:CODES_SHOWN], 1)])
    if len(codes) > CODES_SHOWN:
        return [Message("{named}; … (cả {count} mục: Alt+↓).", named=named, count=len(codes))]
    return [Message("{named}.", named=named)]


@_how.register
def _yes_no(question: YesNo, day: str | None) -> list[str]:
    return [Message("Có hoặc Không (gõ c, k, 1 hoặc 0); để trống là chưa trả lời.")]


@_how.register
def _link(question: Link, day: str | None) -> list[str]:
    return [Message("Gõ mã, tên hoặc vài chữ của tên, có dấu hay không dấu đều được; chưa có trong danh mục thì Ctrl+Shift+N thêm mới.")]

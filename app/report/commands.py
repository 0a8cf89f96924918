"""The commands ``figures``, ``trace``, ``report``, ``paper`` and ``approval``: thin functions over an open office."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from app import console, figures, tracing, users
from app.figures import FigureValue
from app.listing import Listing, Wanted
from app.office import Office
from app.periods import Period, period
from app.report import approval
from app.unit_tree import own_unit, unit_named
from db.catalogues import code_list
from db.errors import ExpectedError
from db.questions import shown_day
from db.record import fixed_uid
from db.store import Store

Options = argparse.Namespace


def run(opened: Office, options: Options) -> int:
    """Run one of them; give the exit code."""
    return _COMMANDS[options.command](opened, options)


def _value(found: FigureValue) -> dict[str, Any]:
    value = found.value / 10 if found.in_tenths and isinstance(found.value, int) else found.value
    nothing = value is None and found.is_total  # a sum over no records is 0; only annexes tell nothing from zero
    return {
        "label": found.figure.label,
        "value": 0 if nothing else value,
        "unit": found.figure.unit,
        "text": "0" if nothing else found.text,
        "numerator": found.numerator,
        "denominator": found.denominator,
    }


def _figures(opened: Office, options: Options) -> int:
    chosen = period(opened.store, options.period)
    unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
    computed = figures.compute(opened.store, chosen, unit)
    names = opened.store.names
    result: dict[str, Any] = {
        "period": chosen.code,
        "from": chosen.start,
        "to": chosen.end,
        "unit": names.code("unit", computed.scope.unit),
        "figures": {code: _value(found) for code, found in computed.all().items()},
    }
    if options.by == "unit":
        result["units"] = {
            names.code("unit", row): {
                "name": names.label("unit", row, chosen.end),
                "figures": {code: _value(found) for code, found in computed.all(row).items()},
            }
            for row in computed.rows()
        }
    if options.json:
        console.show_json(result)
    else:
        for line in console.figure_lines(result, names.label("unit", computed.scope.unit, chosen.end)):
            print(line)
    return 0


def _trace(opened: Office, options: Options) -> int:
    chosen = period(opened.store, options.period)
    figures.figure_of(options.code)
    unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
    computed = figures.compute(opened.store, chosen, unit)
    found = computed.value(options.code)
    records = tracing.trace(computed, options.code)
    if options.json:
        console.show_json({"code": found.figure.code, "value": _value(found)["value"], "records": records})
        return 0
    print(f"{found.figure.label}: {found.text}")
    for record in records:
        day = shown_day(record["date"]) if record["date"] else ""
        where = opened.store.names.label("unit", fixed_uid("unit", record["unit"]), record["date"])
        print("\t".join((record["id"], day, where, str(record["part"]), record["title"])))
    print(f"{len(records)} bản ghi.")
    return 0


def _report(opened: Office, options: Options) -> int:
    from app.report import sound, writing  # figures and trace need no drawing

    if options.profile is not None and options.profile not in (kinds := code_list("PROFILE")).codes():
        listed = ", ".join(f"{code} ({kinds.label(code, None)})" for code in kinds.codes())
        raise ExpectedError("profile", f"Không có kiểu văn bản “{options.profile}”.", f"Hãy chọn một trong: {listed}.")
    chosen = period(opened.store, options.period)
    unit = unit_named(opened.store, options.unit, chosen) if options.unit else None
    if options.summary and options.sources:
        raise ExpectedError("summary", "Bản tóm tắt không có phụ lục nguồn số liệu.", "Hãy bỏ --sources hoặc --summary.")
    if options.turn is not None:
        if unit not in (None, own_unit(opened.store)) or options.summary or options.sources or options.exact or options.profile:
            raise ExpectedError("turn", "Bản đã duyệt được ghi đúng như lúc duyệt.", "Hãy dùng --turn chỉ cùng --period và --out.")
        kept = approval.of_turn(opened.store, chosen, options.turn)
        written = writing.write_kept(opened.store, chosen, kept, options.out, opened.user, console.progress)
    elif options.summary:
        written = writing.write_summary(opened.store, chosen, options.out, unit, exact=options.exact or None)
    else:
        asked = {"exact": options.exact or None, "sources": options.sources, "profile": options.profile}
        written = writing.write(opened.store, chosen, options.out, unit, **asked, by=opened.user, progress=console.progress)
        if not sound.has_records(opened.store, chosen):
            print("Lưu ý: kỳ này chưa có bản ghi nào, báo cáo không có số liệu.", file=sys.stderr)
    print(f"Đã ghi {options.out}" + (f" ({written.pages} trang)." if written.pages else "."))
    for warning in filter(None, (written.notice, *written.warnings)):
        print(f"Lưu ý: {warning}", file=sys.stderr)
    return 0


def _paper(opened: Office, options: Options) -> int:
    from app.report import papers

    declared = console.record_type(options.type)
    rule = papers.rule_of(declared, options.name)
    store = opened.store
    chosen = period(store, options.period) if options.period else None
    if options.ids:
        ids = papers.rows_of(store, declared, [store.find_uid(one) for one in options.ids])
    else:
        unit = unit_named(store, options.unit, chosen) if options.unit else None
        ids = list(Listing(store, declared, Wanted(options.search, chosen, unit)).ids())
    written = papers.write(store, rule, ids, options.out, opened.user, progress=console.progress)
    print(f"Đã ghi {options.out}" + (f" ({written.pages} trang)." if written.pages else "."))
    for warning in written.warnings:
        print(f"Lưu ý: {warning}", file=sys.stderr)
    return 0


def _standing_lines(store: Store, found: approval.Standing, chosen: Period) -> Iterator[str]:
    """Say where the report of a period stands, then its approvals one by one."""
    named = users.authors(store)
    yield f"Báo cáo {chosen.name}: {approval.STAGES[found.stage]}." + (f" Lý do: {found.reason}." if found.reason else "")
    for one in found.approvals:
        which = f"Bổ sung lần {one.turn:02d}" if one.turn else "Bản chính"
        own = ", người duyệt cũng là người lập" if one.own else ""
        when = f"lúc {one.at[11:16]} ngày {shown_day(one.at[:10])}"
        lost = (
            "" if one.here else f"; tệp đã duyệt ở {approval.where(store, one.device)}: lưu tệp PDF ở đó rồi lấy lại (approval take --file)"
        )
        yield f"{which}: {named(one.by, one.device)} duyệt {when}, {one.records} bản ghi, mã báo cáo {one.hash[:12]}{own}{lost}."


def _secrecy(typed: str | None) -> str:
    """Give the code of a secrecy that was typed as code or in words."""
    from app.report.signing import secrecies

    title = f"Không có độ mật “{typed}”." if typed else "Chưa chọn độ mật của báo cáo."
    try:
        found = approval.TYPE.questions()["secrecy"].parse(typed or "")
    except ValueError:
        found = None
    if found is None:
        listed = ", ".join(f"{code} ({words})" for code, words in secrecies())
        raise ExpectedError("secrecy", title, f"Hãy thêm --secrecy, một trong: {listed}.")
    return str(found)


def _approval(opened: Office, options: Options) -> int:
    store, by, chosen = opened.store, opened.user, period(opened.store, options.period)
    if options.action in ("return", "amend") and not (options.reason or "").strip():
        raise ExpectedError("reason", "Chưa ghi lý do.", "Hãy thêm --reason “LÝ DO”.")
    if options.action == "submit":
        for doubt in approval.submit(store, chosen, by):
            print(f"Lưu ý: {doubt.words}", file=sys.stderr)
    elif options.action == "return":
        approval.give_back(store, chosen, by, options.reason or "")
    elif options.action == "amend":
        approval.amend(store, chosen, by, options.reason or "")
    elif options.action == "approve":
        from app.report.sound import EVERY_DOUBT

        approval.approve(store, chosen, by, _secrecy(options.secrecy), progress=console.progress, agreed=EVERY_DOUBT if options.yes else ())
    elif options.action == "take":
        if options.file is None:
            raise ExpectedError("file", "Chưa nói tệp PDF ở đâu.", "Hãy thêm --file TỆP.pdf, hoặc --file và thư mục có tệp đó.")
        approval.take_back(store, chosen, options.file, by)
    found = approval.standing(store, chosen)
    if options.json:
        console.show_json(asdict(found))
        return 0
    print("\n".join(_standing_lines(store, found, chosen)))
    return 0


_COMMANDS: dict[str, Callable[[Office, Options], int]] = {
    "figures": _figures,
    "trace": _trace,
    "report": _report,
    "paper": _paper,
    "approval": _approval,
}

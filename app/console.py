"""What commands print: records, versions and figures as lines of text for people, JSON for programs, how far a long work is."""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.history import Version
from app.import_ids import short_id
from app.reading import json_of
from app.roles import authors
from db.errors import ExpectedError
from db.questions import Choice, shown_day
from db.record import DRAFT, Record
from db.records import RECORD_TYPES
from db.store import Store
from db.text import search_key


def command() -> str:
    """Give what a person types here to start the program: as it is installed, or as the one who started it says."""
    return os.environ.get("NENNEP_COMMAND") or "nennep"


def record_type(name: str) -> type[Record]:
    """Give the record type of that name, or of that title; raise ExpectedError naming the nearest ones, else all."""
    wanted = search_key(name)
    known = {search_key(words): one for one, declared in RECORD_TYPES.items() for words in (declared.caption, declared.plural, one)}
    if wanted in known:
        return RECORD_TYPES[known[wanted]]
    if "/" in name or "." in name:
        raise ExpectedError("type", f"“{name}” không phải loại bản ghi.", f"Hãy ghi LOẠI trước, TỆP sau. Các loại: {listed_types()}.")
    near = [words for words in known if wanted and words.startswith(wanted)] or difflib.get_close_matches(wanted, known, 3)
    said = f"Gần đúng: {listed_types(dict.fromkeys(known[words] for words in near))}." if near else f"Các loại: {listed_types()}."
    raise ExpectedError("type", f"Không có loại bản ghi “{name}”.", said)


def listed_types(names: Iterable[str] = RECORD_TYPES) -> str:
    """Give the names of record types (all of them), each with its title, as commands take them."""
    return ", ".join(f"{known} ({RECORD_TYPES[known].plural})" for known in names)


def show_json(value: Any) -> None:
    """Print JSON for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def progress(done: int, total: int) -> None:
    """Show how far a long work is, where a person watches."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else "\r"
        print(f"  {done * 100 // max(total, 1):3d}% ({done}/{total})", end=end, file=sys.stderr, flush=True)


def record_line(store: Store, declared: type[Record], summary: Mapping[str, Any]) -> str:
    """Give a record of ``app.search.find`` on one line: id, date, unit, state and what it is, in words as the window shows them."""
    day = summary["date"]
    unit = summary["values"].get("unit") if summary["unit"] else None
    where = store.names.label("unit", unit, day) if unit else ""
    shown = (summary["id"], shown_day(day) if day else "", where, state_word(declared, summary["state"]), _title(store, declared, summary))
    return "\t".join(" ".join(text.split()) for text in shown)


def _title(store: Store, declared: type[Record], summary: Mapping[str, Any]) -> str:
    """Give the title after what tells one person from another, as the lists of the window do.

    A catalogue's record has its name in it too, where its listed answers do not hold it (a unit's do not), and the listed answers of its
    newest dated line.
    """
    values = summary["values"] if summary["state"] != DRAFT else {}
    private = [q.show(values[name]) for name, q in declared.questions().items() if q.private and q.in_list and name in values]
    title = " · ".join([*private, str(summary["title"])])
    if declared.catalogue and summary["id"] in store.names.catalogue(declared.type_name).records:
        name = store.names.label(declared.type_name, summary["id"], None)
        if name not in title:
            title = f"{title} · {name}"
    return " · ".join([title, *_newest(store, declared, values)])


def _newest(store: Store, declared: type[Record], values: Mapping[str, Any]) -> Iterator[str]:
    """Give the listed answers of the line that holds longest from its day on, each but a choice with its label; none for lines without."""
    for kind, line_type in declared.kinds.items():
        listed = {name: question for name, question in line_type.questions().items() if question.in_list}
        line: Mapping[str, Any] = max(values.get(kind) or (), key=lambda one: one.get("valid_from") or "", default={}) if listed else {}
        for name, question in listed.items():
            if line.get(name) is not None:
                text = question.show(line[name], store.names, line.get("valid_to"))
                yield text if isinstance(question, Choice) else f"{question.label}: {text}"


def state_word(declared: type[Record], code: str) -> str:
    """Give a state in words: ``Đã nhập``."""
    return declared.questions()["state"].show(code)


def version_line(store: Store, version: Version) -> str:
    """Give a version on one line: which, when, by whom, its state in words, from which import, what changed."""
    declared = store.types[store.versions(version.record)[-1].type]
    said = "; ".join(version.changes) or "không đổi câu trả lời nào"
    if version.import_id:
        said += f" (lần nhập {short_id(version.import_id)})"
    who = authors(store)(version.by, version.device)
    shown = (f"{version.device[:8]}/{version.seq}", _moment(version.at), who, state_word(declared, version.state), said)
    return "\t".join(" ".join(text.split()) for text in shown)


def erasure_lines(store: Store, uid: str) -> Iterator[str]:
    """Give, a line each, when the private answers of a record were erased, by whom and why."""
    for entry in store.audits("erase"):
        body, head = json_of(entry.body), entry.head
        if body.get("record") == uid:
            said = f"xóa hẳn thông tin riêng tư: {' '.join(str(body.get('reason', '')).split())}"
            yield "\t".join((f"{entry.device[:8]}/{entry.seq}", _moment(head["ts"]), authors(store)(head["u"], entry.device), "", said))


def _moment(at: str) -> str:
    return f"{shown_day(at[:10])} {at[11:16]}"


def figure_lines(result: Mapping[str, Any], unit_name: str) -> Iterator[str]:
    """Give what the command ``figures`` computed, a line each, unit after unit."""
    yield f"Kỳ {result['period']}: {shown_day(result['from'])} - {shown_day(result['to'])}. Đơn vị: {result['unit']} {unit_name}."
    blocks = [("", result["figures"])] + [(f"{code} {unit['name']}", unit["figures"]) for code, unit in result.get("units", {}).items()]
    for title, block in blocks:
        if title:
            yield f"\n{title}"
        for code, found in block.items():
            unit = found["unit"] if found["unit"] not in ("", "%") else ""
            yield f"{code:24}{found['text']:>18} {unit:16} {found['label']}"

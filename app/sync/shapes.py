"""What the parts of a package must look like, beyond being canonical JSON: keys, kinds of values, sizes. Raises ValueError in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from db.questions import Choices, Day, Question, Whole, YesNo
from db.record import MOST_LINES, Line, Record
from db.records import RECORD_TYPES

_device = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch
_hex64 = re.compile(r"[0-9a-f]{64}").fullmatch
_mark = re.compile(r"(?:[0-9a-f]{16})?").fullmatch
_hex128 = re.compile(r"[0-9a-f]{128}").fullmatch
_age = re.compile(r"age1[02-9ac-hj-np-z]{58}").fullmatch
_word = re.compile(r"[\x21-\x7e]{1,64}").fullmatch

Check = Callable[[Any], object]
MOST_STEPS = 64
"""From the first keys of a headquarters to those in use."""


def _text(least: int, most: int) -> Check:
    return lambda value: isinstance(value, str) and least <= len(value) <= most


def _number(least: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


def _like(pattern: Callable[[str], object]) -> Check:
    return lambda value: isinstance(value, str) and pattern(value)


def _vector(value: Any) -> bool:
    return isinstance(value, dict) and all(_device(key) and _number(0)(one) for key, one in value.items())


def _counts(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(1, 64)(key) and _number(1)(one) for key, one in value.items())


_OFFICE = _text(1, 40)
_COMMON: dict[str, Check] = {
    "kind": lambda value: value in ("data", "enrol", "return", "rebuild"),
    "bundle_id": _like(_device),
    "office": _OFFICE,
    "device": _like(_device),
    "dest": _OFFICE,
    "app": _text(1, 40),
    "min_reader": _number(1),
    "created": _text(1, 40),
    "hint_sha256": _like(_hex64),
    "n_frames": _number(0),
    "payload_len": _number(0),
    "payload_sha256": _like(_hex64),
    "raw_len": _number(0),
}
_KINDS: dict[str, dict[str, Check]] = {
    "data": {
        "bundle_no": _number(1),
        "schema": _number(1),
        "chain_device": _like(_device),
        "from_seq": _number(1),
        "to_seq": _number(1),
        "prev_hash": _like(_hex64),
        "head_hash": _like(_hex64),
        "ack_return_no": _number(0),
        "vector": _vector,
        "counts": _counts,
    },
    "enrol": {"office_name": _text(1, 200), "label": _text(1, 120), "public": _like(_hex64), "age": _like(_age)},
    "return": {"return_no": _number(1), "sign": _like(_hex64)},
    "rebuild": {"return_no": _number(1), "sign": _like(_hex64)},
}
_STEP: dict[str, Check] = {
    "by": _like(_hex64), "office": _OFFICE, "name": _text(1, 200), "sign": _like(_hex64), "working": _like(_age), "safe": _like(_age),
    "signature": _like(_hex128),
}  # fmt: skip
_HANDOVER: dict[str, Check] = {
    "handover": lambda value: isinstance(value, list) and 1 <= len(value) <= MOST_STEPS and all(map(_step, value))
}
_LINE: dict[str, Check] = {
    "section": _text(1, 20), "level": _number(1), "heading": _text(1, 300), "left_out": lambda value: isinstance(value, bool),
}  # fmt: skip
_MAY = {"return": _HANDOVER, "rebuild": _HANDOVER}
_HINT: dict[str, Check] = {
    "kind": _text(1, 16), "from": _text(1, 120), "to": _OFFICE, "bundle_no": _number(0), "created": _text(1, 40), "app": _text(1, 40),
}  # fmt: skip
_HEADER: dict[str, Check] = {
    "d": _like(_device), "n": _number(1), "lc": _number(1), "ts": _text(1, 40), "u": _text(1, 64),
    "k": lambda value: value in ("put", "audit"), "ty": _like(_word), "s": _number(1), "bh": _like(_hex64), "bl": _number(2),
    "b": lambda value: isinstance(value, list) and len(value) <= 64 and all(map(_base, value)),
}  # fmt: skip
_HEADER_MORE: dict[str, Check] = {
    "r": _text(1, 64), "im": _text(1, 64), "ih": _like(_hex64), "ph": _like(_hex64),
    "hb": lambda value: isinstance(value, list) and len(value) <= 64 and all(map(_like(_mark), value)),
}  # fmt: skip
_ITEMS: dict[str, dict[str, Check]] = {
    "receipt": {"device": _like(_device), "seq": _number(0), "hash": _text(0, 64)},
    "verdict": {"device": _like(_device), "bundle_no": _number(1), "verdict": _text(1, 16), "code": _text(0, 8), "at": _text(1, 40)},
    "missing": {"device": _like(_device), "first": _number(1), "last": _number(1)},
    "branch": {"device": _like(_device), "seq": _number(0), "hash": _text(0, 64), "last": _number(1), "head": _like(_hex64)},
    "lock": {"period": _text(1, 16), "start": _text(10, 10), "end": _text(10, 10)},
    "request": {"id": _like(_device), "record": _text(1, 64), "text": _text(1, 2000), "at": _text(1, 40), "by": _text(1, 200),
                "heads": lambda value: isinstance(value, list) and all(map(_base, value))},
    "certificate": {"device": _like(_device), "label": _text(1, 120), "public": _like(_hex64), "age": _like(_age),
                    "status": lambda value: value in ("approved", "revoked"), "since": _text(1, 40), "last_ok": _number(0)},
    "outline": {"period": _text(1, 16),
                "lines": lambda value: isinstance(value, list) and len(value) <= MOST_LINES and all(map(_line, value))},
    "catalogue": {"type": _like(_word), "uid": _like(_device), "body": lambda value: isinstance(value, dict)},
}  # fmt: skip


def _base(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and bool(_device(value[0])) and _is_number(value[1])


def _step(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == _STEP.keys() and all(check(value[name]) for name, check in _STEP.items())


def _line(value: Any) -> bool:
    return isinstance(value, dict) and "section" in value and all(name in _LINE and _LINE[name](one) for name, one in value.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _require(value: Any, must: Mapping[str, Check], may: Mapping[str, Check] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    for name, check in must.items():
        if name not in value:
            raise ValueError(f"{name} missing")
        if not check(value[name]):
            raise ValueError(name)
    for name in value.keys() - must.keys():
        if may is None or name not in may or not may[name](value[name]):
            raise ValueError(f"unknown or wrong: {name[:32]}")
    return value


def of_hint(value: Any) -> dict[str, Any]:
    """Check a hint."""
    return _require(value, _HINT)


def of_manifest(value: Any) -> dict[str, Any]:
    """Check a manifest of any kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("kind")
    _require(value, _COMMON | _KINDS[kind], _MAY.get(kind))
    if kind == "data" and value["from_seq"] > value["to_seq"]:
        raise ValueError("from_seq")
    return value  # type: ignore[no-any-return]


def of_newer(value: Any) -> dict[str, Any]:
    """Check what every version of a manifest has, of one that asks for a newer reader."""
    kind = value.get("kind")
    must, may = (_KINDS.get(kind, {}), _MAY.get(kind, {})) if isinstance(kind, str) else ({}, {})
    return _require(value, _COMMON | must, dict.fromkeys(value, lambda _: True) | may)


_MACHINE: dict[str, Check] = {
    "device": _like(_device), "office": _OFFICE, "office_name": _text(1, 200), "label": _text(1, 120), "public": _like(_hex64),
    "age": _like(_age),
}  # fmt: skip


def is_machine(value: Any) -> bool:
    """Tell whether the body of an audit entry names a machine with its keys."""
    return isinstance(value, dict) and all(name in value and check(value[name]) for name, check in _MACHINE.items())


_EARLIER: dict[str, Check] = {"device": _like(_device), "public": _like(_hex64), "proof": _like(_hex128)}


def is_earlier(value: Any) -> bool:
    """Tell whether the body of an audit entry names an earlier identity of the machine that wrote it."""
    return isinstance(value, dict) and all(name in value and check(value[name]) for name, check in _EARLIER.items())


def of_header(value: Any) -> dict[str, Any]:
    """Check a journal entry's header."""
    head = _require(value, _HEADER, _HEADER_MORE)
    if head["k"] == "put" and not _device(head.get("r", "")):
        raise ValueError("r")
    if len(head.get("hb", head["b"])) != len(head["b"]):
        raise ValueError("hb")
    return head


def of_item(value: Any) -> dict[str, Any]:
    """Check one item of a return."""
    what = value.get("what") if isinstance(value, dict) else None
    if not isinstance(what, str) or what not in _ITEMS:
        raise ValueError("what")
    return _require(value, _ITEMS[what] | {"what": lambda _: True})


_AUDITS = {"approve": ("period",), "erase": ("record",)}
"""What is read of audit entries of other offices; everything else in them is theirs."""


def of_answers(kind: str, type_name: str, schema: int, body: Any, private: Any) -> bool:
    """Check body and private answers of an entry against the declaration; True when the type or its schema is newer than ours.

    Only what folding relies on is checked: which kind of value an answer is. Rules are problems, shown and never refused here.
    """
    if not isinstance(body, dict):
        raise ValueError("body")
    if kind != "put":
        if private is not None:
            raise ValueError("private answers of an audit entry")
        if not all(isinstance(body.get(name), str) for name in _AUDITS.get(type_name, ())):
            raise ValueError(type_name)
        return False
    declared = RECORD_TYPES.get(type_name)
    if declared is None or schema > declared.schema:
        return True
    _answers(declared, body)
    for name, line_type in declared.kinds.items():
        lines = body.get(name, [])
        if not isinstance(lines, list) or len(lines) > MOST_LINES:
            raise ValueError(name)
        for line in lines:
            if not isinstance(line, dict):
                raise ValueError(name)
            _answers(line_type, line)
    moved, warned = body.get("moved_on"), body.get("warned", {})
    if moved is not None and _DAY.check(moved):
        raise ValueError("moved_on")
    if not isinstance(warned, dict) or not all(isinstance(reason, str) for reason in warned.values()):
        raise ValueError("warned")
    if private is not None:
        _private(declared, body, private)
    return False


_DAY = Day("Ngày")


def _answers(declared: type[Record] | type[Line], answers: Mapping[str, Any]) -> None:
    for name, check in _asked(declared, tuple(map(type, map(answers.get, declared.question_names())))):
        if not check(answers[name]):
            raise ValueError(name)


@lru_cache(4096)
def _asked(declared: type[Record] | type[Line], kinds: tuple[type, ...]) -> tuple[tuple[str, Check], ...]:
    """Give what is asked of answers beyond their kinds; ``kinds`` are those of all questions in order, None's where none is given.

    Most records of a type have answers of the same kinds. Raises ValueError for an answer of another kind than its question's.
    """
    asked: list[tuple[str, Check]] = []
    for (name, (kind, check)), given in zip(_fits(declared).items(), kinds, strict=True):
        if given is type(None):
            continue
        if given is not kind:
            raise ValueError(name)
        if check is not None:
            asked.append((name, check))
    return tuple(asked)


@cache
def _fits(declared: type[Record] | type[Line]) -> dict[str, tuple[type, Check | None]]:
    """Give, by question, which kind of value its answer is, and what else is asked of it. Whole numbers are no bool here."""
    return {name: _fit(question) for name, question in declared.questions().items()}


def _fit(question: Question) -> tuple[type, Check | None]:
    if isinstance(question, YesNo):
        return bool, None
    if isinstance(question, Whole):
        return int, None
    if isinstance(question, Choices):
        return list, lambda value: all(isinstance(one, str) and ";" not in one for one in value)
    if isinstance(question, Day):
        return str, lru_cache(4096)(lambda value: question.check(value) is None)
    return str, None


def _private(declared: type[Record], body: Mapping[str, Any], private: Any) -> None:
    if not isinstance(private, dict) or set(private) != {"answers", "lines", "salt"}:
        raise ValueError("private")
    if not isinstance(private["answers"], dict) or not isinstance(private["lines"], dict):
        raise ValueError("private")
    _answers(declared, private["answers"])
    for kind, rows in private["lines"].items():
        line_type, lines = declared.kinds.get(kind), body.get(kind, [])
        if line_type is None or not isinstance(rows, dict):
            raise ValueError("private lines")
        for index, answers in rows.items():
            if not index.isdecimal() or not index.isascii() or int(index) >= len(lines) or not isinstance(answers, dict):
                raise ValueError("private lines")
            _answers(line_type, answers)

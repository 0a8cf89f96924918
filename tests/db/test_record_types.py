"""The contract: every promise of a declaration, for every record type. A new record type arrives tested."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.office import Office
from db import fold, journal
from db.journal import decode, encode
from db.questions import Choice, Choices, Day, Derived, Link, LongText, Money, PartialDay, PersonName, Question, Tenths, Text, Whole, YesNo
from db.record import Line, Record, complete, problems
from db.records import FIGURES, RECORD_TYPES
from db.text import clean, header_key, search_key
from tests.samples import SAMPLES, USER

TODAY = "2026-11-22"
TYPES = pytest.mark.parametrize("declared", RECORD_TYPES.values(), ids=RECORD_TYPES)
MODELS = [model for declared in RECORD_TYPES.values() for model in (declared, *declared.kinds.values())]
QUESTIONS = [(model, name, question) for model in MODELS for name, question in model.questions().items()]
EVERY_QUESTION = pytest.mark.parametrize(("model", "name", "question"), QUESTIONS, ids=[f"{m.__name__}.{n}" for m, n, _ in QUESTIONS])

NFC_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30).map(clean)


def values(question: Question) -> st.SearchStrategy[Any]:
    """Any valid value of a question, None included."""
    if isinstance(question, Choices):
        codes = question.codes.codes(None)
        found = st.sets(st.sampled_from(codes), min_size=1).map(lambda some: [code for code in codes if code in some])
        return st.none() | found
    if isinstance(question, Choice):
        return st.none() | st.sampled_from(question.codes.codes(None))
    if isinstance(question, PartialDay):
        day = st.dates().map(lambda d: d.replace(year=d.year % 200 + 1900).isoformat() if d.day < 29 else "1948-05-03")
        return (
            st.none() | day | st.integers(1900, 2100).map(str) | st.integers(1900, 2100).map(lambda y: f"~{y}") | day.map(lambda d: d[:7])
        )
    if isinstance(question, Day):
        return st.none() | st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)).map(str)
    if isinstance(question, Whole):
        return st.none() | st.integers(0, 10**12)
    if isinstance(question, YesNo):
        return st.none() | st.booleans()
    if isinstance(question, Link):
        return st.none() | st.uuids().map(str)
    assert isinstance(question, Text)
    return st.none() | NFC_TEXT.filter(lambda t: 0 < len(t) <= question.limit)


def answers(model: type[Record] | type[Line]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values(question) for name, question in model.questions().items()})


@TYPES
def test_a_sample_is_saved_without_problems_and_reads_back_the_same(declared: type[Record], small: Office) -> None:
    uid = small.store.save(declared.type_name, SAMPLES[declared.type_name], USER)
    _, record = small.store.read(uid)
    expected = complete(declared, {**SAMPLES[declared.type_name], "uid": uid})
    assert {key: value for key, value in record.items() if key != "warned"} == expected
    assert "warned" not in record


@TYPES
def test_the_bytes_of_a_version_give_back_any_answers(declared: type[Record]) -> None:
    lines = {kind: st.lists(answers(line_type), max_size=3) for kind, line_type in declared.kinds.items()}

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.builds(lambda record, rows: {**record, **rows}, answers(declared), st.fixed_dictionaries(lines)))
    def holds(record: dict[str, Any]) -> None:
        whole = complete(declared, record | {"uid": "00000000-0000-7000-8000-000000000000"})
        body, private = encode(declared, whole)
        assert complete(declared, decode(whole["uid"], body, private)) == whole
        assert json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == body
        shown = json.loads(body)
        assert not declared.private_names() & set(shown)
        for kind, line_type in declared.kinds.items():
            assert all(not line_type.private_names() & set(line) for line in shown.get(kind, ()))

    holds()


@pytest.mark.parametrize(
    ("model", "name", "question"), [q for q in QUESTIONS if not isinstance(q[2], Link)], ids=lambda v: getattr(v, "__name__", str(v))
)
def test_what_is_shown_parses_back_to_the_same_value(model: type[Record], name: str, question: Question) -> None:
    @settings(max_examples=25, deadline=None)
    @given(values(question))
    def holds(value: Any) -> None:
        shown = question.parse(question.show(value))
        assert search_key(shown) == search_key(value) if isinstance(question, PersonName) and value else shown == value
        assert value is None or question.check(value) is None or isinstance(question, Whole)

    holds()


@EVERY_QUESTION
def test_any_text_parses_or_is_refused_with_words(model: type[Record], name: str, question: Question) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.text(max_size=60) | st.sampled_from(["", " ", "=1+1", "<b>", "31/02/2019", "65.4", "-5", "1e9", "\x00", "9" * 400, "٣"]))
    def holds(text: str) -> None:
        refusal, value = "", None
        try:
            value = question.parse(text)
        except ValueError as error:
            refusal = str(error)
        assert not refusal or refusal.endswith(".")
        assert value is None or isinstance(value, (str, int, list))
        if isinstance(value, str):
            assert unicodedata.is_normalized("NFC", value)

    holds()


@EVERY_QUESTION
def test_a_question_is_worded_and_its_options_are_known(model: type[Record], name: str, question: Question) -> None:
    assert question.label
    assert unicodedata.is_normalized("NFC", question.label)
    assert name.isascii()
    assert name == name.lower()
    if isinstance(question, Link):
        assert question.to in RECORD_TYPES
    if isinstance(question, Money):
        assert question.unit == "đồng"


@TYPES
def test_no_two_labels_of_a_sheet_fold_to_the_same_header(declared: type[Record]) -> None:
    for model in (declared, *declared.kinds.values()):
        keys = [header_key(label) for question in model.questions().values() for label in (question.label, *question.aliases)]
        assert len(keys) == len(set(keys)), model


@TYPES
def test_nothing_answered_is_problems_never_an_exception(declared: type[Record]) -> None:
    empty = complete(declared, {"uid": None})
    assert any(problem.level == "error" for problem in problems(declared, empty, TODAY))
    with_lines = complete(declared, {"uid": None, **{kind: [{}] for kind in declared.kinds}})
    assert problems(declared, with_lines, TODAY)


@TYPES
def test_garbage_of_any_kind_is_problems_never_an_exception(declared: type[Record]) -> None:
    junk = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.fixed_dictionaries({name: junk for name, q in declared.questions().items() if q.check(None) is not None or isinstance(q, Text)})
    )
    def holds(record: dict[str, Any]) -> None:
        clean = {name: value for name, value in record.items() if value is None or declared.questions()[name].check(value) is None}
        problems(declared, complete(declared, clean), TODAY)
        for name, value in record.items():
            if value is not None:
                declared.questions()[name].check(value)

    holds()


@pytest.mark.parametrize(
    ("birth", "said"),
    [("2050", True), ("~2050", True), ("2026-12", True), ("2026-11-23", True), ("2026-11-22", False), ("2026", False), ("~1948", False)],
)
def test_a_birth_in_the_future_is_a_warning(birth: str, said: bool) -> None:
    declared = RECORD_TYPES["beneficiary"]
    found = problems(declared, complete(declared, {"name": "Nguyễn Văn An", "birth": birth}), TODAY)
    assert [(one.where, one.level, one.code) for one in found] == [("birth", "warning", "NGAY")] * said


@TYPES
def test_tables_are_plain_folds_without_constraints(declared: type[Record], small: Office) -> None:
    for model in (declared, *declared.kinds.values()):
        sql = small.database.execute_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (model._meta.table_name,)).fetchone()[0]
        assert "CHECK" not in sql
        assert "REFERENCES" not in sql
        unique = small.database.execute_sql(f'PRAGMA index_list("{model._meta.table_name}")').fetchall()
        assert sum(row[2] for row in unique) == (1 if issubclass(model, Record) else 0)


@TYPES
def test_a_rebuild_gives_the_identical_state(declared: type[Record], small: Office) -> None:
    uid = small.store.save(declared.type_name, SAMPLES[declared.type_name], USER)
    small.store.cancel(uid, "thử hủy", USER)
    before = small.store.state_hash()
    small.store.rebuild()
    assert small.store.state_hash() == before
    assert list(small.store.differences(declared)) == []


@TYPES
def test_a_row_that_was_tampered_with_is_found_and_rebuilt(declared: type[Record], small: Office) -> None:
    uid = small.store.save(declared.type_name, SAMPLES[declared.type_name], USER)
    before = small.store.state_hash()
    small.store.execute(declared.update(note="sửa lén").where(declared.uid == uid))
    assert list(small.store.differences(declared)) == [uid]
    small.store.rebuild()
    assert small.store.state_hash() == before


@TYPES
def test_search_questions_are_found_by_their_words(declared: type[Record], small: Office) -> None:
    from app import search

    uid = small.store.save(declared.type_name, SAMPLES[declared.type_name], USER)
    text = small.store.search_text(declared, small.store.read(uid)[1])
    for word in text.split()[:3]:
        assert uid in [record["id"] for record in search.find(small.store, declared, words=word, limit=100).records]


def test_every_derived_column_survives_unanswered_records() -> None:
    for declared in RECORD_TYPES.values():
        record = complete(declared, {"uid": "x", **{kind: [{}] for kind in declared.kinds}})
        row, lines = fold.rows(declared, 1, "x", fold.Version("d", 1, 1, "", ""), record)
        assert len(row) == len(fold.layout(declared).columns)
        assert all(len(line) == len(fold.layout(declared.kinds[kind]).columns) for kind, found in lines.items() for line in found)


def test_figures_are_named_once_and_read_what_their_sources_group_by() -> None:
    for code, figure in FIGURES.items():
        assert code == figure.code
        assert figure.label
        for measure in figure.expression.measures:
            fields = measure.source.model._meta.fields
            assert all(column in fields for column in (*measure.columns, *measure.source.dims, measure.source.day, measure.source.unit))
            if measure.how == "distinct":
                assert set(measure.columns) <= set(measure.source.dims)


def test_no_declaration_shadows_what_the_fold_needs_of_peewee() -> None:
    for model in MODELS:
        assert callable(model.select)
        assert callable(model.update)
        assert callable(model.insert)
        assert callable(model.delete)
        assert all(not isinstance(getattr(model, name), (Question, Derived)) for name in ("select", "update", "_meta", "index"))
        base = Record if issubclass(model, Record) else Line
        kept = [name for name, field in base._meta.fields.items() if not isinstance(field, Question)]
        assert all(not isinstance(model._meta.fields[name], (Question, Derived)) for name in kept), model
        asked = {name for name, field in model._meta.fields.items() if isinstance(field, (Question, Derived))}
        taken = {name for name in asked - set(base._meta.fields) if hasattr(base, name) or name in base.__annotations__}
        assert taken <= {"alias"}, model


def test_long_and_short_texts_have_the_limits_of_the_contract() -> None:
    assert LongText("x").limit == 20_000
    assert journal.COLUMNS[0] == "device"


@pytest.mark.parametrize(
    ("text", "tenths"),
    [("14", 140), ("14,5", 145), ("14.5", 145), ("1.245", 12450), ("1.245,5", 12455), ("0,50", 5), ("-3,5", -35), (" ", None)],
)
def test_a_number_with_one_decimal_is_kept_as_tenths(text: str, tenths: int | None) -> None:
    question = Tenths("Số lượng")
    assert question.parse(text) == tenths
    assert tenths is None or question.parse(question.show(tenths)) == tenths


@pytest.mark.parametrize("text", ["14,55", "1,245,5", "14.55", "1e3", "1.24,5", "mười"])
def test_more_than_one_decimal_or_an_unclear_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Hãy"):
        Tenths("Số lượng").parse(text)


REQUIRED = {
    "education": "unit event_to form content_type topic lecturer_role",
    "education.audiences": "audience strength required present",
    "inspection": "unit event_from event_to kind planned actor actor_org decision_no decision_date content",
    "inspection.subjects": "subject_type org",
    "care": "unit event_to kind",
}
"""What domain.md A.0-A.3 marks R, by type and kind of line, of the samples: a class, a concluded round, a medical check."""


@pytest.mark.parametrize(("place", "name"), [(place, name) for place, names in REQUIRED.items() for name in names.split()])
def test_an_answer_that_the_field_requires_is_missed_in_words(place: str, name: str) -> None:
    type_name, _, kind = place.partition(".")
    declared = RECORD_TYPES[type_name]
    record = complete(declared, json.loads(json.dumps(SAMPLES[type_name])))
    (record[kind][0] if kind else record)[name] = None
    wanted = f"{kind}[0].{name}" if kind else name
    found = [problem for problem in problems(declared, record, TODAY) if problem.where == wanted and problem.level == "error"]
    filled = name == "event_from"  # an unanswered first day is the last one (contract.md 4)
    assert [str(one.message).startswith("Chưa có") for one in found] == ([] if filled else [True])

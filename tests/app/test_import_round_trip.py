"""What is exported is known again when it comes back; entry forms come back filled in: for every record type (contract.md 4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app import importing, tables, tabular
from app.office import Office
from db.errors import ExpectedError
from db.record import complete
from db.records import RECORD_TYPES
from tests import samples
from tests.app.import_kit import SESSION, Kit, cells_of, headings, tally
from tests.samples import open_copy

TYPES = sorted(RECORD_TYPES)
PERSON = {"name": "TRẦN THỊ BÌNH", "birth": "~1948", "id_no": "000048000123", "address": "Thôn 2", "commune": "Xã Phú Lâm"}
RICH: dict[str, dict[str, Any]] = {
    "education": samples.education(
        place="Hội trường; tầng 2", basis_doc="=Kế hoạch số 12/KH-BCH", note="dòng một\ndòng hai", lessons=4, mode="TAP_TRUNG",
        audiences=[
            {"audience": "SQ", "strength": 12, "excused": 2, "required": 10, "present": 9, "makeup": 1, "makeup_date": "2019-01-20"},
            {"audience": "DQ_CD", "strength": 5000, "required": 5000, "present": 4900, "tested": 4900,
             "gioi": 900, "kha": 2000, "dat": 2000, "khong_dat": 0},
        ],
    ),
    "inspection": samples.inspection(
        content=["NQ_CT", "TAI_CHINH"], leader="Thượng tá Lê Văn C", mark_from="2018-01-01", mark_to="2018-12-31",
        subjects=[
            {"no": 1, "subject_type": "TCD", "org": samples.CELL, "conclusion": "CO_KD", "strengths": "-Nền nếp"},
            {"no": 2, "subject_type": "DV", "org": samples.CELL, "member": "NGUYỄN VĂN KÍN", "probationary": True, "conclusion": "TOT"},
        ],
    ),
    "care": samples.care(
        kind="PHUNG_DUONG", norm=1_000_000, months=6, partners="Hội Phụ nữ",
        served=[{"category": "ME_VNAH", "commune": "Xã Phú Lâm", "persons": 1}],
        listed=[{"person": "PERSON", "category": "ME_VNAH", "amount": 6_000_000, "received_by": "TRẦN VĂN CON", "relation": "Con trai"}],
        funding=[{"source": "NSQP", "amount": 3_000_000}, {"source": "DONG_GOP", "amount": 2_000_000, "in_kind": 1_000_000}],
    ),
    "beneficiary": PERSON | {"categories": ["THUONG_BINH", "BENH_BINH"], "living": False, "alias": "Bà Sáu", "unit": samples.DV1},
    "unit": {
        "code": "DV09",
        "versions": [
            {"name": "Ban CHQS huyện Ngọc Bảo", "short": "Ngọc Bảo", "level": "HUYEN", "parent": samples.HS, "valid_to": "2025-06-30"},
            {"name": "Trung đoàn 9", "parent": samples.DV1, "valid_from": "2025-07-01", "basis": "QĐ 2786/QĐ-BQP"},
        ],
        "successors": [{"successor": samples.DV1, "on": "2025-07-01", "reason": "Sắp xếp lại", "decision": "2786/QĐ-BQP"}],
    },
    "office": {
        "code": "DV09",
        "terms": [
            {"valid_to": "2019-12-31", "issuer_lines": "BAN CHỈ HUY QUÂN SỰ\nHUYỆN NGỌC BẢO", "regime": "CUOI_THANG"},
            {"valid_from": "2020-01-01", "issuer_lines": "BAN CHQS HUYỆN NGỌC BẢO", "sign_code": "SIG_CTV"},
        ],
        "recipients": [{"text": "Như trên"}, {"text": "Lưu: VT, CT. A03"}],
    },
    "report": samples.SAMPLES["report"] | {"signer_name": "LÊ VĂN MINH", "number": "05", "dated": "2019-06-18", "contents": [
        {"section": "1.I.1", "text": "- Thuận lợi.\n- Khó khăn."}, {"section": "1.I.2", "text": "+ Không."}],
        "exact": True,
        "outline": [{"section": "1.I", "level": 2, "left_out": True}, {"section": "T1", "level": 3, "heading": "Mục thêm"}],
        "wordings": [{"sentence": "GD.1", "text": "Đã học {EDU_TOPIC_N:n}.\n- Ý", "seen": "EDU_TOPIC_N=2\nEDU_TURN_N:doi_tuong=LLTT+DQTV"}],
        "phrases": [{"figure": "EDU_TOPIC_N", "exact": False}]},
}  # fmt: skip


def record_of(kind: str) -> dict[str, Any]:
    return RICH.get(kind, samples.SAMPLES[kind])


def fill(kit: Kit, kind: str) -> list[str]:
    """Write a full record, a plain one and a cancelled one."""
    plain, rich = samples.SAMPLES[kind], record_of(kind)
    if kind == "care":
        person = kit.store.save("beneficiary", PERSON, samples.USER)
        rich = rich | {"listed": [line | {"person": person} for line in rich["listed"]]}
    uids = [kit.store.save(kind, rich, samples.USER)]
    if not RECORD_TYPES[kind].key:
        alone = any(twin.level == "error" for twin in RECORD_TYPES[kind].twins)  # what may not be entered twice is another unit's
        uids.append(kit.store.save(kind, plain | ({"unit": samples.DV1} if alone else {}), samples.USER))
        kit.store.cancel(kit.store.save(kind, plain | ({"unit": samples.HS} if alone else {}), samples.USER), "nhập trùng", samples.USER)
    return uids


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with open_copy(tmp_path / "office") as opened:
        yield Kit(opened, tmp_path)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_an_export_with_names_is_known_again(kit: Kit, kind: str, ending: str) -> None:
    fill(kit, kind)
    before = kit.store.state_hash()
    path = kit.path(ending)
    count = tables.export(kit.store, RECORD_TYPES[kind], path, None, samples.USER, with_names=True)
    found = kit.bring(kind, path)
    assert (tally(found), found.refused) == ((0, 0, count), [])
    assert kit.store.state_hash() == before


@pytest.mark.parametrize("kind", TYPES)
def test_an_export_without_names_takes_no_name_away(kit: Kit, kind: str) -> None:
    fill(kit, kind)
    path = kit.path(".xlsx")
    count = tables.export(kit.store, RECORD_TYPES[kind], path, None, samples.USER)
    if kind != "beneficiary":  # a person without a name is no row of an import
        assert tally(kit.preview(kind, path)) == (0, 0, count)


@pytest.mark.parametrize("kind", TYPES)
def test_an_export_brings_the_same_records_into_another_office(kit: Kit, kind: str, tmp_path: Path) -> None:
    uids = fill(kit, kind)
    path = kit.path(".xlsx")
    tables.export(kit.store, RECORD_TYPES[kind], path, None, samples.USER, with_names=True)
    with open_copy(tmp_path / "other") as opened:
        other = Kit(opened, tmp_path)
        if kind == "care":
            people = kit.path(".xlsx")
            tables.export(kit.store, RECORD_TYPES["beneficiary"], people, None, samples.USER, with_names=True)
            other.bring("beneficiary", people)
        found = other.bring(kind, path)
        assert found.refused == []
        assert [other.store.read(uid) for uid in uids] == [kit.store.read(uid) for uid in uids]
        assert [record["state"] for record in other.all(kind, None)] == [record["state"] for record in kit.all(kind, None)]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_filled_in_entry_form_comes_in(kit: Kit, kind: str, ending: str, tmp_path: Path) -> None:
    declared = RECORD_TYPES[kind]
    rich = complete(declared, record_of(kind) | {"uid": None})
    for line in rich.get("listed", ()):
        line["person"] = None
    first = next(iter(declared.kinds), None)
    if ending == ".csv":
        rich |= {name: [] for name in declared.kinds if name != first}
    if kind == "care":
        rich |= {"norm": None} if ending == ".csv" else {}
    form, filled = kit.path(ending), kit.path(ending)
    tables.export(kit.store, declared, form, None, samples.USER, empty=True)
    empty = {sheet.title: sheet.header for sheet in tabular.read(form, tabular.knows(declared))}
    made = tabular.tables_of(declared, [rich], kit.store.names, flat=ending == ".csv", with_names=True)
    for table in made:
        labels = [column.label for column in table.columns]
        keep = [labels.index(label) for label in empty[table.title if ending == ".xlsx" else form.stem]]
        table.rows = [[row[index] for index in keep] for row in table.rows]
        table.columns = [table.columns[index] for index in keep]
    tabular.write(filled, made)
    found = kit.preview(kind, filled)
    assert (tally(found), found.refused) == ((1, 0, 0), [])
    wanted = {k: v for k, v in rich.items() if k not in ("uid", "listed")}
    brought = next(iter(found.puts)).record
    assert {k: brought[k] for k in wanted} == wanted


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_entry_form_is_no_import(kit: Kit, kind: str) -> None:
    form = kit.path(".xlsx")
    tables.export(kit.store, RECORD_TYPES[kind], form, None, samples.USER, empty=True)
    with pytest.raises(ExpectedError, match="không có dòng nào"):
        kit.preview(kind, form)


@pytest.mark.parametrize("kind", TYPES)
def test_an_export_without_names_leaves_private_columns_out(kit: Kit, kind: str) -> None:
    fill(kit, kind)
    declared = RECORD_TYPES[kind]
    models: dict[str, Any] = {declared.caption: declared, **{line.caption: line for line in declared.kinds.values()}}
    private = {title: {q.label for q in model.questions().values() if q.private} for title, model in models.items()}
    plain, named = kit.path(".xlsx"), kit.path(".xlsx")
    tables.export(kit.store, declared, plain, None, samples.USER)
    tables.export(kit.store, declared, named, None, samples.USER, with_names=True)
    for title, labels in private.items():
        assert not labels & set(headings(plain)[title])
        assert labels <= set(headings(named)[title])
    told = repr(cells_of(plain))
    for secret in ("TRẦN THỊ BÌNH", "000048000123", "TRẦN VĂN CON", "NGUYỄN VĂN KÍN", "Bà Sáu"):
        assert secret not in told


# -- text stays text ---------------------------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+84 901", "-Nền nếp", "@SUM(A1)", "'=A1", "''", '=HYPERLINK("file:///x")', "_x0041_"]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_text_like_a_formula_stays_text(kit: Kit, text: str, ending: str) -> None:
    uid = kit.store.save("education", samples.education(place=text, note=text), samples.USER)
    path = kit.path(ending)
    tables.export(kit.store, RECORD_TYPES["education"], path, None, samples.USER)
    assert tally(kit.preview("education", path)) == (0, 0, 1)
    assert kit.store.read(uid)[1]["place"] == text
    if ending == ".xlsx":
        for page in load_workbook(path):
            assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    else:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in path.read_text("utf-8-sig").split('"'))


def test_a_formula_in_a_csv_comes_in_as_the_words_it_is(kit: Kit) -> None:
    kit.take("education", SESSION | {"Họ tên, cấp bậc, chức vụ": "=cmd|' /C calc'!A0", "Địa điểm": "+SUM(A1)"})
    assert (kit.one("education")["lecturer_name"], kit.one("education")["place"]) == ("=cmd|' /C calc'!A0", "+SUM(A1)")


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_copy(tmp_path_factory.mktemp("texts") / "office") as opened:
        yield opened


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
    ending=st.sampled_from([".xlsx", ".csv"]),
)
def test_any_text_comes_back_as_it_was_kept(lasting: Office, tmp_path: Path, text: str, ending: str) -> None:
    kit = Kit(lasting, tmp_path)
    found = kit.bring("beneficiary", kit.csv({"Họ và tên": "A", "Ghi chú": text, "Bí danh": text}))
    path = kit.path(ending)
    tables.export(kit.store, RECORD_TYPES["beneficiary"], path, None, samples.USER, with_names=True)
    again = importing.preview(kit.store, RECORD_TYPES["beneficiary"], path)
    assert (again.new, again.updated, again.refused) == (0, 0, [])
    kit.undo(found)

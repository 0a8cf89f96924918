"""The demo office: made once through the import of anyone's files, used again, and its report says what domain.md E expects."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app import cli, demo, figures, importing, office
from app.office import Office
from app.periods import period
from app.report import writing
from db import key_slots, keystore
from db.errors import ExpectedError
from db.record import fixed_uid
from db.records import RECORD_TYPES
from db.records.education import EducationSession
from db.store import Store
from db.system import Draft, Journal
from tests.app import other_files, other_office
from tests.reference.office_files import DEMO

EXPECTED = json.loads((Path(__file__).parents[1] / "reference" / "hs_2019_h1.json").read_text(encoding="utf-8"))
GD_1 = (
    "Trong 6 tháng, các cơ quan, đơn vị đã tổ chức giáo dục chính trị, pháp luật cho lực lượng thường trực, dân quân tự vệ được "
    "trên 30 chuyên đề, quân số tham gia đạt từ 95,8% trở lên."
)
CS_1 = (
    "Phối hợp tổ chức khám bệnh, cấp thuốc miễn phí cho 545 đối tượng chính sách (với số tiền trên 65 triệu đồng); "
    "trao giấy chứng nhận thương binh cho 26 đối tượng."
)
Result = tuple[int, str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.Demo]:
    """The demo, made twice in the same folder; nothing may change it, tests that write take a copy."""
    folder = tmp_path_factory.mktemp("demo") / "nennep-demo"
    return folder, demo.make(folder)


@pytest.fixture
def copied(made: tuple[Path, demo.Demo], tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "demo"
    shutil.copytree(made[0], folder, ignore=shutil.ignore_patterns("*.lock*"))
    with office.open_office(folder, demo.USER, demo.PASSWORD, "thử") as opened:
        yield opened


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    for name in ("NENNEP_DATA", "NENNEP_USER", "NENNEP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = cli.main([str(one) for one in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def text_of(path: Path) -> str:
    """Give the text of a PDF with lines joined."""
    return " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())


def printed(store: Store, folder: Path, code: str = demo.PERIOD) -> str:
    path = folder / "in.pdf"
    writing.write(store, period(store, code), path)
    return text_of(path)


def value(store: Store, code: str) -> Any:
    return figures.compute(store, period(store, demo.PERIOD)).value(code).value


def session_of(store: Store, unit: str, day: str) -> dict[str, Any]:
    declared = EducationSession
    query = declared.select(declared.uid).where((declared.unit == fixed_uid("unit", unit)) & (declared.event_to == day))
    ((uid,),) = store.execute(query.tuples()).fetchall()
    return store.read(uid)[1]


# -- made, and made again ----------------------------------------------------------------------------------------------------


def test_the_demo_says_on_one_screen_what_it_made_and_where(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nennep-demo"
    monkeypatch.setenv("NENNEP_COMMAND", "python3 bootstrap.py run")
    code, out, err = run("demo", "--no-window", "--data", folder)
    assert (code, err) == (0, "")
    assert out.count("python3 bootstrap.py run") == 3  # what it says to type is what a person can type here
    assert " nennep " not in out
    lines = out.splitlines()
    assert len(lines) <= 24
    last = dict(line.split(": ", 1) for line in lines[-4:])
    assert last == {
        "Thư mục": str(folder), "Người dùng": "admin", "Mật khẩu": demo.PASSWORD, "Báo cáo": str(folder / "bao-cao" / "2019-H1.pdf"),
    }  # fmt: skip
    assert " " not in last["Mật khẩu"]
    assert Path(last["Báo cáo"]).read_bytes().startswith(b"%PDF-")
    assert not [path for path in folder.rglob("*") if path.suffix in (".csv", ".xlsx")]
    assert list(keystore.parse(keystore.read(folder)).users) == ["admin"]
    for place in ("HS00", "DV01", "DV02"):  # a headquarters and two offices, to try exchange with
        assert str(folder / "trao-doi" / place) in out
        assert (folder / "trao-doi" / place / keystore.FILE).exists()


def test_a_second_demo_uses_the_first_and_adds_nothing(made: tuple[Path, demo.Demo], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(made[0], folder, ignore=shutil.ignore_patterns("*.lock*"))
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix in (".db", ".json")}
    again = demo.make(folder)
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix in (".db", ".json")}
    assert made[1].fresh
    assert not again.fresh
    assert again.lines()[0].startswith("Đã có sẵn")
    assert (again.counts, again.pages) == (made[1].counts, made[1].pages)
    assert after == before


def test_a_demo_that_was_cut_off_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: tuple[Path, demo.Demo]) -> None:
    folder = tmp_path / "demo"
    with monkeypatch.context() as cut:
        cut.setattr(demo, "FILES", (*demo.FILES[:5], ("education", "99-khong-co.csv")))
        with pytest.raises(ExpectedError):
            demo.make(folder)
    assert demo.make(folder).counts == made[1].counts
    with office.open_office(folder, demo.USER, demo.PASSWORD, "thử") as opened:
        assert value(opened.store, "EDU_TURN_N") == EXPECTED["figures"]["EDU_TURN_N"]


def test_a_folder_with_a_real_office_or_other_files_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    real, own, other = tmp_path / "that", tmp_path / "khac", tmp_path / "tep"
    office.create(real, "DV05", "Ban CHQS huyện Châu Phong", "district", "HS00", "một mật khẩu thật", cost=key_slots.FLOOR)
    office.create(own, "DV05", "Ban CHQS huyện Châu Phong", "district", "HS00", demo.PASSWORD, cost=key_slots.FLOOR)
    other.mkdir()
    (other / "thu.txt").write_text("x")
    for folder, word in ((real, "dữ liệu thật"), (own, "dữ liệu thật"), (other, "không trống")):
        before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file() and ".lock" not in path.name}
        code, out, err = run("demo", "--no-window", "--data", folder)
        assert (code, out) == (1, "")
        assert word in err
        assert err.count("\n") == 1
        assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file() and ".lock" not in path.name} == before


# -- what it holds -----------------------------------------------------------------------------------------------------------


def test_every_figure_is_the_one_counted_from_the_files_without_the_program(copied: Office) -> None:
    found = figures.compute(copied.store, period(copied.store, demo.PERIOD))
    names = copied.store.names
    assert {code: one.value for code, one in found.all().items()} == EXPECTED["figures"]
    rows = {names.code("unit", row): {code: one.value for code, one in found.all(row).items()} for row in found.rows()}
    assert rows == {unit: values["figures"] for unit, values in EXPECTED["units"].items()}


def test_the_command_line_gives_the_same_figures(made: tuple[Path, demo.Demo], run: Callable[..., Result], monkeypatch: Any) -> None:
    monkeypatch.setenv("NENNEP_PASSWORD", demo.PASSWORD)
    code, out, _ = run("figures", "--period", demo.PERIOD, "--data", made[0], "--json")
    assert code == 0
    told = json.loads(out)["figures"]
    assert {name: told[name]["value"] for name in ("EDU_TOPIC_N", "EDU_RATE_MIN", "EDU_RATE_AVG", "CARE_KHAM_N", "CARE_KHAM_MONEY")} == {
        "EDU_TOPIC_N": 32, "EDU_RATE_MIN": 95.8, "EDU_RATE_AVG": 98.0, "CARE_KHAM_N": 545, "CARE_KHAM_MONEY": 65_400_000,
    }  # fmt: skip
    assert told["EDU_BEST"]["value"] == "DV02"
    assert told["KD_DA_PCT"]["text"] == "79,2%"


def test_the_report_holds_the_expected_sentences_word_for_word(made: tuple[Path, demo.Demo]) -> None:
    text = text_of(made[1].report)
    assert GD_1 in text
    assert CS_1 in text
    assert text.count("Phối hợp tổ chức khám bệnh") == 1
    assert made[1].pages == len(PdfReader(made[1].report).pages) >= 3


def test_a_changed_record_changes_the_sentences(copied: Office, tmp_path: Path) -> None:
    store = copied.store
    worst = session_of(store, "DV07", "2019-04-07")
    line = worst["audiences"][0] | {"present": 470, "tested": 470, "gioi": 134}
    store.save("education", worst | {"audiences": [line]}, demo.USER)
    check = next(one for one in _all(store, "care") if one["kind"] == "KHAM_BENH" and one["unit"] == fixed_uid("unit", "DV01"))
    first = check["served"][0]
    served = [first | {"persons": first["persons"] + 100, "turns": None}, *check["served"][1:]]
    funding = [check["funding"][0] | {"amount": check["funding"][0]["amount"] + 12_000_000}, *check["funding"][1:]]
    store.save("care", check | {"served": served, "funding": funding}, demo.USER)
    text = printed(store, tmp_path)
    assert GD_1 not in text
    assert GD_1.replace("95,8%", "94%") in text
    assert CS_1.replace("545", "645").replace("trên 65 triệu", "trên 77 triệu") in text


def test_cancelling_every_class_of_a_topic_takes_it_out_of_the_sentence(copied: Office, tmp_path: Path) -> None:
    store = copied.store
    gone = [one for one in _all(store, "education") if one["audiences"][0]["audience"] == "DQ_CD"]
    for record in gone:
        store.cancel(record["uid"], "thử", demo.USER)
    assert value(store, "EDU_TOPIC_N") == 32 - 10
    text = printed(store, tmp_path)
    assert "cho lực lượng thường trực được trên 20 chuyên đề, quân số tham gia đạt từ 96,1% trở lên." in text


# -- what must not count (domain.md E.6) -------------------------------------------------------------------------------------


def _all(store: Store, kind: str) -> list[dict[str, Any]]:
    declared = RECORD_TYPES[kind]
    query = declared.select(declared.uid).where(declared.state == "entered").order_by(declared.id)
    return [store.read(uid)[1] for (uid,) in store.execute(query.tuples()).fetchall()]


@pytest.mark.parametrize(
    ("unit", "day", "code"),
    [
        pytest.param("DV03", "2018-12-14", "EDU_TURN_N", id="X1: the day before the period"),
        pytest.param("DV06", "2019-06-15", "EDU_TURN_N", id="X2: the day after the period"),
    ],
)
def test_a_session_outside_the_period_is_there_and_not_counted(copied: Office, unit: str, day: str, code: str) -> None:
    record = session_of(copied.store, unit, day)
    before = value(copied.store, code)
    assert before == 5_627
    copied.store.save("education", record | {"event_to": "2019-03-01", "event_from": "2019-03-01"}, demo.USER)
    assert value(copied.store, code) == before + record["audiences"][0]["present"]


def test_the_draft_is_kept_as_typed_and_not_counted(copied: Office) -> None:
    ((content,),) = copied.store.execute(Draft.select(Draft.content).tuples()).fetchall()
    draft = json.loads(content)
    assert (draft["unit"], draft["event_to"], draft["audiences"][0]["present"]) == ("DV08", "20/03/2019", "300")


def test_the_cancelled_session_keeps_its_reason_and_counts_once_it_is_entered(copied: Office) -> None:
    record = session_of(copied.store, "DV02", "2019-02-18")
    assert record["state"] == "cancelled"
    assert record["cancel_reason"]
    copied.store.save("education", record | {"state": "entered", "cancel_reason": None}, demo.USER)
    assert value(copied.store, "EDU_TURN_N") == 5_627 + 20


def test_nobody_required_makes_no_rate_of_zero(copied: Office) -> None:
    record = session_of(copied.store, "DV04", "2019-02-28")
    assert (record["audiences"][0]["required"], record["state"]) == (0, "entered")
    assert value(copied.store, "EDU_RATE_MIN") == 958


def test_what_another_unit_counts_is_counted_there_alone(copied: Office) -> None:
    (helped,) = [one for one in _all(copied.store, "care") if one["role"] == "PHOI_HOP"]
    assert helped["counting_unit"] == fixed_uid("unit", "DV05")
    copied.store.save("care", helped | {"counting_unit": helped["unit"]}, demo.USER)
    assert value(copied.store, "CARE_KHAM_N") == 545 + 65


def test_poor_households_other_certificates_and_the_second_half_stay_outside(copied: Office) -> None:
    records = _all(copied.store, "care")
    (poor,) = [one for one in records if {line["category"] for line in one["served"]} == {"HO_NGHEO"}]
    assert (sum(line["persons"] for line in poor["served"]), sum(line["amount"] for line in poor["funding"])) == (120, 14_400_000)
    (other,) = [one for one in records if one["kind"] == "TRAO_GCN"]
    assert sum(line["persons"] for line in other["served"]) == 3
    (later,) = [one for one in records if one["kind"] == "TRAO_GCN_TB" and one["event_to"] > "2019-06-14"]
    assert sum(line["persons"] for line in later["served"]) == 5
    assert [value(copied.store, code) for code in ("CARE_KHAM_N", "CARE_KHAM_MONEY", "CARE_GCN_TB_N")] == [545, 65_400_000, 26]


def test_the_file_sent_a_second_time_added_nothing(copied: Office) -> None:
    said = [json.loads(entry.body) for entry in copied.store.entries((Journal.kind == "audit") & (Journal.type == "import"))]
    assert len(said) == len(demo.FILES)
    again = [name for _, name in demo.FILES].index("10-dv05-gui-lai.csv")
    assert {key: said[again][key] for key in ("new", "updated", "already")} == {"new": 0, "updated": 0, "already": 5}
    repeated = importing.preview(copied.store, RECORD_TYPES["education"], DEMO / "10-dv05-gui-lai.csv")
    assert (repeated.new, repeated.updated, repeated.already) == (0, 0, 5)


# -- another office ----------------------------------------------------------------------------------------------------------


def test_a_different_data_set_prints_its_own_numbers(tmp_path: Path) -> None:
    """Drawn by chance and tallied while it was drawn: nothing of the demo's numbers is in the program."""
    expected = other_office.make(11, tmp_path)
    folder = tmp_path / "office"
    scope = other_office.SCOPE
    office.create(folder, scope, f"Ban CHQS {scope}", "province", "X99", demo.PASSWORD, cost=key_slots.FLOOR, user=demo.USER)
    with office.open_office(folder, demo.USER, demo.PASSWORD, "thử") as opened:
        for type_name, name in other_files.FILES:
            found = importing.preview(opened.store, RECORD_TYPES[type_name], tmp_path / name)
            assert not found.refused, found.refusal()
            importing.apply(opened.store, found, demo.USER)
        computed = figures.compute(opened.store, period(opened.store, other_office.PERIOD))
        assert {code: computed.value(code).value for code in expected.figures} == expected.figures
        text = printed(opened.store, tmp_path, other_office.PERIOD)
    least = expected.figures["EDU_RATE_MIN"]
    shown = f"{least // 10},{least % 10}%".replace(",0%", "%")
    assert f"quân số tham gia đạt từ {shown} trở lên" in text
    checked = f"{expected.figures['CARE_KHAM_N']:,}".replace(",", ".")
    assert f"khám bệnh, cấp thuốc miễn phí cho {checked} đối tượng chính sách" in text
    assert GD_1 not in text
    assert CS_1 not in text

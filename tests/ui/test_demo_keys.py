"""How many keys the work costs in the window over the demo office, by real key events; letters that only lead to a field count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app import lookup
from db.record import complete
from db.records import RECORD_TYPES
from tests.ui.keyboard import CTRL, Key, Keyboard
from ui.form import RecordForm
from ui.main_window import MainWindow
from ui.record_page import RecordPage
from ui.session import Place

Settle = Callable[[], None]


@dataclass
class Clerk:
    """A person at the window: ``cost`` is every key but the letters and digits of the answers themselves."""

    window: MainWindow
    settle: Settle
    keys: Keyboard = field(default_factory=Keyboard)
    led: int = 0

    @property
    def cost(self) -> int:
        return self.keys.keys + self.led

    def go_to(self, words: str) -> None:
        """Go to a field by its name (F6)."""
        self.keys.press(Key.Key_F6)
        self.keys.write(words)
        self.led += len(words)
        self.keys.press(Key.Key_Return)

    def search(self, words: str) -> None:
        """Look a person up: these letters cost, too."""
        self.keys.write(words)
        self.led += len(words)

    def opened(self, type_name: str, uid: str) -> RecordForm:
        """Stand in an open record, as after Enter in the list."""
        self.window.go(Place(type_name, uid=uid))
        self.settle()
        page = self.window.page(type_name)
        assert isinstance(page, RecordPage)
        assert page.form is not None
        return page.form

    def read(self, uid: str) -> dict[str, Any]:
        return dict(self.window.session.store.read(uid)[1])


@pytest.fixture
def clerk(window: MainWindow, settle: Settle) -> Clerk:
    return Clerk(window, settle)


def newest(clerk: Clerk, type_name: str) -> str:
    found = lookup.newest(clerk.window.session.store, RECORD_TYPES[type_name])
    assert found is not None
    return str(found["uid"])


def test_a_repeat_session_of_the_same_unit_and_day_costs_at_most_25_keys_beyond_its_texts(clerk: Clerk) -> None:
    first = newest(clerk, "education")
    form, uids = clerk.opened("education", first), list[str]()
    form.saved.connect(uids.append)
    clerk.keys.press(Key.Key_D, modifiers=CTRL)
    clerk.go_to("chuy")
    clerk.keys.write("t07")
    clerk.go_to("doi t")
    clerk.keys.write("hsq")
    clerk.keys.press(Key.Key_Tab)
    clerk.keys.write("60")
    clerk.keys.press(Key.Key_Tab, Key.Key_Tab)
    clerk.keys.write("60")
    clerk.keys.press(Key.Key_Tab)
    clerk.keys.write("59")
    clerk.keys.press(Key.Key_Return, modifiers=CTRL)
    clerk.settle()
    assert uids, [one.problem.message for one in form.checks.findings]
    before, record = clerk.read(first), clerk.read(uids[0])
    assert (record["unit"], record["event_to"]) == (before["unit"], before["event_to"])
    assert clerk.window.session.store.names.code("topic", record["topic"]) == "T07"
    assert record["audiences"][0] | {"audience": "HSQBS", "required": 60, "present": 59} == record["audiences"][0]
    print(f"repeat session: {clerk.cost} keys beyond its texts")
    assert clerk.cost <= 25


def test_one_more_audience_line_costs_at_most_8_keys_beyond_its_texts(clerk: Clerk) -> None:
    uid = newest(clerk, "education")
    form = clerk.opened("education", uid)
    lines = len(clerk.read(uid)["audiences"])
    form.go_to_answer("audiences", "makeup", lines - 1)
    clerk.keys.press(Key.Key_Tab)
    clerk.keys.write("tai cho")
    clerk.keys.press(Key.Key_Tab)
    clerk.keys.write("230")
    clerk.keys.press(Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    clerk.keys.write("221")
    clerk.keys.press(Key.Key_S, modifiers=CTRL)
    clerk.settle()
    line = clerk.read(uid)["audiences"][lines]
    assert (line["audience"], line["strength"], line["required"], line["present"]) == ("DQ_TC", 230, 230, 221)
    print(f"one more line: {clerk.cost} keys beyond its texts")
    assert clerk.cost <= 8


def test_a_care_visit_for_a_known_person_costs_at_most_15_keys_with_the_search(clerk: Clerk) -> None:
    store = clerk.window.session.store
    unit = store.names.find("unit", "DV05", None)
    known = [entry.uid for entry in lookup.entries(store, "beneficiary", "lan", None)][:1]
    visit = {"unit": unit, "event_to": "2019-06-03", "kind": "THAM_HOI", "served": [{"category": "THUONG_BINH", "persons": 1}]}
    visit |= {"listed": [{"person": known[0], "category": "THUONG_BINH"}]}
    first = store.save("care", complete(RECORD_TYPES["care"], visit), "admin")
    form, uids = clerk.opened("care", first), list[str]()
    form.saved.connect(uids.append)
    clerk.keys.press(Key.Key_D, modifiers=CTRL)
    clerk.go_to("danh")
    clerk.search("chien")
    clerk.keys.press(Key.Key_Return, modifiers=CTRL)
    clerk.settle()
    assert uids, [one.problem.message for one in form.checks.findings]
    record = clerk.read(uids[0])
    assert record["listed"][0]["person"] != known[0]
    assert "Chiến" in lookup.label(store, "beneficiary", record["listed"][0]["person"], None)
    print(f"care visit: {clerk.cost} keys with the search")
    assert clerk.cost <= 15

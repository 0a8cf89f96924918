"""The look: contrast of every pair of inks and grounds, letters of the bundled fonts, icons, and text of 90-160 %."""

from __future__ import annotations

import re
import unicodedata

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from ui import look

SOURCES = list((look.RESOURCES.parent / "ui").glob("*.py"))
TEXT = [
    *((ink, ground) for ink in ("ink", "ink2", "ink3") for ground in ("window", "nav", "surface", "raised", "hover", "soft")),
    ("accent", "surface"), ("accent", "window"), ("on_accent", "accent"), ("on_band", "band"), ("ink", "ok_ground"),
    ("ok", "surface"), ("ok", "ok_ground"), ("draft", "draft_ground"), ("warning", "surface"), ("warning", "warning_ground"),
    ("ink", "warning_ground"), ("ink", "error_ground"), ("error", "surface"), ("error", "window"), ("error", "raised"),
    ("error", "error_ground"), ("locked", "locked_ground"), ("conflict", "surface"), ("conflict", "conflict_ground"),
    ("ink3", "warning_ground"), ("ink3", "error_ground"), ("accent", "soft"), ("surface", "ink"),
]  # fmt: skip
EDGES = [("border", "surface"), ("border", "window"), ("accent", "surface"), ("warning_edge", "surface"), ("error_edge", "surface")]


def contrast(one: str, other: str) -> float:
    def luminance(text: str) -> float:
        parts = (QColor(text).redF(), QColor(text).greenF(), QColor(text).blueF())
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_every_ink_can_be_read_on_its_grounds(theme: str, ink: str, ground: str) -> None:
    colours = look.THEMES[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_every_edge_of_a_control_can_be_seen(theme: str, edge: str, ground: str) -> None:
    colours = look.THEMES[theme]
    assert contrast(colours[edge], colours[ground]) >= 3.0


def test_both_themes_have_the_same_tokens_and_states_use_only_them() -> None:
    assert look.LIGHT.keys() == look.DARK.keys()
    for state in look.STATES.values():
        assert {state.ink, state.ground or "line", state.edge} <= look.LIGHT.keys()
        assert state.word
        assert state.icon


def test_every_icon_that_the_window_names_is_in_the_one_set() -> None:
    named = {found for path in SOURCES for found in re.findall(r'(?:icon|pixmap)\("([a-z][a-z-]+)"', path.read_text(encoding="utf-8"))}
    named |= {state.icon for state in look.STATES.values()}
    assert named
    missing = [name for name in named if not (look.RESOURCES / "icons" / f"{name}.svg").is_file()]
    assert not missing


def test_an_icon_has_the_colour_and_size_that_were_asked_for(app: QApplication) -> None:
    picture = look.pixmap("plus", "accent", 32)
    image = picture.toImage()
    assert picture.width() == look.px(32) * picture.devicePixelRatio()
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 200]
    assert inked
    assert all(abs(spot.green() - look.colour("accent").green()) <= 2 for spot in inked)


@pytest.mark.parametrize("face", [*look.FACES, "LiberationMono-Bold.ttf"])
def test_every_face_has_all_letters_of_vietnamese(app: QApplication, face: str) -> None:
    vowels = [base + mark for base in "aăâeêioôơuưy" for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
    letters = {unicodedata.normalize("NFC", each) for vowel in vowels for each in (vowel, vowel.upper())} | set("đĐ–−→“”…·×")
    raw = QRawFont(str(look.RESOURCES / "fonts" / face), 15)
    assert [letter for letter in sorted(letters) if not raw.supportsCharacter(ord(letter))] == []


def test_digits_are_all_of_one_width(app: QApplication) -> None:
    for role in look.ROLES:
        metrics = QFontMetricsF(look.font(role))
        widths = [metrics.horizontalAdvance(digit * 10) for digit in "0123456789"]
        assert max(widths) - min(widths) < 0.5, role


def test_text_size_stays_between_90_and_160_percent_and_tells_everybody_once(app: QApplication) -> None:
    told: list[int] = []
    look.signals.changed.connect(lambda: told.append(look.scale()))
    look.set_scale(500)
    look.set_scale(500)
    assert (look.scale(), look.px(10), told) == (160, 16, [160])
    look.set_scale(10)
    assert look.scale() == 90


def test_a_button_gives_its_words_room_at_every_size(app: QApplication) -> None:
    for percent in (90, 100, 130, 160):
        look.set_scale(percent)
        for kind in ("", "filled", "quiet", "link"):
            button = QPushButton("Lưu và nhập tiếp")
            look.mark(button, kind=kind)
            button.setFont(look.font("medium"))
            assert button.sizeHint().width() >= button.fontMetrics().horizontalAdvance(button.text())
            assert button.sizeHint().height() >= button.fontMetrics().height()
        field = QLineEdit()
        assert field.sizeHint().height() >= look.px(32)


def test_dark_and_light_swap_while_the_program_runs(app: QApplication) -> None:
    look.set_theme("dark")
    assert app.palette().base().color() == QColor(look.DARK["surface"])
    look.set_theme("light")
    assert app.palette().base().color() == QColor(look.LIGHT["surface"])

"""The look of the window: colours, sizes, fonts and icons, in one place; light and dark; text of 90-160 %.

Everything asks here while it paints or lays out: ``px(12)``, ``colour("ink2")``, ``font("section")``, ``icon("plus")``. When theme
or size change, ``signals.changed`` is emitted once; whoever keeps a size or a pixmap sets it again then.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

T = TypeVar("T", bound=QObject)

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FACES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
LEAST, MOST, STEP = 90, 160, 10
"""Text size in percent: the least, the most, and one press of Ctrl+ or Ctrl−."""

LIGHT = {
    "window": "#F3F4F1", "nav": "#E8EBE6", "surface": "#FFFFFF", "raised": "#F6F7F4", "hover": "#EDF0EB",
    "line": "#DCDFD8", "border": "#868E87", "ink": "#1A201C", "ink2": "#474F49", "ink3": "#5F6761",
    "accent": "#1E5B45", "on_accent": "#FFFFFF", "soft": "#DDEBE3", "soft_line": "#9FC3B2", "desk": "#D9DDD6",
    "ok": "#1E6344", "ok_ground": "#E3F0E8", "draft": "#474F49", "draft_ground": "#E6EAED",
    "warning": "#7A4A00", "warning_ground": "#FFF3D1", "warning_edge": "#B67C12",
    "error": "#A3191D", "error_ground": "#FCEAE8", "error_edge": "#C5302F",
    "locked": "#46515B", "locked_ground": "#E6EAED", "conflict": "#78306B", "conflict_ground": "#F6E8F3",
    "band": "#274C77", "on_band": "#FFFFFF", "shade": "#101512", "scroll": "#B4BBB4",
}  # fmt: skip
DARK = {
    "window": "#181C1A", "nav": "#131614", "surface": "#1F2421", "raised": "#262C29", "hover": "#2B322E",
    "line": "#363E39", "border": "#7B857F", "ink": "#E7EBE7", "ink2": "#BCC4BE", "ink3": "#A0A9A3",
    "accent": "#7FCBA7", "on_accent": "#0E1B15", "soft": "#223B33", "soft_line": "#47705F", "desk": "#101311",
    "ok": "#8AD4AF", "ok_ground": "#1F3629", "draft": "#BCC4BE", "draft_ground": "#2C343A",
    "warning": "#F1C765", "warning_ground": "#3A2F15", "warning_edge": "#D0A034",
    "error": "#FF9F96", "error_ground": "#42211F", "error_edge": "#EB6F66",
    "locked": "#B7C3CD", "locked_ground": "#2C343A", "conflict": "#E6ABDA", "conflict_ground": "#3B2337",
    "band": "#A9C6EE", "on_band": "#0F1B2C", "shade": "#101512", "scroll": "#4A534D",
}  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}


class Role(NamedTuple):
    """A kind of text: size in points at 100 % and weight."""

    points: float
    weight: int


ROLES = {
    "page": Role(17, 600), "dialog": Role(13.5, 600), "form": Role(13.5, 600), "section": Role(12, 600), "body": Role(11, 400),
    "strong": Role(11, 600), "medium": Role(11, 500), "small": Role(9.5, 400), "small_medium": Role(9.5, 500),
    "small_strong": Role(9.5, 600), "figure": Role(22, 600), "code": Role(15, 700),
}  # fmt: skip


class State(NamedTuple):
    """How a state is shown, always all three: the icon, the word (``ui.messages`` and chips say it) and the colour."""

    icon: str
    word: str
    ink: str
    ground: str
    edge: str


STATES = {
    "ok": State("check-circle", "Đã lưu", "ok", "ok_ground", "soft_line"),
    "entered": State("check-circle", "Đã nhập", "ok", "ok_ground", "soft_line"),
    "draft": State("pencil-simple", "Bản nháp", "draft", "draft_ground", "line"),
    "warning": State("warning", "Cảnh báo", "warning", "warning_ground", "warning_edge"),
    "error": State("x-circle", "Lỗi", "error", "error_ground", "error_edge"),
    "cancelled": State("trash", "Đã hủy", "draft", "draft_ground", "line"),
    "late": State("alarm", "Quá hạn", "error", "", "error_edge"),
    "locked": State("lock-simple", "Đã chốt", "locked", "locked_ground", "line"),
    "conflict": State("git-fork", "Xung đột", "conflict", "conflict_ground", "conflict"),
    "returned": State("arrow-u-down-left", "Đề nghị làm rõ", "conflict", "conflict_ground", "conflict"),
    "waiting": State("hourglass-medium", "Chờ gói", "conflict", "conflict_ground", "conflict"),
    "partial": State("circle-half", "Đang gửi", "ink", "draft_ground", "line"),
    "none": State("circle-dashed", "Chưa có gì", "ink3", "draft_ground", "line"),
    "unsent": State("arrow-up", "Chưa gửi", "ink3", "", "line"),
    "summary": State("note", "Bản tóm tắt", "ink", "draft_ground", "line"),
    "practice": State("flask", "DỮ LIỆU MẪU", "on_band", "band", "band"),
}


class _Signals(QObject):
    changed = Signal()
    """Theme or text size are different now."""


class _Now:
    """What is shown now."""

    theme = "light"
    scale = 100
    wanted = "light"


signals = _Signals()
_now = _Now()
_followers: dict[int, weakref.ref[Any]] = {}
"""What follows, by its id, in order; each carries its own ``_follows``, so that what these hold goes with it."""


def px(length: float) -> int:
    """Give a length of the 100 % design in pixels of now. No size is written without it."""
    return round(length * _now.scale / 100)


def scale() -> int:
    """Give the text size in percent."""
    return _now.scale


def theme() -> str:
    """Give the theme that is shown: ``light`` or ``dark``."""
    return _now.theme


def wanted_theme() -> str:
    """Give the setting: ``light``, ``dark`` or ``system``."""
    return _now.wanted


@cache
def _colour(theme_name: str, token: str) -> QColor:
    return QColor(THEMES[theme_name][token])


def colour(token: str) -> QColor:
    """Give the colour of a token in the theme of now."""
    return _colour(_now.theme, token)


@cache
def _font(role: str, percent: int) -> QFont:
    points, weight = ROLES[role]
    made = QFont("Liberation Mono" if role == "code" else "Inter")
    made.setPointSizeF(points * percent / 100)
    made.setWeight(QFont.Weight(weight))
    if role != "code":
        made.setFeature(QFont.Tag("tnum"), 1)
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 98.6)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def font(role: str = "body") -> QFont:
    """Give the font of a role, with digits of one width. Set it with ``setFont``: a style sheet would drop the digits."""
    return _font(role, _now.scale)


@cache
def _metrics(role: str, scale: int) -> QFontMetrics:
    return QFontMetrics(_font(role, scale))


def metrics(role: str = "body") -> QFontMetrics:
    """Give the measures of a role's font: made once a size, where a painter would make them for every cell."""
    return _metrics(role, _now.scale)


def follow(thing: T, apply: Callable[[T], object]) -> T:
    """Call ``apply(thing)`` now and again after every change of theme or size while it lives; give ``thing``."""
    apply(thing)
    key = id(thing)
    if key not in _followers:
        _followers[key] = weakref.ref(thing, lambda _gone: _followers.pop(key, None))
        vars(thing)["_follows"] = []
    vars(thing)["_follows"].append(apply)
    return thing


def _tell_followers() -> None:
    for each in list(_followers.values()):
        thing = each()
        for apply in vars(thing)["_follows"] if thing is not None else ():
            if isValid(thing):  # what one of them let go meanwhile is told nothing
                apply(thing)


# -- icons -------------------------------------------------------------------------------------------------------------------


@cache
def _svg(name: str) -> bytes:
    return (RESOURCES / "icons" / f"{name}.svg").read_bytes()


@cache
def _pixmap(name: str, rgb: str, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    made = QPixmap()
    drawing = _svg(name).replace(b"<svg ", b'<svg width="%d" height="%d" ' % (side, side), 1).replace(b"currentColor", rgb.encode(), 1)
    made.loadFromData(drawing, "SVG")
    made.setDevicePixelRatio(ratio)
    return made


def _ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def pixmap(name: str, token: str = "ink2", size: int = 18) -> QPixmap:
    """Give an icon as a picture of ``px(size)`` in the colour of a token, sharp on this screen."""
    return _pixmap(name, colour(token).name(), px(size), _ratio())


def icon(name: str, token: str = "ink2", size: int = 18) -> QIcon:
    """Give an icon for a button or an action; greyed where that is disabled."""
    made = QIcon(pixmap(name, token, size))
    made.addPixmap(pixmap(name, "border", size), QIcon.Mode.Disabled)
    return made


def icon_size(size: int = 18) -> QSize:
    """Give the size to set beside ``icon``."""
    return QSize(px(size), px(size))


# -- installing and changing --------------------------------------------------------------------------------------------------


def palette() -> QPalette:
    """Give the palette of now."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, token in (
        (roles.Window, "window"), (roles.WindowText, "ink"), (roles.Base, "surface"), (roles.AlternateBase, "raised"),
        (roles.Text, "ink"), (roles.Button, "surface"), (roles.ButtonText, "ink"), (roles.BrightText, "on_accent"),
        (roles.Highlight, "soft"), (roles.HighlightedText, "ink"), (roles.PlaceholderText, "ink3"), (roles.Link, "accent"),
        (roles.LinkVisited, "accent"), (roles.ToolTipBase, "ink"), (roles.ToolTipText, "surface"), (roles.Accent, "accent"),
        (roles.Mid, "line"), (roles.Midlight, "line"), (roles.Light, "surface"), (roles.Dark, "border"), (roles.Shadow, "border"),
    ):  # fmt: skip
        made.setColor(role, colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, colour("border"))
    return made


@cache
def load_fonts() -> None:
    """Make the bundled faces known, once. The mono face comes with the first code that is shown."""
    for face in FACES:
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / face))


@cache
def load_code_font() -> None:
    """Make the face of codes known, once: before a widget uses ``font("code")``."""
    QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / "LiberationMono-Bold.ttf"))


def start(app: QApplication, wanted: str = "light", percent: int = 100) -> None:
    """Give the application fonts and palette. ``wanted`` is ``light``, ``dark`` or ``system``. ``ui.style.install`` does all."""
    load_fonts()
    _follow_system()
    _now.wanted, _now.theme, _now.scale = wanted, _resolved(wanted), _within(percent)
    _apply(app)


def _resolved(wanted: str) -> str:
    if wanted != "system":
        return wanted
    return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def _within(percent: int) -> int:
    return max(LEAST, min(MOST, percent))


@cache
def _follow_system() -> None:
    QGuiApplication.styleHints().colorSchemeChanged.connect(_system_changed)


def _system_changed() -> None:
    if _now.wanted == "system":
        set_theme("system")


def _apply(app: QApplication) -> None:
    app.setPalette(palette())
    app.setFont(font("body"))
    _tell_followers()
    signals.changed.emit()


def set_theme(wanted: str) -> None:
    """Show another theme, everywhere at once."""
    _now.wanted = wanted
    if _resolved(wanted) != _now.theme:
        _now.theme = _resolved(wanted)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            _apply(app)


def set_scale(percent: int) -> None:
    """Show text of another size, everywhere at once; outside of 90-160 % the nearest."""
    if _within(percent) != _now.scale:
        _now.scale = _within(percent)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            _apply(app)


def bigger(steps: int = 1) -> None:
    """Make text one step bigger (``steps`` below zero: smaller)."""
    set_scale(_now.scale + steps * STEP)


def mark(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties that the style reads (``kind``, ``state``) and paint again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.updateGeometry()
    widget.update()

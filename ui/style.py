"""How stock widgets are painted: Fusion underneath, our edges, grounds and focus rings on top, all from ``ui.look``.

A style instead of a style sheet: it costs nothing per widget at start, and ``tnum`` digits survive. It reads two dynamic
properties: ``kind`` of a button (``filled``, ``quiet``, ``link``; none: plain) and ``state`` of a field (``error``, ``warning``).
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QLineEdit,
    QProxyStyle,
    QStyle,
    QStyleFactory,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionSlider,
    QWidget,
)

from ui import look
from ui.look import colour, font, pixmap, px

_PE, _CE, _CC, _CT, _SE, _SC = (
    QStyle.PrimitiveElement, QStyle.ControlElement, QStyle.ComplexControl, QStyle.ContentsType, QStyle.SubElement, QStyle.SubControl,
)  # fmt: skip
_PM, _SH = QStyle.PixelMetric, QStyle.StyleHint
_ON, _OFF = QStyle.StateFlag.State_On, QStyle.StateFlag.State_Off
_FOCUS, _HOVER, _DOWN, _ENABLED = (
    QStyle.StateFlag.State_HasFocus, QStyle.StateFlag.State_MouseOver, QStyle.StateFlag.State_Sunken, QStyle.StateFlag.State_Enabled,
)  # fmt: skip
RADIUS = 4


def rounded(
    painter: QPainter, rect: QRect | QRectF, ground: QColor | None, edge: QColor | None, width: int = 1, radius: int = RADIUS
) -> None:
    """Paint a box whose edge lies inside ``rect``; ``None`` leaves out ground or edge."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    half = width / 2
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), px(radius), px(radius))
    if ground is not None:
        painter.fillPath(path, ground)
    if edge is not None:
        painter.strokePath(path, QPen(edge, width))
    painter.restore()


def field_edge(widget: QWidget | None, focused: bool, enabled: bool = True) -> tuple[QColor, int]:
    """Give colour and width of a field's edge: focus before state, state before rest."""
    state = widget.property("state") if widget is not None else None
    if focused:
        return colour("accent"), 2
    if state in ("error", "warning"):
        return colour(f"{state}_edge"), 2
    return colour("border" if enabled else "line"), 1


def field_ground(widget: QWidget | None, enabled: bool = True) -> QColor:
    """Give the ground of a field: that of its state stays under the focus."""
    state = widget.property("state") if widget is not None else None
    if state in ("error", "warning"):
        return colour(f"{state}_ground")
    return colour("surface" if enabled else "raised")


def install(app: QApplication, wanted: str = "light", percent: int = 100) -> None:
    """Give the application style, fonts, palette. ``wanted`` is ``light``, ``dark`` or ``system``; ``percent`` the text size."""
    if not isinstance(app.style(), Style):
        app.setStyle(Style())
    look.start(app, wanted, percent)


class Style(QProxyStyle):
    """The one style of the program."""

    def __init__(self) -> None:
        super().__init__(QStyleFactory.create("Fusion"))

    # -- measures ----------------------------------------------------------------------------------------------------

    def pixelMetric(self, metric: Any, option: QStyleOption | None = None, widget: QWidget | None = None) -> int:
        """Give sizes that grow with the text."""
        length = _METRICS.get(metric)
        return px(length) if length is not None else super().pixelMetric(metric, option, widget)

    def styleHint(self, hint: Any, option: Any = None, widget: Any = None, data: Any = None) -> int:
        """Put no marks under letters, no images on dialog buttons."""
        value = _HINTS.get(hint)
        return value if value is not None else super().styleHint(hint, option, widget, data)

    def sizeFromContents(self, kind: Any, option: QStyleOption, size: QSize, widget: QWidget | None = None) -> QSize:
        """Give controls the height of the design, and words the room they need."""
        if kind == _CT.CT_PushButton:
            return self._button_size(option, widget)
        made = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # the stubs forget None
        if kind == _CT.CT_LineEdit:
            height = made.height() if widget is not None and widget.property("kind") == "cell" else max(px(32), made.height())
            return QSize(made.width() + px(12), height)
        if kind == _CT.CT_MenuItem:
            return QSize(made.width() + px(16), max(made.height(), px(30)) if made.height() > px(12) else made.height())
        if kind == _CT.CT_ComboBox:
            return QSize(made.width() + px(12), max(px(32), made.height()))
        return made

    def _button_size(self, option: QStyleOption, widget: QWidget | None) -> QSize:
        assert isinstance(option, QStyleOptionButton)
        kind = widget.property("kind") if widget is not None else None
        words = option.fontMetrics.horizontalAdvance(option.text) if option.text else 0
        icon = 0 if option.icon.isNull() else option.iconSize.width()
        gap = px(6) if words and icon else 0
        menu = px(20) if option.features & QStyleOptionButton.ButtonFeature.HasMenu else 0
        pad = 0 if kind == "link" else px(7) if not words else px(13)
        slack = px(3) if kind == "link" else 0  # words begin a little inside, and the last letter may lean out
        height = max(option.fontMetrics.height() + px(4), px(24) if kind == "link" else px(32))
        return QSize(words + gap + icon + menu + 2 * pad + slack, height)

    def subElementRect(self, element: Any, option: QStyleOption, widget: QWidget | None = None) -> QRect:
        """Keep text of a field off its edge."""
        if element == _SE.SE_LineEditContents:
            inner = px(3) if widget is not None and widget.property("kind") == "cell" else px(8)
            return option.rect.adjusted(inner, 2, -inner, -2)
        return super().subElementRect(element, option, widget)  # type: ignore[arg-type]  # the stubs forget None

    # -- primitives --------------------------------------------------------------------------------------------------

    def drawPrimitive(self, element: Any, option: QStyleOption, painter: QPainter, widget: QWidget | None = None) -> None:
        """Paint edges and indicators."""
        draw = _PRIMITIVES.get(element)
        if draw is None or not draw(self, option, painter, widget):
            super().drawPrimitive(element, option, painter, widget)

    def paint_field(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint a line edit: rounded, or square in a grid."""
        if not isinstance(widget, QLineEdit) or not widget.hasFrame():
            return False
        enabled = bool(option.state & _ENABLED) and not widget.isReadOnly()
        edge, width = field_edge(widget, bool(option.state & _FOCUS), enabled)
        if widget.property("kind") == "cell":
            painter.fillRect(option.rect, field_ground(widget, enabled))
            rounded(painter, option.rect, None, edge, width, radius=0)
            return True
        rounded(painter, option.rect, field_ground(widget, enabled), edge, width)
        return True

    def paint_nothing(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint nothing: the delegate does."""
        return True

    def paint_focus(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint the focus ring, except in views, whose delegates do."""
        if isinstance(widget, QAbstractItemView):
            return True
        rounded(painter, option.rect, None, colour("accent"), 2)
        return True

    def paint_check(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint a check box."""
        self.paint_indicator(option, painter, px(3))
        return True

    def paint_radio(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint a radio button."""
        self.paint_indicator(option, painter, option.rect.height())
        return True

    def paint_indicator(self, option: QStyleOption, painter: QPainter, radius: int) -> None:
        """Paint the box or circle of a choice."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        chosen = bool(option.state & _ON)
        enabled = bool(option.state & _ENABLED)
        painter.setPen(QPen(colour("accent" if chosen and enabled else "border"), 1))
        painter.setBrush(colour("accent" if chosen and enabled else "surface"))
        radius = min(radius, int(rect.height() / 2))
        painter.drawRoundedRect(rect, radius, radius)
        if chosen:
            picture = pixmap("check", "on_accent" if enabled else "border", 14)
            side = px(14)
            spot = option.rect.center() - QRect(0, 0, side, side).center()
            painter.drawPixmap(spot, picture)
        painter.restore()

    def paint_menu_ground(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint the ground of a menu."""
        painter.fillRect(option.rect, colour("surface"))
        return True

    def paint_menu_edge(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint the edge of a menu."""
        painter.save()
        painter.setPen(colour("border"))
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()
        return True

    # -- controls ----------------------------------------------------------------------------------------------------

    def drawControl(self, element: Any, option: QStyleOption, painter: QPainter, widget: QWidget | None = None) -> None:
        """Paint buttons, headers, frames and splitters."""
        draw = _CONTROLS.get(element)
        if draw is None or not draw(self, option, painter, widget):
            super().drawControl(element, option, painter, widget)

    def paint_button(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint ground and edge of a button by its kind."""
        kind = widget.property("kind") if widget is not None else None
        enabled, focused = bool(option.state & _ENABLED), bool(option.state & _FOCUS)
        pressed = bool(option.state & (_HOVER | _DOWN | _ON))
        if kind == "filled" and enabled:
            ground = colour("accent")
            rounded(painter, option.rect, ground.lighter(112) if pressed and not option.state & _DOWN else ground, None)
            if focused:
                rounded(painter, option.rect.adjusted(2, 2, -2, -2), None, colour("on_accent"), 2)
            return True
        if kind in ("quiet", "link"):
            if pressed and enabled and kind == "quiet":
                rounded(painter, option.rect, colour("hover"), None)
            if focused:
                rounded(painter, option.rect, None, colour("accent"), 2)
            return True
        edge, width = (colour("accent"), 2) if focused else (colour("border" if enabled else "line"), 1)
        ground = colour("soft" if option.state & _ON else "hover" if pressed and enabled else "surface" if enabled else "raised")
        rounded(painter, option.rect, ground, edge, width)
        return True

    def paint_button_label(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint icon and words of a button in the ink of its kind."""
        assert isinstance(option, QStyleOptionButton)
        kind = widget.property("kind") if widget is not None else None
        enabled = bool(option.state & _ENABLED)
        ink = (
            colour("border")
            if not enabled
            else colour({"filled": "on_accent", "link": "accent", "quiet": "ink2", "field": "ink3"}.get(kind or "", "ink"))
        )
        menu = bool(option.features & QStyleOptionButton.ButtonFeature.HasMenu)
        metrics, rect = option.fontMetrics, option.rect
        words = metrics.horizontalAdvance(option.text) if option.text else 0
        side = 0 if option.icon.isNull() else option.iconSize.width()
        gap = px(6) if words and side else 0
        left = widget.property("align") == "left" if widget is not None else False
        total = words + gap + side + (px(20) if menu else 0)
        x = rect.left() + (px(13) if left else max(0, (rect.width() - total) // 2))
        if side:
            mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
            behind = option.direction == Qt.LayoutDirection.RightToLeft
            spot = QRect(x + (words + gap if behind else 0), rect.center().y() - side // 2, side, side)
            option.icon.paint(painter, spot, Qt.AlignmentFlag.AlignCenter, mode)
            x += 0 if behind else side + gap
        if words:
            painter.save()
            painter.setPen(ink)
            space = QRect(x, rect.top(), words + 2, rect.height())
            painter.drawText(space, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextHideMnemonic, option.text)
            if kind == "link" and option.state & _HOVER:
                base = rect.center().y() + metrics.ascent() // 2 + 2
                painter.fillRect(x, base, words, 1, ink)
            painter.restore()
        if menu:
            painter.drawPixmap(rect.right() - px(24) if words else x, rect.center().y() - px(7), pixmap("caret-down", "ink2", 14))
        return True

    def paint_header(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint one section of a table header."""
        assert isinstance(option, QStyleOptionHeader)
        rect = option.rect
        painter.save()
        painter.fillRect(rect, colour("raised"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        painter.setFont(font("small_strong"))
        painter.setPen(colour("ink2"))
        first = option.position in (QStyleOptionHeader.SectionPosition.Beginning, QStyleOptionHeader.SectionPosition.OnlyOneSection)
        space = rect.adjusted(px(12 if first else 8), 0, -px(8), -1)
        arrow = option.sortIndicator != QStyleOptionHeader.SortIndicator.None_
        right = bool(option.textAlignment & Qt.AlignmentFlag.AlignRight)
        if arrow:
            down = option.sortIndicator == QStyleOptionHeader.SortIndicator.SortUp
            spot = space.right() - px(12)
            painter.drawPixmap(spot, rect.center().y() - px(6), pixmap("arrow-down" if down else "arrow-up", "ink2", 12))
            space.adjust(0, 0, -px(16), 0)
        flags = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(option.text) > space.width() and space.height() >= 2 * metrics.height():
            painter.drawText(space, flags.value | Qt.TextFlag.TextWordWrap.value, option.text)
        else:
            painter.drawText(space, flags, metrics.elidedText(option.text, Qt.TextElideMode.ElideRight, space.width()))
        painter.restore()
        return True

    def paint_frame(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint the edge of a text box."""
        if not isinstance(widget, QAbstractScrollArea) or (isinstance(widget, QAbstractItemView) and widget.property("kind") != "field"):
            return False
        if isinstance(option, QStyleOptionFrame) and option.frameShape == QFrame.Shape.NoFrame:
            return True
        edge, width = field_edge(widget, bool(option.state & _FOCUS) or widget.hasFocus())
        rounded(painter, option.rect, field_ground(widget), edge, width)
        return True

    def paint_splitter(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> bool:
        """Paint the hairline between two panes."""
        rect = option.rect
        upright = rect.height() > rect.width()
        lit = bool(option.state & _HOVER) or (isinstance(widget, QWidget) and widget.hasFocus())
        ink = colour("soft_line" if lit else "line")
        middle = rect.center()
        painter.fillRect(rect, colour("surface"))
        if upright:
            painter.fillRect(middle.x(), rect.top(), 1, rect.height(), ink)
        else:
            painter.fillRect(rect.left(), middle.y(), rect.width(), 1, ink)
        return True

    # -- scroll bars -------------------------------------------------------------------------------------------------

    def drawComplexControl(self, control: Any, option: Any, painter: QPainter, widget: QWidget | None = None) -> None:
        """Paint scroll bars as one rounded thumb."""
        if control != _CC.CC_ScrollBar:
            super().drawComplexControl(control, option, painter, widget)
            return
        thumb = self.subControlRect(control, option, _SC.SC_ScrollBarSlider, widget)
        upright = option.orientation == Qt.Orientation.Vertical
        inset = px(3)
        rect = QRectF(thumb).adjusted(inset, 2, -inset, -2) if upright else QRectF(thumb).adjusted(2, inset, -2, -inset)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("border" if option.state & (_HOVER | _DOWN) else "scroll"))
        radius = min(rect.width(), rect.height()) / 2
        painter.drawRoundedRect(rect, radius, radius)
        painter.restore()

    def subControlRect(self, control: Any, option: Any, part: Any, widget: QWidget | None = None) -> QRect:
        """Give a scroll bar no arrow buttons."""
        if control != _CC.CC_ScrollBar or not isinstance(option, QStyleOptionSlider):
            return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # the stubs forget None
        upright = option.orientation == Qt.Orientation.Vertical
        length = option.rect.height() if upright else option.rect.width()
        span = option.maximum - option.minimum
        size = length if span <= 0 else max(px(28), length * option.pageStep // (span + option.pageStep))
        start = 0 if span <= 0 else (length - size) * (option.sliderPosition - option.minimum) // span
        spans = {
            _SC.SC_ScrollBarSlider: (start, size),
            _SC.SC_ScrollBarGroove: (0, length),
            _SC.SC_ScrollBarSubPage: (0, start),
            _SC.SC_ScrollBarAddPage: (start + size, length - start - size),
        }
        begin, extent = spans.get(part, (0, 0))
        return QRect(0, begin, option.rect.width(), extent) if upright else QRect(begin, 0, extent, option.rect.height())

    # -- icons of the system -----------------------------------------------------------------------------------------

    def standardIcon(self, which: Any, option: QStyleOption | None = None, widget: QWidget | None = None) -> QIcon:
        """Take the clear button and message icons from the one set."""
        name = _ICONS.get(which)
        return QIcon(pixmap(name[0], name[1], name[2])) if name else super().standardIcon(which, option, widget)


_INKS = {"filled": "on_accent", "link": "accent", "quiet": "ink2", "field": "ink3"}
_METRICS = {
    _PM.PM_SmallIconSize: 16, _PM.PM_LineEditIconSize: 16, _PM.PM_ButtonIconSize: 18, _PM.PM_ScrollBarExtent: 12,
    _PM.PM_IndicatorWidth: 18, _PM.PM_IndicatorHeight: 18, _PM.PM_ExclusiveIndicatorWidth: 18, _PM.PM_ExclusiveIndicatorHeight: 18,
    _PM.PM_CheckBoxLabelSpacing: 8, _PM.PM_RadioButtonLabelSpacing: 8, _PM.PM_HeaderMargin: 8, _PM.PM_LineEditIconMargin: 6,
    _PM.PM_MenuPanelWidth: 1, _PM.PM_MenuVMargin: 4, _PM.PM_MessageBoxIconSize: 32, _PM.PM_DefaultFrameWidth: 1,
    _PM.PM_ScrollView_ScrollBarSpacing: 0, _PM.PM_ScrollView_ScrollBarOverlap: 0, _PM.PM_ButtonShiftHorizontal: 0,
    _PM.PM_ButtonShiftVertical: 0,
}  # fmt: skip
_HINTS = {
    _SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    _SH.SH_UnderlineShortcut: 0,
    _SH.SH_ItemView_ShowDecorationSelected: 1,
    _SH.SH_Slider_AbsoluteSetButtons: 1,
    _SH.SH_EtchDisabledText: 0,
    _SH.SH_LineEdit_PasswordCharacter: 0x2022,
    _SH.SH_ScrollBar_LeftClickAbsolutePosition: 1,
    _SH.SH_ComboBox_Popup: 0,
    _SH.SH_ComboBox_AllowWheelScrolling: 0,
    _SH.SH_ItemView_ActivateItemOnSingleClick: 0,
    _SH.SH_ItemView_ScrollMode: 1,  # QAbstractItemView.ScrollPerPixel
}
_PRIMITIVES = {
    _PE.PE_PanelLineEdit: Style.paint_field, _PE.PE_FrameLineEdit: Style.paint_field, _PE.PE_FrameFocusRect: Style.paint_focus,
    _PE.PE_IndicatorCheckBox: Style.paint_check, _PE.PE_IndicatorRadioButton: Style.paint_radio, _PE.PE_PanelMenu: Style.paint_menu_ground,
    _PE.PE_FrameMenu: Style.paint_menu_edge, _PE.PE_PanelItemViewRow: Style.paint_nothing,
}  # fmt: skip
_CONTROLS = {
    _CE.CE_PushButtonBevel: Style.paint_button, _CE.CE_PushButtonLabel: Style.paint_button_label, _CE.CE_Header: Style.paint_header,
    _CE.CE_ShapedFrame: Style.paint_frame, _CE.CE_Splitter: Style.paint_splitter,
}  # fmt: skip
_SP = QStyle.StandardPixmap
_ICONS = {
    _SP.SP_LineEditClearButton: ("x", "ink2", 16),
    _SP.SP_MessageBoxInformation: ("info", "accent", 32),
    _SP.SP_MessageBoxWarning: ("warning", "warning", 32),
    _SP.SP_MessageBoxCritical: ("x-circle", "error", 32),
    _SP.SP_MessageBoxQuestion: ("question", "accent", 32),
}

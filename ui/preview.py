"""The report as it will print, with its figures marked over the page: click or arrow keys choose one, Enter opens its records.

Marks are painted over the pictures and never printed. The page is white in both themes, so the marks have the light theme's inks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.i18n import _
from db.records import FIGURES
from ui import look
from ui.look import colour, px
from ui.page_view import PageView
from ui.pdf_pages import POINT, Box, Hit, Pdf
from ui.shortcuts import action_for
from ui.style import rounded

if TYPE_CHECKING:
    from app.report.pdf import Place

MARGIN = 76.0
"""Points from the left edge of a page to the bar beside a marked sentence: the text begins at 30 mm (look/REPORT.md 1)."""
ZOOMS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Figure:
    """A figure on a page: one box per line it stands on. ``cell`` says that it fills a cell of a table."""

    page: int
    boxes: tuple[Box, ...]
    code: str
    cell: bool = False

    @property
    def label(self) -> str:
        """What the number is, in words."""
        codes = self.code.partition("?")[0].partition("@")[0].split("+")
        return " + ".join(_(FIGURES[code].label) if code in FIGURES else code for code in codes)


def figures_of(places: Sequence[Place], first_annex: int) -> list[Figure]:
    """Join places into figures: words that break over two lines are one."""
    found: list[Figure] = []
    for place in places:
        box = Box(place.x0, place.y0, place.x1, place.y1)
        last = found[-1] if found else None
        if last is not None and last.page == place.page and last.code == place.code and place.page < first_annex:
            before = last.boxes[-1]
            if box.x0 < before.x0 and 0 < before.y0 - box.y0 < 2 * (before.y1 - before.y0):
                found[-1] = Figure(last.page, (*last.boxes, box), last.code)
                continue
        found.append(Figure(place.page, (box,), place.code, place.page >= first_annex))
    return found


class Preview(PageView):
    """The pages with their figures and found words."""

    figure_chosen = Signal(int)
    """Another figure is chosen: its place in ``figures``."""
    figure_opened = Signal(int)
    """Its records are wanted."""
    mark_opened = Signal(str)
    """A marked sentence was pressed: its code."""
    entered = Signal()
    page_pressed = Signal(int, float)
    """A page was double-clicked: its number and the height there, in points from the lower edge."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[Figure] = []
        self.chosen = -1
        self.hits: list[Hit] = []
        self.hit = -1
        self.marks: tuple[tuple[str, Hit], ...] = ()
        self._by_page: dict[int, list[int]] = {}
        self._hovered = -1
        self.setAccessibleName(_("Trang báo cáo"))
        self.viewport().setMouseTracking(True)

    # -- figures -----------------------------------------------------------------------------------------------------

    def show_report(self, pdf: Pdf, figures: list[Figure]) -> None:
        """Show a report drawn anew: same place, same zoom, and the same figure chosen if it is still there."""
        before = self._identity()
        self.figures = figures
        self._by_page = {}
        for number, figure in enumerate(figures):
            self._by_page.setdefault(figure.page, []).append(number)
        self.hits, self.hit, self._hovered, self.marks = [], -1, -1, ()
        self.chosen = self._like(before)
        self.show_pdf(pdf)

    def show_marks(self, marks: Sequence[tuple[str, Hit]]) -> None:
        """Mark sentences (by code) whose figures changed since they were reworded."""
        self.marks = tuple(marks)
        self.viewport().update()

    def mark_at(self, at: QPoint) -> str:
        """Give the code of the marked sentence at a point of the view, '' for none."""
        spot = at + self.offset()
        on_page = ((code, hit) for code, hit in self.marks if self.rects[hit.page].contains(spot))
        return next((code for code, hit in on_page if any(self.rect_of(hit.page, box).contains(spot) for box in hit.boxes)), "")

    def _identity(self) -> tuple[str, int] | None:
        """Give the chosen figure's code, and how many of that code stand before it."""
        if not 0 <= self.chosen < len(self.figures):
            return None
        code = self.figures[self.chosen].code
        return code, sum(figure.code == code for figure in self.figures[: self.chosen])

    def _like(self, wanted: tuple[str, int] | None) -> int:
        if wanted is None:
            return -1
        same = [number for number, figure in enumerate(self.figures) if figure.code == wanted[0]]
        return same[min(wanted[1], len(same) - 1)] if same else -1

    def choose(self, number: int, open_it: bool = False) -> None:
        """Choose a figure (-1: none), bring it into sight and tell; ``open_it`` asks for its records."""
        self.chosen = number
        if number >= 0:
            figure = self.figures[number]
            self.setAccessibleDescription(_("{label}, trang {page}").format(label=figure.label, page=figure.page + 1))
            self.reveal(figure.page, figure.boxes)
            self.figure_chosen.emit(number)
        self.viewport().update()
        if open_it and number >= 0:
            self.figure_opened.emit(number)

    def step(self, by: int) -> None:
        """Choose the next or previous figure; the first time one in sight."""
        if not self.figures:
            return
        if self.chosen < 0:
            top = self.verticalScrollBar().value()
            seen = [n for n in range(len(self.figures)) if self.rect_of(self.figures[n].page, self.figures[n].boxes[0]).top() >= top]
            self.choose(seen[0] if seen else len(self.figures) - 1)
        elif 0 <= self.chosen + by < len(self.figures):
            self.choose(self.chosen + by)

    def figure_at(self, at: QPoint) -> int:
        """Give the figure at a point of the view, -1 for none."""
        spot = at + self.offset()
        for page in self.in_sight():
            if self.rects[page].contains(spot):
                for number in self._by_page.get(page, ()):
                    if any(self.rect_of(page, box).contains(spot) for box in self.figures[number].boxes):
                        return number
        return -1

    def rect_of(self, page: int, box: Box) -> QRect:
        """Give where a box of a page stands on the sheet of pages."""
        assert self.pdf is not None
        scale, corner, height = self.scale(page), self.rects[page].topLeft(), self.pdf.sizes[page][1]
        return QRectF(
            corner.x() + box.x0 * scale, corner.y() + (height - box.y1) * scale, (box.x1 - box.x0) * scale, (box.y1 - box.y0) * scale
        ).toAlignedRect()

    def place_of(self, number: int) -> QPoint:
        """Give the middle of a figure in the view, for a click."""
        figure = self.figures[number]
        return self.rect_of(figure.page, figure.boxes[0]).center() - self.offset()

    def reveal(self, page: int, boxes: Sequence[Box]) -> None:
        """Scroll as little as is needed to see boxes of a page, with some room around."""
        if self.pdf is None or page >= len(self.rects):
            return
        rect = self.rect_of(page, boxes[0])
        for box in boxes[1:]:
            rect = rect.united(self.rect_of(page, box))
        for bar, low, high, seen in (
            (self.verticalScrollBar(), rect.top(), rect.bottom(), self.viewport().height()),
            (self.horizontalScrollBar(), rect.left(), rect.right(), self.viewport().width()),
        ):
            room = min(px(70), max(0, (seen - (high - low)) // 2))
            if low - room < bar.value():
                bar.setValue(low - room)
            elif high + room > bar.value() + seen:
                bar.setValue(high + room - seen)

    def go_to(self, page: int, y: float) -> None:
        """Bring a height of a page (points from its lower edge) to the top of the view."""
        if self.pdf is not None and page < len(self.rects):
            self.verticalScrollBar().setValue(self.rect_of(page, Box(0, y, 1, y)).top() - px(24))

    # -- found words -------------------------------------------------------------------------------------------------

    def show_hits(self, hits: list[Hit]) -> None:
        """Mark found words; the first from here on is the current one."""
        self.hits = hits
        top = self.verticalScrollBar().value()
        after = [n for n, hit in enumerate(hits) if self.rect_of(hit.page, hit.boxes[0]).bottom() >= top]
        self.go_to_hit(after[0] if after else 0 if hits else -1)

    def go_to_hit(self, number: int) -> None:
        """Make a hit the current one."""
        self.hit = number
        if 0 <= number < len(self.hits):
            self.reveal(self.hits[number].page, self.hits[number].boxes)
        self.viewport().update()

    # -- zoom --------------------------------------------------------------------------------------------------------

    @property
    def percent(self) -> int:
        """The size of the page in sight, in percent of paper."""
        return round(self.scale(min(self.page, len(self.pdf) - 1)) / POINT * 100) if self.pdf is not None and len(self.pdf) else 100

    def set_zoom(self, zoom: float | None) -> None:
        """Show pages at a size; None fits the width."""
        self.zoom = zoom
        self.lay_out()

    def zoom_by(self, steps: int) -> None:
        """Go to the next greater or smaller size."""
        now = self.percent / 100
        if steps > 0:
            self.set_zoom(next((zoom for zoom in ZOOMS if zoom > now + 0.005), ZOOMS[-1]))
        else:
            self.set_zoom(next((zoom for zoom in reversed(ZOOMS) if zoom < now - 0.005), ZOOMS[0]))

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint_over(self, painter: QPainter, number: int, rect: QRect) -> None:
        """Paint what is marked on a page."""
        painter.save()
        painter.setClipRect(rect)
        for _code, hit in self.marks:
            if hit.page == number:
                self._paint_mark(painter, hit)
        for place, hit in enumerate(self.hits):
            if hit.page == number:
                self._paint_hit(painter, hit, place == self.hit)
        text, cell = (QPen(_ink(token), 1.25 if px(2) > 2 else 1, Qt.PenStyle.CustomDashLine) for token in ("accent", "soft_line"))
        for pen in (text, cell):
            pen.setDashPattern([2, 2])
        for place in self._by_page.get(number, ()):
            figure = self.figures[place]
            painter.setPen(cell if figure.cell else text)
            for box in figure.boxes:
                spot = self.rect_of(number, box)
                if figure.cell:
                    inset = spot.width() // 4
                    spot.adjust(inset, 0, -inset, -max(2, spot.height() // 10))
                painter.drawLine(spot.left(), spot.bottom(), spot.right(), spot.bottom())
        for place, strong in ((self._hovered, False), (self.chosen, True)):
            if place >= 0 and self.figures[place].page == number:
                self._paint_chosen(painter, self.figures[place], strong)
        painter.restore()

    def _paint_chosen(self, painter: QPainter, figure: Figure, strong: bool) -> None:
        for box in figure.boxes:
            spot = self.rect_of(figure.page, box).adjusted(-px(3), -px(1), px(3), px(2))
            painter.save()
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(spot, _ink("soft" if strong else "hover"))
            painter.restore()
            if strong:
                rounded(painter, spot, None, _ink("accent"), 2 if self.hasFocus() else 1, radius=3)

    def _paint_mark(self, painter: QPainter, hit: Hit) -> None:
        """Paint the ground of a marked sentence, a bar in the margin, and beside it the words."""
        left, right = min(box.x0 for box in hit.boxes), max(box.x1 for box in hit.boxes)
        spots = [self.rect_of(hit.page, box) for box in hit.boxes]
        whole = self.rect_of(hit.page, hit.boxes[0]._replace(x0=left, x1=right, y0=min(box.y0 for box in hit.boxes)))
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        for spot in spots:
            painter.fillRect(spot.adjusted(-px(2), -1, px(2), 1), _ink("warning_ground"))
        painter.restore()
        bar = QRect(self.rects[hit.page].left() + round(MARGIN * self.scale(hit.page)), whole.top(), px(4), whole.height())
        painter.fillRect(bar, _ink("warning_edge"))
        painter.setFont(look.font("small_medium"))
        painter.setPen(_ink("warning"))
        room = QRect(
            self.rects[hit.page].left() + px(4), whole.top(), bar.left() - self.rects[hit.page].left() - px(10), whole.height() + px(40)
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextWordWrap, _("số liệu đã thay đổi"))

    def _paint_hit(self, painter: QPainter, hit: Hit, current: bool) -> None:
        for box in hit.boxes:
            spot = self.rect_of(hit.page, box).adjusted(-1, -1, 1, 1)
            painter.save()
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(spot, QColor("#FFD978") if current else _ink("warning_ground"))
            painter.restore()
            rounded(painter, spot, None, _ink("warning_edge" if not current else "warning"), 2 if current else 1, radius=2)

    # -- pointer and keys --------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which figure is under the pointer."""
        number = self.figure_at(event.position().toPoint())
        if number != self._hovered:
            self._hovered = number
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the figure under the pointer and ask for its records."""
        number = self.figure_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if number >= 0:
            self.choose(number, open_it=True)
        elif code := self.mark_at(event.position().toPoint()):
            self.mark_opened.emit(code)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell where on a page it was, if not on a figure."""
        spot = event.position().toPoint() + self.offset()
        if self.pdf is None or self.figure_at(event.position().toPoint()) >= 0:
            return
        for page in self.in_sight():
            if self.rects[page].contains(spot):
                height = self.pdf.sizes[page][1]
                self.page_pressed.emit(page, height - (spot.y() - self.rects[page].top()) / self.scale(page))

    def viewportEvent(self, event: QEvent) -> bool:
        """Name the figure under the pointer; forget it when the pointer goes."""
        if event.type() == QEvent.Type.ToolTip and self._hovered >= 0:
            QToolTip.showText(self.viewport().mapToGlobal(self.place_of(self._hovered)), self.figures[self._hovered].label, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and self._hovered >= 0:
            self._hovered = -1
            self.viewport().update()
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, else scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the figures, zoom, scroll."""
        action = action_for("report", event)
        key, bar = event.key(), self.verticalScrollBar()
        if action == "next_figure":
            self.step(1)
        elif action == "previous_figure":
            self.step(-1)
        elif action == "open" and self.chosen >= 0:
            self.figure_opened.emit(self.chosen)
        elif action in ("zoom_in", "zoom_out"):
            self.zoom_by(1 if action == "zoom_in" else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar.setValue(0 if key == Qt.Key.Key_Home else bar.maximum())
        elif key == Qt.Key.Key_Space:
            bar.setValue(bar.value() + bar.pageStep() - px(40))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.entered.emit()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pages, and the ring of the focus round the view."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))


def _ink(token: str) -> QColor:
    """Give a colour for white paper, whatever the theme."""
    return QColor(look.LIGHT[token])

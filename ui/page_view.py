"""Pages of a PDF under each other in a scrolling view: where each stands, and pictures of those in sight, drawn by a worker.

``PageView`` knows nothing of what is on the pages; the preview paints marks over them, the thumbnails numbers below.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui import look
from ui.jobs import Job
from ui.look import colour, px
from ui.pdf_pages import POINT, Pdf, Picture

KEPT_BYTES = 96 << 20
"""Pictures of pages that are kept, in bytes."""


class PageView(QAbstractScrollArea):
    """The pages of one PDF. ``zoom`` None fits each page to the width, else 1.0 is the size on paper."""

    page_changed = Signal(int)
    """Another page takes most of the view, from 0."""
    laid_out = Signal()
    """Pages have their places and sizes."""

    ground = "desk"
    edge, gap, below = 18, 16, 0
    """Pixels at 100 % round the pages, between them, and for words under each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pdf: Pdf | None = None
        self.zoom: float | None = None
        self.page = 0
        self.rects: list[QRect] = []
        """Where each page stands on the whole sheet of pages."""
        self._pictures: OrderedDict[int, tuple[Pdf, float, QImage]] = OrderedDict()
        self._job: Job | None = None
        self._asked: tuple[Pdf, float] | None = None
        """What the picture that is being drawn is of."""
        self._came = False
        """Whether the picture asked for last was given."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        look.signals.changed.connect(self.lay_out)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_pdf(self, pdf: Pdf) -> None:
        """Show another PDF at the same place; the pictures of the one before stay until there are new ones."""
        before = self.pdf
        self.pdf = pdf
        for number in [number for number in self._pictures if number >= len(pdf)]:
            del self._pictures[number]
        self.lay_out()
        if before is not None:
            before_page = min(self.page, len(pdf) - 1)
            if before_page != self.page:
                self.go_to_page(before_page)
        self._scrolled()

    def scale(self, number: int) -> float:
        """Give the pixels of a point on a page."""
        assert self.pdf is not None
        if self.zoom is not None:
            return self.zoom * POINT
        return self.room() / self.pdf.sizes[number][0]

    def room(self) -> int:
        """Give the width a page may take."""
        return max(60, self.viewport().width() - 2 * px(self.edge))

    def lay_out(self) -> None:
        """Give every page its place, and keep what is in the middle in the middle."""
        if self.pdf is None:
            return
        anchor = self._anchor()
        widest = max((round(width * self.scale(number)) for number, (width, _height) in enumerate(self.pdf.sizes)), default=0)
        across = max(self.viewport().width(), widest + 2 * px(self.edge))
        self.rects, y = [], px(self.edge)
        for number, (width, height) in enumerate(self.pdf.sizes):
            scale = self.scale(number)
            size = QSize(round(width * scale), round(height * scale))
            self.rects.append(QRect(QPoint((across - size.width()) // 2, y), size))
            y += size.height() + px(self.gap + self.below)
        upright, level = self.verticalScrollBar(), self.horizontalScrollBar()
        upright.setRange(0, max(0, y - px(self.gap) + px(self.edge) - self.viewport().height()))
        upright.setPageStep(max(1, self.viewport().height()))
        upright.setSingleStep(px(40))
        level.setRange(0, max(0, across - self.viewport().width()))
        level.setPageStep(max(1, self.viewport().width()))
        level.setSingleStep(px(40))
        if anchor is not None:
            number, share = anchor
            if number < len(self.rects):
                rect = self.rects[number]
                upright.setValue(round(rect.top() + share * rect.height()))
        self._fetch()
        self.viewport().update()
        self.laid_out.emit()

    def _anchor(self) -> tuple[int, float] | None:
        """Give the page at the top of the view, and how far down on it that is."""
        if not self.rects:
            return None
        top = self.verticalScrollBar().value()
        number = max(0, bisect_right([rect.top() for rect in self.rects], top + px(self.edge)) - 1)
        rect = self.rects[number]
        return number, (top - rect.top()) / max(1, rect.height())

    def _scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        number = max(0, bisect_right([rect.top() for rect in self.rects], middle) - 1)
        if number != self.page and self.rects:
            self.page = number
            self.page_changed.emit(number)
        self._fetch()
        self.viewport().update()

    def go_to_page(self, number: int) -> None:
        """Bring the top of a page into sight."""
        if 0 <= number < len(self.rects):
            self.verticalScrollBar().setValue(self.rects[number].top() - px(self.edge) // 2)

    def offset(self) -> QPoint:
        """Give what of the sheet of pages is at the view's upper left corner."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def in_sight(self) -> list[int]:
        """Give the pages of which something is seen."""
        seen = QRect(self.offset(), self.viewport().size())
        return [number for number, rect in enumerate(self.rects) if rect.intersects(seen)]

    # -- pictures ----------------------------------------------------------------------------------------------------

    @property
    def drawn(self) -> set[int]:
        """The pages that have their picture."""
        return {number for number in self._pictures if self._has(number)}

    @property
    def is_drawn(self) -> bool:
        """Whether every page in sight has its picture."""
        return all(self._has(number) for number in self.in_sight())

    def _wanted(self, number: int) -> float:
        return round(self.scale(number) * self.devicePixelRatioF(), 4)

    def _has(self, number: int) -> bool:
        found = self._pictures.get(number)
        return found is not None and found[0] is self.pdf and found[1] == self._wanted(number)

    def _near(self) -> list[int]:
        """Give the pages of which a picture is wanted: those in sight, then the next and the one before where all of them may be kept."""
        seen = self.in_sight()
        every = [*seen, *(one for one in (seen[-1] + 1, seen[0] - 1) if 0 <= one < len(self.rects))] if seen else []
        pixels = sum(self.rects[one].width() * self.rects[one].height() for one in every) * self.devicePixelRatioF() ** 2
        return every if 4 * pixels <= KEPT_BYTES else seen

    def _fetch(self) -> None:
        """Ask for the first picture that is missing."""
        if self.pdf is None or self._job is not None or not self.isVisible():
            return
        number = next((one for one in self._near() if not self._has(one)), None)
        if number is None:
            return
        pdf, wanted = self.pdf, self._wanted(number)
        self._asked, self._came = (pdf, wanted), False
        job = self._job = Job(pdf.picture, number, wanted)
        job.done.connect(self._take)
        job.ended.connect(self._fetched)
        job.start()

    def _take(self, picture: Picture | None) -> None:
        self._came = picture is not None
        if picture is None or self._asked is None or self.pdf is None or picture.page >= len(self.pdf):
            return
        image = QImage(picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32).copy()
        self._pictures[picture.page] = (*self._asked, image)
        self._pictures.move_to_end(picture.page)
        over = sum(one[2].sizeInBytes() for one in self._pictures.values()) - KEPT_BYTES
        near = self._near()  # what is near would be asked for again
        for number in [one for one in self._pictures if one not in near]:
            if over <= 0:
                break
            over -= self._pictures.pop(number)[2].sizeInBytes()
        self.viewport().update()

    def _fetched(self) -> None:
        self._job = None
        if self._came or self._asked is None or self._asked[0] is not self.pdf:  # what gave nothing gives nothing again
            self._fetch()

    # -- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pages in sight: their pictures, or white paper until those come."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour(self.ground))
        if self.pdf is None:
            return
        painter.translate(-self.offset())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number in self.in_sight():
            rect = self.rects[number]
            found = self._pictures.get(number)
            if found is None:
                painter.fillRect(rect, Qt.GlobalColor.white)
            else:
                painter.drawImage(QRectF(rect), found[2])
            line = colour("border" if look.theme() == "light" else "line")
            for side in (
                QRect(rect.left() - 1, rect.top() - 1, rect.width() + 2, 1),
                QRect(rect.left() - 1, rect.bottom() + 1, rect.width() + 2, 1),
                QRect(rect.left() - 1, rect.top(), 1, rect.height()),
                QRect(rect.right() + 1, rect.top(), 1, rect.height()),
            ):
                painter.fillRect(side, line)
            self.paint_over(painter, number, rect)

    def paint_over(self, painter: QPainter, number: int, rect: QRect) -> None:
        """Paint what is shown over (or under) a page; the painter counts from the corner of the sheet of pages."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take it: what is pressed here is meant for here."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new room."""
        self.lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while nobody looked."""
        self.lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint again: the pages are painted where they are."""
        self.viewport().update()


class Thumbnails(PageView):
    """All pages small, with their numbers; choosing one brings it into the preview."""

    chosen = Signal(int)
    ground = "surface"
    edge, gap, below = 40, 10, 20

    def __init__(self, words: str) -> None:
        super().__init__()
        self.current = 0
        self.setAccessibleName(words)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def scale(self, number: int) -> float:
        """Fit the longer side of a page, so that all look alike."""
        assert self.pdf is not None
        return self.room() / max(self.pdf.sizes[0][0], self.pdf.sizes[number][0])

    def set_current(self, number: int) -> None:
        """Show which page the preview shows."""
        self.current = number
        self.setAccessibleDescription(str(number + 1))
        if number < len(self.rects):
            rect = self.rects[number]
            top, high = self.verticalScrollBar().value(), self.viewport().height()
            if rect.top() < top or rect.bottom() + px(self.below) > top + high:
                self.verticalScrollBar().setValue(rect.top() - (high - rect.height()) // 2)
        self.viewport().update()

    def paint_over(self, painter: QPainter, number: int, rect: QRect) -> None:
        """Paint the number below, and the ring of the page that is shown."""
        current = number == self.current
        if current:
            ink = colour("accent")
            for inset in (2, 3):
                painter.setPen(ink)
                painter.drawRect(rect.adjusted(-inset, -inset, inset - 1, inset - 1))
        painter.setFont(look.font("small_strong" if current else "small"))
        painter.setPen(colour("accent" if current else "ink2"))
        words = QRect(0, rect.bottom() + px(3), self.viewport().width(), px(self.below))
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, str(number + 1))
        if current and self.hasFocus():
            painter.setPen(colour("accent"))
            painter.drawRect(rect.adjusted(-px(6), -px(6), px(6), px(6)))

    def choose(self, number: int) -> None:
        """Take a page."""
        if self.pdf is not None and 0 <= number < len(self.pdf):
            self.set_current(number)
            self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk page by page."""
        key, now, last = Qt.Key(event.key()), self.current, len(self.rects) - 1
        to = {
            Qt.Key.Key_Down: now + 1, Qt.Key.Key_Right: now + 1, Qt.Key.Key_Up: now - 1, Qt.Key.Key_Left: now - 1,
            Qt.Key.Key_PageDown: min(last, now + 3), Qt.Key.Key_PageUp: max(0, now - 3), Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
            Qt.Key.Key_Return: now, Qt.Key.Key_Enter: now,
        }.get(key)  # fmt: skip
        if to is None:
            super().keyPressEvent(event)
        else:
            self.choose(to)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the page under the pointer."""
        at = event.position().toPoint() + self.offset()
        for number, rect in enumerate(self.rects):
            if rect.adjusted(0, 0, 0, px(self.below)).contains(at):
                self.choose(number)

"""Print the pages of a report through the system's dialog: each drawn at 300 dots to the inch or better, as it is previewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRect, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from app.i18n import _
from db.errors import ExpectedError
from ui.pdf_pages import Pdf

LEAST, MOST = 300, 600
"""Dots to the inch a page is drawn with."""
Progress = Callable[[int, int], object]


def new_printer(title: str) -> QPrinter:
    """Give a printer as the system has it set up, at a resolution that is good enough."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if printer.resolution() < LEAST:
        printer.setResolution(LEAST)
    printer.setDocName(title)
    printer.setCreator("Nền Nếp")
    return printer


def dialog_for(printer: QPrinter, pages: int, parent: QWidget | None) -> QPrintDialog:
    """Give the system's print dialog over a report of so many pages."""
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_("In báo cáo"))
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, True)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintCurrentPage, True)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintSelection, False)
    dialog.setMinMax(1, pages)
    return dialog


def chosen_pages(printer: QPrinter, pages: int, current: int) -> list[int]:
    """Give the pages (from 0) that the dialog chose."""
    which = printer.printRange()
    if which == QPrinter.PrintRange.CurrentPage:
        return [current]
    if which == QPrinter.PrintRange.PageRange and printer.fromPage() > 0:
        return list(range(printer.fromPage() - 1, min(pages, printer.toPage() or pages)))
    return list(range(pages))


def print_pages(pdf: Pdf, printer: QPrinter, numbers: list[int], progress: Progress | None = None) -> int:
    """Print pages and give how many; made for a worker. Raises ExpectedError when the printer or its file fails."""
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    wanted = numbers * copies
    target = printer.outputFileName()
    if target and not (Path(target).parent.is_dir() and not Path(target).is_dir()):
        raise _failed(_("Không ghi được tệp {path}.").format(path=target))
    if not wanted:
        raise _failed(_("Không có trang nào trong khoảng đã chọn."))
    _lay_out(printer, pdf, wanted[0])
    painter = QPainter()
    if not _begin(painter, printer):
        raise _failed(_("Máy in không nhận việc in."))
    try:
        for place, number in enumerate(wanted):
            if place:
                _lay_out(printer, pdf, number)
                if not printer.newPage():
                    raise _failed(_("Máy in dừng ở trang {page}.").format(page=number + 1))
            _paint(painter, printer, pdf, number)
            if progress is not None:
                progress(place + 1, len(wanted))
    except BaseException:
        printer.abort()
        painter.end()
        if target:
            Path(target).unlink(missing_ok=True)
        raise
    painter.end()
    if printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise _failed(_("Máy in báo lỗi."))
    if target and not Path(target).exists():
        raise _failed(_("Không ghi được tệp {path}.").format(path=target))
    return len(wanted)


def _begin(painter: QPainter, printer: QPrinter) -> bool:
    if not painter.begin(printer):
        return False
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    return True


def _lay_out(printer: QPrinter, pdf: Pdf, number: int) -> None:
    """Give the sheet the size and direction of a page."""
    width, height = pdf.sizes[number]
    upright = QPageSize(QSizeF(min(width, height), max(width, height)), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    direction = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
    printer.setPageLayout(QPageLayout(upright, direction, QMarginsF(), QPageLayout.Unit.Point))
    printer.setFullPage(True)


def _paint(painter: QPainter, printer: QPrinter, pdf: Pdf, number: int) -> None:
    dots = max(LEAST, min(MOST, printer.resolution()))
    picture = pdf.picture(number, dots / 72, grey=True)
    if picture is None:
        raise _failed(_("Báo cáo đã được lập lại trong lúc in."))
    kind = QImage.Format.Format_Grayscale8 if picture.grey else QImage.Format.Format_RGB32
    image = QImage(picture.data, picture.width, picture.height, picture.stride, kind)
    paper = printer.pageLayout().fullRectPixels(printer.resolution())
    painter.drawImage(QRect(0, 0, paper.width(), paper.height()), image)


def _failed(what: str) -> ExpectedError:
    remedy = _("Hãy xem máy in đã bật, còn giấy và đã nối chưa, rồi in lại; hoặc lưu PDF để in ở máy khác.")
    return ExpectedError("printer", what, remedy)

"""Pages of a PDF in a view: pictures, places, words, zoom; and the same pages printed."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import demo as demo_office
from app.periods import period
from app.report import showing
from app.report.pdf import Place
from app.report.showing import Shown
from db.errors import ExpectedError
from tests.demo_office import open_demo
from tests.ui.keyboard import Key, Keyboard
from ui import look, printing
from ui.jobs import any_runs, wait_for_all
from ui.page_view import PageView, Thumbnails
from ui.pdf_pages import Pdf
from ui.preview import Preview, figures_of


@functools.cache
def _drawn() -> Shown:
    with open_demo(Path(tempfile.mkdtemp(prefix="nennep-preview-")) / "office") as opened:
        return showing.draw(opened.store, period(opened.store, demo_office.PERIOD), None)


@pytest.fixture
def shown() -> Shown:
    return _drawn()


@pytest.fixture
def pdf(shown: Shown) -> Iterator[Pdf]:
    made = Pdf(shown.pdf)
    yield made
    made.close()


@pytest.fixture
def preview(app: QApplication, qtbot: QtBot, pdf: Pdf, shown: Shown) -> Iterator[Preview]:
    made = Preview()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    first_annex = next(m.page for m, key in zip(pdf.marks, shown.headings, strict=True) if key.startswith("PL."))
    made.show_report(pdf, figures_of(shown.places, first_annex))
    made.setFocus()
    qtbot.waitUntil(lambda: made.is_drawn, timeout=20_000)
    yield made
    made.hide()
    wait_for_all()


def figure(preview: Preview, code: str) -> int:
    return next(number for number, one in enumerate(preview.figures) if one.code == code)


# -- the PDF -------------------------------------------------------------------------------------------------------------


def test_pages_have_the_sizes_of_the_file_and_pictures_of_them(pdf: Pdf, shown: Shown) -> None:
    assert len(pdf) == shown.pages == len(pypdf.PdfReader(io.BytesIO(shown.pdf)).pages)
    picture = pdf.picture(0, 2.0)
    assert picture is not None
    assert abs(picture.width - pdf.sizes[0][0] * 2) <= 1
    grey = pdf.picture(0, 1.0, grey=True)
    assert grey is not None
    assert grey.grey
    assert min(grey.data) < 60 < 250 < max(grey.data)


def test_headings_of_the_file_are_those_of_the_outline(pdf: Pdf, shown: Shown) -> None:
    assert len(pdf.marks) == len(shown.headings)
    titles = {item.key: item.whole for item in shown.items}
    for mark, key in zip(pdf.marks, shown.headings, strict=True):
        assert titles[key].split()[-1].lower() in mark.title.lower()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("giao duc", True),
        ("Giáo dục", True),
        ("GIÁO DỤC", True),
        ("giào dục", False),
        ("dan quan tu ve", True),
        ("   ", False),
        ("zzz", False),
    ],
)
def test_words_are_found_with_marks_as_typed_and_without_marks_for_all(pdf: Pdf, wanted: str, found: bool) -> None:
    hits = pdf.find(wanted)
    assert bool(hits) is found
    for hit in hits:
        words = " ".join(pdf.text_in(hit.page, box) for box in hit.boxes).lower()
        assert len(words.split()) >= len(wanted.split())


def test_every_occurrence_is_found_over_line_ends_too(pdf: Pdf, shown: Shown) -> None:
    reader = pypdf.PdfReader(io.BytesIO(shown.pdf))
    text = [" ".join(page.extract_text().replace("\u00a0", " ").split()).lower() for page in reader.pages]
    expected = [page for page, words in enumerate(text) for _n in range(words.count("dân quân tự vệ"))]
    assert [hit.page for hit in pdf.find("dân quân tự vệ")] == expected


def test_a_place_of_a_figure_holds_its_words(pdf: Pdf, shown: Shown) -> None:
    place = next(place for place in shown.places if place.code == "EDU_RATE_MIN")
    assert pdf.text_in(place.page, place) == "từ 95,8% trở lên"  # type: ignore[arg-type]


def test_a_closed_file_gives_nothing_and_does_not_fall_over(shown: Shown) -> None:
    pdf = Pdf(shown.pdf)
    pdf.close()
    pdf.close()
    assert pdf.picture(0, 1.0) is None
    assert pdf.find("dân") == []


# -- the view ------------------------------------------------------------------------------------------------------------


def test_only_pages_in_sight_and_their_neighbours_are_drawn(preview: Preview, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: 1 in preview.drawn, timeout=10_000)
    assert preview.drawn <= {0, 1, 2}
    preview.go_to_page(10)
    qtbot.waitUntil(lambda: preview.is_drawn, timeout=20_000)
    assert {10} <= preview.drawn <= {0, 1, 2, 8, 9, 10, 11, 12}


def test_a_page_fits_the_width_and_zoom_keys_change_it_around_the_same_place(preview: Preview, qtbot: QtBot) -> None:
    keys = Keyboard()
    assert abs(preview.rects[0].width() - preview.room()) <= 1
    assert preview.horizontalScrollBar().maximum() == 0
    preview.go_to_page(3)
    before = preview.percent
    keys.press(Key.Key_Plus)
    assert preview.percent > before
    assert preview.page == 3
    keys.press(Key.Key_Minus, Key.Key_Minus, Key.Key_Minus)
    assert preview.percent < before
    assert preview.page == 3
    preview.set_zoom(None)
    assert preview.percent == before


def test_arrows_walk_all_figures_in_order_and_bring_them_into_sight(preview: Preview) -> None:
    keys = Keyboard()
    seen: list[int] = []
    preview.figure_chosen.connect(seen.append)
    for _time in range(12):
        keys.press(Key.Key_Right)
        assert preview.viewport().rect().contains(preview.place_of(preview.chosen))
    assert seen == list(range(12))
    keys.press(Key.Key_Left)
    assert preview.chosen == 10
    assert preview.figures[10].label in preview.accessibleDescription()


def test_words_of_a_figure_over_two_lines_are_one_figure() -> None:
    def place(y: float, x0: float, x1: float, code: str = "A", page: int = 0) -> Place:
        return Place(page, x0, y, x1, y + 14, code)

    over_two = [place(100, 300, 500), place(81, 80, 160)]
    assert [len(one.boxes) for one in figures_of(over_two, 9)] == [2]
    assert [len(one.boxes) for one in figures_of(over_two, 0)] == [1, 1], "cells of a table are apart"
    for other in (place(81, 320, 400), place(40, 80, 160), place(81, 80, 160, "B"), place(81, 80, 160, "A", 1)):
        assert [len(one.boxes) for one in figures_of([over_two[0], other], 9)] == [1, 1]


def test_a_click_on_a_number_chooses_it_and_asks_for_its_records(preview: Preview, qtbot: QtBot) -> None:
    number = figure(preview, "EDU_TOPIC_N")
    preview.reveal(preview.figures[number].page, preview.figures[number].boxes)
    with qtbot.waitSignal(preview.figure_opened) as opened:
        QTest.mouseClick(preview.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, preview.place_of(number))
    assert opened.args == [number]
    assert preview.chosen == number
    with qtbot.assertNotEmitted(preview.figure_opened, wait=50):
        QTest.mouseClick(preview.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(4, 4))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_white_in_both_themes_and_marks_lie_over_it(preview: Preview, qtbot: QtBot, theme: str) -> None:
    look.set_theme(theme)
    number = figure(preview, "EDU_TOPIC_N")
    preview.choose(number)
    qtbot.waitUntil(lambda: preview.is_drawn, timeout=20_000)
    picture = preview.viewport().grab().toImage()
    rect = preview.rects[preview.figures[number].page].translated(-preview.offset())
    assert picture.pixelColor(rect.left() + 12, max(12, rect.top() + 12)) == QColor("white")
    assert picture.pixelColor(4, 30) == look.colour("desk")
    box = preview.rect_of(preview.figures[number].page, preview.figures[number].boxes[0]).translated(-preview.offset())
    inks = {picture.pixelColor(x, y).name().upper() for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())}
    assert look.LIGHT["soft"] in inks


def test_drawing_anew_keeps_place_zoom_and_the_chosen_number(preview: Preview, shown: Shown, qtbot: QtBot) -> None:
    preview.set_zoom(1.25)
    number = figure(preview, "EDU_RATE_FINAL")
    preview.choose(number)
    at = preview.verticalScrollBar().value()
    other = Pdf(shown.pdf)
    preview.show_report(other, list(preview.figures))
    assert (preview.verticalScrollBar().value(), preview.zoom, preview.chosen) == (at, 1.25, number)
    preview.show_report(other, [one for one in preview.figures if one.code != "EDU_RATE_FINAL"])
    assert preview.chosen == -1
    qtbot.waitUntil(lambda: preview.is_drawn, timeout=20_000)
    preview.hide()
    wait_for_all()
    other.close()


def test_pages_too_large_to_be_kept_are_drawn_once_and_not_again_and_again(preview: Preview, qtbot: QtBot) -> None:
    preview.resize(1300, 600)
    preview.set_zoom(3.0)
    preview.go_to_page(2)
    preview.verticalScrollBar().setValue(preview.verticalScrollBar().value() - 200)
    assert preview.in_sight() == [1, 2]
    qtbot.waitUntil(lambda: preview.is_drawn and not any_runs(), timeout=20_000)
    assert preview.drawn == {1, 2}


def test_small_pages_are_walked_by_keys_and_clicked(app: QApplication, qtbot: QtBot, pdf: Pdf) -> None:
    small = Thumbnails("Các trang")
    qtbot.addWidget(small)
    small.resize(250, 500)
    small.show()
    small.show_pdf(pdf)
    small.setFocus()
    chosen: list[int] = []
    small.chosen.connect(chosen.append)
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_End, Key.Key_Down, Key.Key_Home):
        QTest.keyClick(small, key)
    assert chosen == [1, 2, 1, len(pdf) - 1, 0]
    QTest.mouseClick(small.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, small.rects[1].center() - small.offset())
    assert chosen[-1] == 1
    qtbot.waitUntil(lambda: small.is_drawn, timeout=20_000)
    small.hide()
    wait_for_all()


def test_an_empty_view_paints_and_takes_keys(app: QApplication, qtbot: QtBot) -> None:
    for view in (Preview(), Thumbnails("x"), PageView()):
        qtbot.addWidget(view)
        view.show()
        view.grab()
        for key in (Key.Key_Right, Key.Key_Down, Key.Key_Return, Key.Key_Home, Key.Key_Space):
            QTest.keyClick(view, key)


# -- printing ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def printer(app: QApplication, tmp_path: Path) -> Callable[[str], QPrinter]:
    def make(name: str) -> QPrinter:
        made = printing.new_printer("Báo cáo")
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(tmp_path / name))
        made.setResolution(300)
        return made

    return make


def test_printed_pages_are_the_previewed_ones_at_300_dots_with_landscape_sheets(
    pdf: Pdf, printer: Callable[[str], QPrinter], tmp_path: Path
) -> None:
    wide = next(number for number, size in enumerate(pdf.sizes) if size[0] > size[1])
    done: list[tuple[int, int]] = []
    assert printing.print_pages(pdf, printer("in.pdf"), [0, wide], lambda n, of: done.append((n, of))) == 2
    assert done == [(1, 2), (2, 2)]
    pages = pypdf.PdfReader(tmp_path / "in.pdf").pages
    assert len(pages) == 2
    for page, number in zip(pages, (0, wide), strict=True):
        width, height = (float(page.mediabox.width), float(page.mediabox.height))
        assert (width, height) == pytest.approx(pdf.sizes[number], abs=1.5)
        images = list(page.images)
        assert len(images) == 1
        assert images[0].image is not None
        assert images[0].image.width >= width / 72 * 299
    printed = Pdf((tmp_path / "in.pdf").read_bytes())
    one, other = printed.picture(0, 1.0, grey=True), pdf.picture(0, 1.0, grey=True)
    printed.close()
    assert one is not None
    assert other is not None
    kind = QImage.Format.Format_Grayscale8
    small = [
        QImage(p.data, p.width, p.height, p.stride, kind).scaled(60, 84, mode=Qt.TransformationMode.SmoothTransformation)
        for p in (one, other)
    ]
    apart = [abs(small[0].pixelColor(x, y).red() - small[1].pixelColor(x, y).red()) for x in range(60) for y in range(84)]
    assert sum(apart) / len(apart) < 4


def test_a_range_and_the_page_in_sight_can_be_chosen(printer: Callable[[str], QPrinter]) -> None:
    chosen = printer("x.pdf")
    assert printing.chosen_pages(chosen, 13, 4) == list(range(13))
    chosen.setPrintRange(QPrinter.PrintRange.CurrentPage)
    assert printing.chosen_pages(chosen, 13, 4) == [4]
    chosen.setPrintRange(QPrinter.PrintRange.PageRange)
    chosen.setFromTo(3, 40)
    assert printing.chosen_pages(chosen, 13, 4) == list(range(2, 13))


def test_a_range_beyond_the_last_page_is_refused(pdf: Pdf, printer: Callable[[str], QPrinter]) -> None:
    chosen = printer("x.pdf")
    chosen.setPrintRange(QPrinter.PrintRange.PageRange)
    chosen.setFromTo(40, 41)
    with pytest.raises(ExpectedError, match="Không có trang nào"):
        printing.print_pages(pdf, chosen, printing.chosen_pages(chosen, 13, 4))


def test_a_printer_that_fails_says_what_to_do(pdf: Pdf, printer: Callable[[str], QPrinter]) -> None:
    with pytest.raises(ExpectedError, match="Không ghi được tệp") as failed:
        printing.print_pages(pdf, printer("no-such-folder/in.pdf"), [0])
    assert "máy in" in failed.value.remedy


def test_a_stopped_print_leaves_no_half_file(pdf: Pdf, printer: Callable[[str], QPrinter], tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(_done: int, _all: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        printing.print_pages(pdf, printer("half.pdf"), [0, 1], stop)
    assert not (tmp_path / "half.pdf").exists()

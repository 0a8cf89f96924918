"""For who cannot see, and for who has no mouse: every control of every page has a name, is reached by Tab, and shows the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QScrollArea, QWidget

from app import office
from db.connection import Lock
from tests.demo_office import copied
from tests.ui.conftest import TODAY
from tests.ui.keyboard import Keyboard
from ui import jobs, look, style
from ui.buttons import Button
from ui.main_window import MainWindow
from ui.pages import pages
from ui.session import Place, Session

Settle = Callable[[], None]
KEYS = [page.key for page in pages()]


@pytest.fixture(scope="module")
def window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all pages: opening it costs more than looking at a page."""
    style.install(qapp)
    folder, unlocked = copied(tmp_path_factory.mktemp("accessible") / "demo")
    lock = Lock(folder)
    lock.acquire()
    opened = office.attach(folder, lock, unlocked, window=True)
    made = MainWindow(Session(opened, demo=True, today=TODAY))
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    yield made
    jobs.wait_for_all()
    made.hide()
    made.deleteLater()
    qapp.processEvents()
    opened.close()


def controls(window: MainWindow) -> list[QWidget]:
    """Give what takes the focus by Tab and can be seen; panes that only scroll, and lists that are being filled, are no controls."""
    return [
        one
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isVisible()
        and one.isEnabled()
        and one.focusProxy() is None
        and type(one) is not QScrollArea
        and not one.visibleRegion().isEmpty()
        and not (isinstance(one, QAbstractItemView) and one.model().rowCount() == 0)
    ]


def walked_by_arrows(one: QWidget) -> bool:
    """Tell whether it is one of several of which Tab enters the chosen one, and arrows go to the others."""
    return isinstance(one, QAbstractButton) and (one.autoExclusive() or one.group() is not None)


@pytest.mark.parametrize("key", KEYS)
def test_every_control_of_every_page_has_a_name(key: str, window: MainWindow, settle: Settle) -> None:
    window.go(Place(key))
    settle()
    nameless = [one for one in controls(window) if not (one.accessibleName() or getattr(one, "text", str)())]
    assert nameless == []


@pytest.mark.parametrize("key", KEYS)
def test_every_control_of_every_page_looks_different_with_the_focus(key: str, window: MainWindow, settle: Settle) -> None:
    for theme in ("light", "dark"):
        look.set_theme(theme)
        try:
            window.go(Place(key))
            settle()
            blind = []
            for one in controls(window):
                one.setFocus(Qt.FocusReason.TabFocusReason)
                if not one.hasFocus():
                    continue
                seen = one.grab().toImage()
                one.clearFocus()
                if one.grab().toImage() == seen:
                    blind.append(one)
            assert blind == [], theme
        finally:
            look.set_theme("light")


@pytest.mark.parametrize("key", KEYS)
def test_tab_reaches_every_control_of_a_page(key: str, window: MainWindow, settle: Settle) -> None:
    window.go(Place(key))
    settle()
    keyboard, met = Keyboard(), set()
    wanted = {id(one): one for one in controls(window) if not walked_by_arrows(one)}
    next(iter(wanted.values())).setFocus(Qt.FocusReason.TabFocusReason)
    for _step in range(3 * len(wanted) + 20):
        focus = QApplication.focusWidget()
        if focus is not None:
            met.add(id(focus))
        keyboard.press(Qt.Key.Key_Tab)
        if set(wanted) <= met:
            break
    assert [one for at, one in wanted.items() if at not in met] == []


def test_arrows_walk_the_navigation(window: MainWindow) -> None:
    items = list(window.navigation.items.values())
    items[0].setFocus(Qt.FocusReason.TabFocusReason)
    keyboard, met = Keyboard(), []
    for _step in range(len(items)):
        met.append(QApplication.focusWidget())
        keyboard.press(Qt.Key.Key_Down)
    assert met == items


def test_the_name_of_a_button_follows_its_words(app: QApplication) -> None:
    plain, named = Button("Tiếp tục"), Button("Mở")
    named.setAccessibleName("Mở bản ghi đó")
    plain.setText("Tạo dữ liệu")
    named.setText("Đang mở…")
    assert (plain.accessibleName(), named.accessibleName()) == ("Tạo dữ liệu", "Mở bản ghi đó")

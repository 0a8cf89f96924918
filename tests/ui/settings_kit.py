"""What tests of the settings page share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton

from app import users
from app.demo import USER
from db.journal import now_text
from ui.buttons import Button
from ui.main_window import MainWindow
from ui.session import Place, Session
from ui.settings_page import SettingsPage

Settle = Callable[[], None]
LONG, OTHER = "con ngua trang chay nhanh", "cau khac cung kha dai day"
"""Passwords that are long enough."""


def settings_of(window: MainWindow, settle: Settle) -> SettingsPage:
    """Go to the settings and give their page."""
    window.go(Place("settings"))
    settle()
    found = window.page("settings")
    assert isinstance(found, SettingsPage)
    return found


def add_person(session: Session, user: str, roles: tuple[str, ...]) -> users.Person:
    """Add a person with the password ``LONG``; give them."""
    office = session.office
    office.unlocked = users.add(office.store, office.unlocked, user, f"Người {user}", roles, LONG, by=USER, now=now_text())
    return users.person(office.database, user)


def button_of(page: SettingsPage, words: str) -> QAbstractButton:
    """Give the visible button with these words."""
    return next(one for one in page.findChildren(Button) if one.isVisible() and words in (one.text(), one.accessibleName()))

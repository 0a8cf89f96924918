"""An office whose report can be signed."""

from __future__ import annotations

import pytest

from app import users
from app.office import Office
from app.periods import Period, period
from db.journal import now_text
from db.store import Store
from tests import samples
from tests.app.approval.kit import CHIEF, CLERK
from tests.samples import USER, education


@pytest.fixture
def opened(small: Office) -> Office:
    """An office with a session in 2019-H1, a clerk and a commander."""
    for user, role in ((CLERK, "clerk"), (CHIEF, "commander")):
        users.enter(small.store, user, f"Người {user}", [role], USER, now_text())
    small.store.save("education", education(), USER)
    samples.signable(small.store)
    return small


@pytest.fixture
def store(opened: Office) -> Store:
    return opened.store


@pytest.fixture
def half(store: Store) -> Period:
    return period(store, "2019-H1")

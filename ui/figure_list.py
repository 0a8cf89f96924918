"""From a figure on a page to the list of the records that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.periods import Period
from ui import doing
from ui.session import Place, Session

if TYPE_CHECKING:
    from app.report.behind import Behind
    from app.today import Compared


def open_records(over: QWidget, session: Session, period: Period, unit: str | None, asked: Compared) -> None:
    """List what stands behind a figure of ``unit`` (uid; None: the office's own) that page ``over`` shows, unless it was left meanwhile."""

    def find() -> Behind:
        from app.report.behind import behind  # once somebody asks

        return behind(session.store, period, unit, "+".join(asked.codes))

    def found(made: Behind) -> None:
        if not over.isVisible():
            return
        if made.parts:
            session.go(Place(*made.listed(f"{_(asked.label)}: {asked.now}")))
        else:
            session.toast(_("“{label}”: không có bản ghi nào đứng sau số này.").format(label=_(asked.label)))

    doing.read(over, session, find, found)

"""RECORD_TYPES: the one list of record types, in menu order. A new record type, with its figures, is one module here and one line below."""

from __future__ import annotations

import sys

from db.figures import EVERY, Figure
from db.record import Record, finish
from db.records.aggregate import Aggregate
from db.records.award import Award
from db.records.beneficiary import Beneficiary
from db.records.cadre import CadreWork
from db.records.care import CareActivity
from db.records.civil import CivilWork
from db.records.education import EducationSession
from db.records.hcm import Learning
from db.records.initiative import Initiative
from db.records.inspection import Inspection
from db.records.mass import MassWork
from db.records.office import Office
from db.records.party import PartyState
from db.records.party_org import PartyOrganisation
from db.records.party_work import PartyWork
from db.records.period import ReportingPeriod
from db.records.propaganda import Propaganda
from db.records.report import ReportText
from db.records.security import Security
from db.records.task import KeyTasks
from db.records.topic import Topic
from db.records.unit import Unit
from db.records.wave import Wave

RECORD_TYPES: dict[str, type[Record]] = {
    declared.type_name: declared
    for declared in (
        EducationSession,
        Propaganda,
        Wave,
        Award,
        Initiative,
        Learning,
        PartyState,
        PartyWork,
        Inspection,
        CadreWork,
        Security,
        CareActivity,
        CivilWork,
        MassWork,
        KeyTasks,
        Aggregate,
        Beneficiary,
        Unit,
        Topic,
        PartyOrganisation,
        Office,
        ReportText,
        ReportingPeriod,
    )
}

for _declared in RECORD_TYPES.values():
    for _model in (_declared, *_declared.kinds.values()):
        finish(_model)

_MODULES = dict.fromkeys(declared.__module__ for declared in RECORD_TYPES.values())
FIGURES: dict[str, Figure] = {figure.code: figure for name in _MODULES for figure in getattr(sys.modules[name], "FIGURES", ())}
"""Every figure by code, in menu order: those that stand as ``FIGURES`` in a record type's module."""
EVERY.update(FIGURES)

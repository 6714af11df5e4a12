"""A route as data: what the files of one deployed folder say, read once and frozen.

Modules: ``config`` (what route.toml says), ``tables`` (reading TOML without guessing), ``reading``
(TOML to config, all findings at once), ``route`` (all the files together).
"""

from engine.findings import Finding, RouteRefused
from engine.routes.config import (
    ClientNames,
    Demo,
    DemoOrganisation,
    DemoPerson,
    Ending,
    EndingLetter,
    Party,
    Reminders,
    Role,
    RouteConfig,
    Setting,
    SettingValue,
)
from engine.routes.reading import read_config
from engine.routes.route import (
    LINKED_CASES,
    MAIN_CASE,
    TASK_EXTEND,
    TASK_LETTER,
    TASK_MESSAGE,
    TASK_PARTY,
    TASK_PARTY_END,
    TASK_PAUSE,
    TASK_RESUME,
    TASK_START_CASE,
    TASK_TYPES,
    TASKS_ON_TERMS,
    Parts,
    Route,
    as_route,
    read_folder,
    read_parts,
    read_route,
    reread_route,
)
from engine.routes.terms import Term, TermAction

__all__ = [
    "LINKED_CASES",
    "MAIN_CASE",
    "TASKS_ON_TERMS",
    "TASK_EXTEND",
    "TASK_LETTER",
    "TASK_MESSAGE",
    "TASK_PARTY",
    "TASK_PARTY_END",
    "TASK_PAUSE",
    "TASK_RESUME",
    "TASK_START_CASE",
    "TASK_TYPES",
    "ClientNames",
    "Demo",
    "DemoOrganisation",
    "DemoPerson",
    "Ending",
    "EndingLetter",
    "Finding",
    "Parts",
    "Party",
    "Reminders",
    "Role",
    "Route",
    "RouteConfig",
    "RouteRefused",
    "Setting",
    "SettingValue",
    "Term",
    "TermAction",
    "as_route",
    "read_config",
    "read_folder",
    "read_parts",
    "read_route",
    "reread_route",
]

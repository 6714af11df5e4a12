"""What route.toml says: names, parties, roles, settings with their dates, endings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.reminders import USUAL, USUAL_LEAD
from engine.routes.terms import Term

SettingContent = object
"""Text, number, boolean, date, or a list or table of these, as TOML gives it."""


@dataclass(frozen=True)
class ClientNames:
    """The variables that hold who the client is; None when the route does not record it."""

    name: str | None = None
    email: str | None = None
    mail_allowed: str | None = None


@dataclass(frozen=True)
class Party:
    """A kind of organisation; ``variable`` holds the id of the one that it is in a case.

    While ``successor_reads`` (FEEL) holds, who becomes this party in the place of another reads
    the forms that the other filled in.
    """

    id: str
    name: str
    variable: str | None = None
    successor_reads: str | None = None


@dataclass(frozen=True)
class Role:
    """What a person can be within an organisation that is ``party``."""

    id: str
    name: str
    party: str


@dataclass(frozen=True)
class SettingValue:
    """A value that holds from local date ``since`` on; ``source`` says where it comes from."""

    since: date
    value: SettingContent
    source: str


@dataclass(frozen=True)
class Setting:
    """A setting, in FEEL ``instellingen.<name>``. ``values`` are in order of ``since``."""

    name: str
    explanation: str
    values: tuple[SettingValue, ...]

    def on(self, day: date) -> SettingContent:
        """The value valid on ``day``; None before the first date."""
        valid = None
        for item in self.values:
            if item.since <= day:
                valid = item.value
        return valid


@dataclass(frozen=True)
class EndingLetter:
    """A letter that goes out when a case ends for this reason; ``to`` as a letter task says it."""

    letter: str
    to: str


@dataclass(frozen=True)
class Ending:
    """A reason for which a person may end a case from any wait."""

    id: str
    name: str
    letters: tuple[EndingLetter, ...] = ()
    client_mail_stops: bool = False


@dataclass(frozen=True)
class Reminders:
    """How this route reminds of deadlines, unless a user task says otherwise.

    ``schedule`` and ``lead`` are texts of ``engine.reminders``; ``leads`` says which roles are the
    team leads of a party.
    """

    schedule: str = USUAL
    lead: str = USUAL_LEAD
    leads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoOrganisation:
    """An organisation for a demonstration."""

    id: str
    party: str
    name: str
    email: str


@dataclass(frozen=True)
class DemoPerson:
    """A person for a demonstration."""

    name: str
    user: str
    organisation: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Demo:
    """Organisations and people for a demonstration; made only when asked for."""

    organisations: tuple[DemoOrganisation, ...] = ()
    people: tuple[DemoPerson, ...] = ()


@dataclass(frozen=True)
class RouteConfig:
    """All of route.toml. ``lanes``: name of a lane to id of a role."""

    id: str
    name: str
    process: str
    start_form: str
    start_role: str
    number_prefix: str
    language: str = "nl"
    client: ClientNames = ClientNames()
    parties: Mapping[str, Party] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    lanes: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    endings: Mapping[str, Ending] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    demo: Demo = Demo()
    reminders: Reminders = Reminders()

    @property
    def start_party(self) -> str:
        """The party of whoever starts a case: the organisation whose case it is at first."""
        return self.roles[self.start_role].party

    def settings_on(self, day: date) -> dict[str, SettingContent]:
        """Every setting with its value on local date ``day``."""
        return {setting.name: setting.on(day) for setting in self.settings}

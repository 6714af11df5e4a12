"""From the text of route.toml to a RouteConfig, with everything that is wrong at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from engine.dialect import SUCCESSOR_READS
from engine.findings import Finding, fault_line
from engine.reminders import USUAL, USUAL_LEAD, ScheduleUnreadable, read_lead, read_schedule
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
from engine.routes.tables import IDENTIFIER, ROUTE_FILE, Table
from engine.routes.terms import read_terms

MAX_PREFIX = 10


def read_config(raw: bytes) -> tuple[RouteConfig | None, list[Finding]]:
    """Read route.toml. The config is None when it cannot be used at all.

    Findings name the place as a path of keys, such as ``rollen.begeleider.partij``.
    """
    findings: list[Finding] = []
    try:
        # Decimal: 67.95 is an amount of money, never a binary fraction.
        content = tomllib.loads(raw.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError:
        return None, [Finding(ROUTE_FILE, "", "route-toml", "Het bestand is geen UTF-8-tekst.")]
    except (ValueError, RecursionError) as error:
        message = f"Het bestand is geen geldige TOML.{fault_line(error)}"
        return None, [Finding(ROUTE_FILE, "", "route-toml", message)]
    root = Table(content, "", findings)
    config = RouteConfig(
        id=root.slug("id"),
        name=root.text("naam"),
        process=root.identifier("proces"),
        start_form=root.identifier("startformulier"),
        start_role=root.identifier("startrol"),
        number_prefix=_prefix(root),
        language=root.optional_text("taal") or "nl",
        client=_client(root.table("client")),
        parties=_parties(root.table("partijen")),
        roles=_roles(root.table("rollen")),
        lanes=dict(root.table("lanes").pairs()),
        settings=tuple(_settings(root.tables("instellingen"))),
        endings=_endings(root),
        terms=read_terms(root.table("termijnen")),
        demo=_demo(root.table("demo")),
        reminders=_reminders(root.table("herinneringen")),
    )
    root.close()
    _check_names(config, root)
    return (config if config.id and config.start_role in config.roles else None), findings


def _prefix(root: Table) -> str:
    text = root.text("zaaknummer")
    if text and not (text.isascii() and text.isalnum() and len(text) <= MAX_PREFIX):
        root.wrong(
            "zaaknummer", f"'{text}' moet 1 tot {MAX_PREFIX} letters of cijfers hebben, zoals AB."
        )
    return text


def _client(table: Table) -> ClientNames:
    names = ClientNames(
        table.optional_identifier("naam"),
        table.optional_identifier("email"),
        table.optional_identifier("mail_toegestaan"),
    )
    table.close()
    return names


def _parties(table: Table) -> dict[str, Party]:
    parties = {}
    for key, item in table.entries():
        _name(item, key)
        parties[key] = Party(
            key,
            item.text("naam"),
            item.optional_identifier("variabele"),
            item.optional_text(SUCCESSOR_READS),
        )
        item.close()
    return parties


def _roles(table: Table) -> dict[str, Role]:
    roles = {}
    for key, item in table.entries():
        _name(item, key)
        roles[key] = Role(key, item.text("naam"), item.text("partij"))
        item.close()
    return roles


def _name(table: Table, key: str) -> None:
    if not IDENTIFIER.match(key) or len(key) > 64:
        table.wrong("", f"'{key}' mag alleen letters, cijfers en _ hebben (hooguit 64).")


def _settings(tables: Iterable[Table]) -> Iterable[Setting]:
    seen: set[str] = set()
    for table in tables:
        name = table.identifier("naam")
        if name in seen:
            table.wrong("naam", f"De instelling '{name}' staat er twee keer.")
        seen.add(name)
        explanation = table.optional_text("uitleg") or ""
        values = sorted(_values(table), key=lambda item: item.since)
        if not values:
            table.wrong("waarden", f"De instelling '{name}' heeft geen waarde.")
        if len({item.since for item in values}) < len(values):
            table.wrong("waarden", f"De instelling '{name}' heeft twee waarden op dezelfde dag.")
        table.close()
        yield Setting(name, explanation, tuple(values))


def _values(table: Table) -> Iterable[SettingValue]:
    for item in table.tables("waarden"):
        value = SettingValue(
            item.day("vanaf"), item.value("waarde"), item.optional_text("bron") or ""
        )
        item.close()
        if not _usable(value.value):
            item.wrong("waarde", "Een waarde is tekst, getal, ja of nee, datum, lijst of tabel.")
        yield value


def _usable(value: object) -> bool:
    if isinstance(value, list):
        return all(_usable(item) for item in value)
    if isinstance(value, dict):
        return all(_usable(item) for item in value.values())
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, str | bool | int | date)


def _endings(root: Table) -> dict[str, Ending]:
    endings: dict[str, Ending] = {}
    for table in root.tables("einde"):
        key = table.slug("id")
        if key in endings:
            table.wrong("id", f"De reden '{key}' staat er twee keer.")
        letters = []
        for item in table.tables("brieven"):
            letters.append(EndingLetter(item.text("brief"), item.text("aan")))
            item.close()
        endings[key] = Ending(
            key, table.text("naam"), tuple(letters), table.flag("client_mail_stopt")
        )
        table.close()
    return endings


def _reminders(table: Table) -> Reminders:
    schedule = table.optional_text("schema") or USUAL
    lead = table.optional_text("teamleider_na") or USUAL_LEAD
    leads = table.table("teamleiders")
    found = {party: leads.texts(party) for party in leads.names()}
    leads.close()
    table.close()
    for key, text, read in (
        ("schema", schedule, read_schedule),
        ("teamleider_na", lead, read_lead),
    ):
        try:
            read(text)
        except ScheduleUnreadable as wrong:
            table.wrong(key, wrong.message)
    return Reminders(schedule, lead, found)


def _demo(table: Table) -> Demo:
    organisations = []
    for item in table.tables("organisaties"):
        organisations.append(
            DemoOrganisation(
                item.slug("id"),
                item.text("partij"),
                item.text("naam"),
                item.optional_text("email") or "",
            )
        )
        item.close()
    people = []
    for item in table.tables("personen"):
        people.append(
            DemoPerson(
                item.text("naam"),
                item.slug("gebruiker"),
                item.text("organisatie"),
                item.texts("rollen"),
            )
        )
        item.close()
    table.close()
    return Demo(tuple(organisations), tuple(people))


def _check_names(config: RouteConfig, root: Table) -> None:
    """Names that point at each other within route.toml."""
    if config.start_role and config.start_role not in config.roles:
        root.wrong("startrol", f"De rol '{config.start_role}' staat niet onder [rollen].")
    for role in config.roles.values():
        if role.party not in config.parties:
            root.wrong(
                f"rollen.{role.id}.partij", f"De partij '{role.party}' staat niet onder [partijen]."
            )
    for lane, role_id in config.lanes.items():
        if role_id not in config.roles:
            root.wrong(f"lanes.{lane}", f"De rol '{role_id}' staat niet onder [rollen].")
    for party, roles in config.reminders.leads.items():
        place = f"herinneringen.teamleiders.{party}"
        if party not in config.parties:
            root.wrong(place, f"De partij '{party}' staat niet onder [partijen].")
        for role_id in roles:
            if role_id not in config.roles or config.roles[role_id].party != party:
                root.wrong(place, f"De rol '{role_id}' is geen rol van de partij '{party}'.")
    _check_demo(config, root)


def _check_demo(config: RouteConfig, root: Table) -> None:
    known = {organisation.id: organisation.party for organisation in config.demo.organisations}
    for organisation in config.demo.organisations:
        if organisation.party not in config.parties:
            root.wrong(
                "demo.organisaties",
                f"De partij '{organisation.party}' van '{organisation.id}' bestaat niet.",
            )
        if organisation.email and not organisation.email.endswith((".example.org", "@example.org")):
            root.wrong(
                "demo.organisaties",
                f"Het adres van '{organisation.id}' moet eindigen op example.org.",
            )
    for person in config.demo.people:
        if person.organisation not in known:
            root.wrong(
                "demo.personen",
                f"De organisatie '{person.organisation}' van '{person.user}' "
                "staat niet onder demo.organisaties.",
            )
        for role_id in person.roles:
            role = config.roles.get(role_id)
            if role is None or role.party != known.get(person.organisation, role.party):
                root.wrong(
                    "demo.personen",
                    f"De rol '{role_id}' van '{person.user}' hoort niet bij zijn organisatie.",
                )

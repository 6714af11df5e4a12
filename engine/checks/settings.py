"""What route.toml points at in the other files."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.elements import addressee_findings
from engine.dialect import RESERVED
from engine.findings import Finding
from engine.routes import Parts, RouteConfig
from engine.routes.tables import ROUTE_FILE


def config_findings(parts: Parts, config: RouteConfig) -> Iterator[Finding]:
    """Processes, forms, letters and lanes that route.toml names; reserved names in forms."""

    def finding(place: str, code: str, message: str) -> Finding:
        return Finding(ROUTE_FILE, place, code, message)

    diagrams = parts.diagrams
    if diagrams is not None:
        if config.process not in diagrams.processes:
            yield finding("proces", "onbekend-proces", f"Het proces '{config.process}' is er niet.")
        lanes = {element.lane for element in diagrams.elements.values()}
        lanes.update(lane for process in diagrams.processes.values() for lane in process.lanes)
        for lane in config.lanes:
            if lane not in lanes:
                message = f"De baan '{lane}' staat in geen enkel diagram."
                yield finding(f"lanes.{lane}", "onbekende-baan", message)
    if config.start_form not in parts.forms and parts.is_whole(".form"):
        message = f"Het formulier '{config.start_form}' is er niet."
        yield finding("startformulier", "onbekend-formulier", message)
    elif config.start_form in parts.forms and parts.forms[config.start_form].has_files:
        message = "Het startformulier kan geen bestanden vragen: er is dan nog geen zaak."
        yield finding("startformulier", "bestand", message)
    for ending in config.endings.values():
        for letter in ending.letters:
            place = f"einde.{ending.id}"
            if letter.letter not in parts.letters and parts.is_whole(".md"):
                yield finding(place, "onbekende-brief", f"De brief '{letter.letter}' is er niet.")
            for code, message in addressee_findings(letter.to, config):
                yield finding(place, code, message)
    yield from _client_names(parts, config)
    for form in parts.forms.values():
        for name in form.fields:
            if name in RESERVED:
                message = f"De naam '{name}' is van het platform. Geef het veld een andere naam."
                yield Finding(parts.sources[form.id], name, "gereserveerde-naam", message)


def _client_names(parts: Parts, config: RouteConfig) -> Iterator[Finding]:
    """Who the client is must be asked somewhere, else letters go nowhere."""
    if not parts.is_whole(".form"):
        return
    asked = {name for form in parts.forms.values() for name in form.fields}
    names = {
        "naam": config.client.name,
        "email": config.client.email,
        "mail_toegestaan": config.client.mail_allowed,
    }
    for key, name in names.items():
        if name and name not in asked:
            message = f"Geen enkel formulier vraagt naar '{name}'."
            yield Finding(ROUTE_FILE, f"client.{key}", "onbekende-naam", message)

"""What the elements of diagrams point at: forms, roles, decisions, letters, parties, processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.checks.names import written_by
from engine.dialect import (
    BUTTON,
    BUTTON_FORM,
    BUTTON_ROLE,
    CLIENT,
    FACT,
    FOLLOWS,
    FOUR_EYES,
    PROPERTIES,
    REMIND,
    REMIND_LEAD,
    RESERVED,
    SHARE_CONDITION,
    SHARED_WITH,
    TO_PARTY,
    TO_ROLE,
    URGENT,
    YES_OR_NO,
    is_address,
    parties_in,
)
from engine.expressions import source
from engine.findings import Finding
from engine.reminders import NEVER, ScheduleUnreadable, read_lead, read_schedule
from engine.routes import (
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
    RouteConfig,
)
from engine.spiff import Diagrams, Element, ElementKind
from engine.terms.changes import PauseGround

_Found = tuple[str, str]  # code, Dutch sentence


@dataclass(frozen=True)
class _Gate:
    """One look at all elements, with what they may point at."""

    parts: Parts
    config: RouteConfig
    diagrams: Diagrams

    def all(self) -> Iterator[Finding]:
        rules: tuple[Callable[[Element], Iterator[_Found]], ...] = (
            self._user_task,
            self._decision,
            self._task_type,
            self._followed,
            self._button,
            self._properties,
            self._reminders,
            self._written_names,
        )
        for element in self.diagrams.elements.values():
            file = self.diagrams.processes[element.process_id].file
            for rule in rules:
                for code, message in rule(element):
                    yield Finding(file, element.id, code, message)

    def _user_task(self, element: Element) -> Iterator[_Found]:
        if element.kind is not ElementKind.USER_TASK:
            return
        if not element.form_id:
            yield "geen-formulier", "Deze taak heeft geen formulier. Kies er een bij 'Form'."
        else:
            yield from self._form(element.form_id)
        groups = element.candidate_groups or ""
        if groups.lstrip().startswith("="):
            return
        if groups.strip():
            yield from self._role(groups.strip())
        else:
            yield from self._lane_role(element)

    def _lane_role(self, element: Element) -> Iterator[_Found]:
        lane = self._lane(element)
        if lane is None:
            yield (
                "geen-rol",
                "Deze taak hoort bij niemand. Zet hem in een baan of vul een kandidaatgroep in.",
            )
        elif lane not in self.config.lanes:
            yield "onbekende-baan", f"De baan '{lane}' staat niet onder [lanes] in route.toml."

    def _lane(self, element: Element) -> str | None:
        found: Element | None = element
        while found is not None and found.lane is None:
            found = self.diagrams.elements.get(found.parent_id or "")
        return found.lane if found else None

    def _form(self, form_id: str) -> Iterator[_Found]:
        if form_id not in self.parts.forms and self.parts.is_whole(".form"):
            yield "onbekend-formulier", f"Het formulier '{form_id}' is er niet."

    def _role(self, role_id: str) -> Iterator[_Found]:
        if role_id not in self.config.roles:
            yield "onbekende-rol", f"De rol '{role_id}' staat niet onder [rollen] in route.toml."

    def _party(self, party: str) -> Iterator[_Found]:
        if party not in self.config.parties:
            yield (
                "onbekende-partij",
                f"De partij '{party}' staat niet onder [partijen] in route.toml.",
            )

    def _decision(self, element: Element) -> Iterator[_Found]:
        known = self.parts.decisions
        if element.decision_id and element.decision_id not in known and self.parts.is_whole(".dmn"):
            yield "onbekende-beslissing", f"De beslissing '{element.decision_id}' is er niet."

    def _task_type(self, element: Element) -> Iterator[_Found]:
        kind = element.task_type
        if kind is None:
            return
        if kind not in TASK_TYPES:
            yield (
                "onbekend-taaktype",
                f"Het taaktype '{kind}' bestaat niet. Kies uit: {', '.join(sorted(TASK_TYPES))}.",
            )
        required = {
            TASK_LETTER: ("brief", "aan"),
            TASK_START_CASE: ("proces",),
            TASK_MESSAGE: ("bericht", "naar"),
            TASK_PARTY: ("partij", "organisatie"),
            TASK_PARTY_END: ("partij",),
            TASK_PAUSE: ("termijn", "verzoekOp", "uiterlijk"),
            TASK_RESUME: ("termijn", "op"),
            TASK_EXTEND: ("termijn",),
        }.get(kind, ())
        for name in required:
            if not element.task_headers.get(name, "").strip():
                yield "kop-ontbreekt", f"Hier ontbreekt '{name}' bij de taakkoppen (headers)."
        for name, value in element.task_headers.items():
            if value.strip():
                yield from self._header(kind, name, value.strip())

    def _followed(self, element: Element) -> Iterator[_Found]:
        """What a linked case follows is a copy of a fact: else nobody could ever correct it."""
        if element.task_type != TASK_START_CASE:
            return
        facts = {
            name
            for item in self.diagrams.elements.values()
            for name in parties_in(item.properties.get(FACT, ""))
        }
        copies = {line.target for line in element.inputs if source(line.source) in facts}
        for name in parties_in(element.task_headers.get(FOLLOWS, "")):
            if name not in copies:
                yield (
                    "volgt",
                    f"'{FOLLOWS}' noemt '{name}'. Geef dit bij de invoer (input) precies de waarde "
                    "van een feit: een = met de naam van dat feit.",
                )

    def _header(self, kind: str, name: str, value: str) -> Iterator[_Found]:
        if value.startswith("="):
            return
        if kind == TASK_LETTER and name == "brief":
            if value not in self.parts.letters and self.parts.is_whole(".md"):
                yield "onbekende-brief", f"De brief '{value}' is er niet (letters/{value}.md)."
        elif kind == TASK_LETTER and name == "aan":
            yield from addressee_findings(value, self.config)
        elif kind == TASK_START_CASE and name == "proces":
            if value not in self.diagrams.processes:
                yield "onbekend-proces", f"Het proces '{value}' is er niet."
        elif kind == TASK_MESSAGE and name == "naar":
            if value not in (MAIN_CASE, LINKED_CASES):
                yield "melding-naar", f"'naar' is {MAIN_CASE} of {LINKED_CASES}, niet '{value}'."
        elif kind == TASK_MESSAGE and name == "bericht":
            caught = {item.message_name for item in self.diagrams.elements.values()}
            if value not in caught:
                yield "onbekend-bericht", f"Nergens wacht een gebeurtenis op bericht '{value}'."
        elif kind in (TASK_PARTY, TASK_PARTY_END) and name == "partij":
            yield from self._party(value)
        elif kind in TASKS_ON_TERMS:
            yield from term_header_findings(kind, name, value, self.config)

    def _button(self, element: Element) -> Iterator[_Found]:
        properties = element.properties
        if properties.get(BUTTON_FORM):
            yield from self._form(properties[BUTTON_FORM])
            form = self.parts.forms.get(properties[BUTTON_FORM])
            if form is not None and form.has_files:
                yield "bestand", "Een formulier bij een knop kan geen bestanden vragen."
        if not properties.get(BUTTON):
            return
        if element.message_name is None:
            yield "knop", "Een knop hoort bij een gebeurtenis die op een bericht wacht."
        if properties.get(BUTTON_ROLE):
            yield from self._role(properties[BUTTON_ROLE])
        else:
            yield from self._lane_role(element)

    def _properties(self, element: Element) -> Iterator[_Found]:
        properties = element.properties
        for name in properties:
            right = next((item for item in PROPERTIES if item.lower() == name.lower()), name)
            if right != name:
                yield "eigenschap", f"De eigenschap '{name}' heet '{right}'."
        other = properties.get(FOUR_EYES)
        if other:
            task = self.diagrams.elements.get(other)
            if task is None or task.kind is not ElementKind.USER_TASK or other == element.id:
                yield "vier-ogen", f"'{FOUR_EYES}' noemt '{other}': dat is geen andere taak."
        for party in parties_in(properties.get(SHARED_WITH, "")):
            yield from self._party(party)
        if properties.get(SHARE_CONDITION) and not properties.get(SHARED_WITH):
            yield "delen", f"'{SHARE_CONDITION}' zonder '{SHARED_WITH}': met wie mag dit gedeeld?"
        form = self.parts.forms.get(element.form_id or properties.get(BUTTON_FORM) or "")
        anywhere = {name for item in self.parts.forms.values() for name in item.fields}
        for name in parties_in(properties.get(FACT, "")):
            if form is not None and name not in form.fields:
                yield "feit", f"Het feit '{name}' is geen veld van formulier '{form.id}'."
            elif name not in anywhere and self.parts.is_whole(".form"):
                yield "feit", f"Het feit '{name}' is geen veld van enig formulier."

    def _reminders(self, element: Element) -> Iterator[_Found]:
        properties = element.properties
        written = [name for name in (REMIND, REMIND_LEAD, URGENT) if name in properties]
        if not written:
            return
        if element.kind is not ElementKind.USER_TASK or not element.due_date:
            yield "herinneren", f"'{written[0]}' hoort bij een taak met een einddatum (due date)."
        for name, read in ((REMIND, read_schedule), (REMIND_LEAD, read_lead)):
            try:
                read(properties.get(name, NEVER))
            except ScheduleUnreadable as wrong:
                yield "herinneren", f"{wrong.message} (bij de eigenschap '{name}')"
        if properties.get(URGENT, YES_OR_NO[0]) not in YES_OR_NO:
            yield "herinneren", f"'{URGENT}' is ja of nee, niet '{properties[URGENT]}'."

    def _written_names(self, element: Element) -> Iterator[_Found]:
        for place, name in written_by(element):
            if name in RESERVED:
                yield (
                    "gereserveerde-naam",
                    f"De naam '{name}' is van het platform. Kies een andere naam (bij {place}).",
                )


def element_findings(parts: Parts, config: RouteConfig, diagrams: Diagrams) -> Iterator[Finding]:
    """What is wrong with what the diagrams point at."""
    yield from _Gate(parts, config, diagrams).all()


def term_header_findings(kind: str, name: str, value: str, config: RouteConfig) -> Iterator[_Found]:
    """What is wrong with a header of a task that pauses, resumes or extends a term."""
    if name == "termijn":
        term = config.terms.get(value)
        if term is None:
            yield "onbekende-termijn", f"De termijn '{value}' staat niet onder [termijnen]."
        elif kind == TASK_EXTEND and term.extension is None:
            yield "termijn", f"De termijn '{value}' is in route.toml niet verlengbaar."
        elif kind != TASK_EXTEND and not term.pausable:
            yield "termijn", f"De termijn '{value}' is in route.toml niet opschortbaar."
    elif name == "grond":
        grounds = [ground.value for ground in PauseGround]
        if value not in grounds:
            yield "termijn", f"'grond' is een van {', '.join(grounds)}, niet '{value}'."
    elif name in ("verzoekOp", "uiterlijk", "op", "tot", "gemeldOp"):
        yield "termijn", f"'{name}' is een datum: schrijf een expressie, zoals =datumVerzoek."


def addressee_findings(to: str, config: RouteConfig) -> Iterator[_Found]:
    """What is wrong with the addressee of a letter, as far as can be known before it is written."""
    if to == CLIENT or to.startswith("="):
        return
    if to.startswith(TO_PARTY):
        if to.removeprefix(TO_PARTY).strip() not in config.parties:
            yield "onbekende-partij", f"De partij in '{to}' staat niet in route.toml."
    elif to.startswith(TO_ROLE):
        if to.removeprefix(TO_ROLE).strip() not in config.roles:
            yield "onbekende-rol", f"De rol in '{to}' staat niet in route.toml."
    else:
        hint = f' Schrijf een vast adres als ="{to}".' if is_address(to) else ""
        yield "brief-aan", f"'aan' is client, partij:..., rol:... of een expressie.{hint}"

"""Step: one verb on one case, with all that changes because of it, written together."""

from __future__ import annotations

from collections.abc import Mapping

from engine import audit
from engine.actors import Actor
from engine.audit import AuditKind
from engine.decisions import DecisionTrace
from engine.errors import RouteFault
from engine.models import CaseStatus
from engine.spiff import Element, Execution, Happening, HappeningKind, SavedExecution
from engine.steps.environment import CaseEnvironment
from engine.steps.letterbox import Letterbox
from engine.steps.locking import LockedCase
from engine.steps.parties import OrganisationUnknown, Participation
from engine.steps.platform import PlatformNames
from engine.steps.relatives import Relatives
from engine.steps.settling import settle_incidents
from engine.steps.waits import Waits
from engine.steps.work import Work
from engine.text import fold

MAX_NAME = 200
MAX_ADDRESS = 254


class Step:
    """One verb on one locked case. ``execution`` is there after ``load`` or ``begin``."""

    execution: Execution

    def __init__(self, work: Work, locked: LockedCase) -> None:
        self.work = work
        self.session = work.session
        self.now = work.now
        self.case = locked.case
        self.state = locked.state
        self.route = locked.route
        self.ledger = locked.ledger
        self.open_incidents = locked.open_incidents
        self.participation = Participation.load(self.ledger, self.route.key, self.case.id)
        self._revision = self.state.revision
        self.platform = PlatformNames(
            self.session, self.route, self.now, self.case, self.participation
        )
        self.letters = Letterbox(self)
        self.environment = CaseEnvironment(self)
        self.waits = Waits(self)
        self.relatives = Relatives(self)
        self._events: list[dict[str, object]] = []

    @property
    def actor(self) -> Actor:
        """Whose step it is."""
        return self.work.actor

    # -- running -----------------------------------------------------------------------------

    def load(self) -> bool:
        """Take up the execution where it stopped; False when the case never began."""
        if not self.state.execution:
            return False
        saved = SavedExecution(self.state.execution, self.state.variables)
        self.execution = Execution.load(self.route.diagrams, saved, self.environment)
        self.waits.remember()
        return True

    def begin(self, values: Mapping[str, object]) -> None:
        """Start the case's process; runs until it waits."""
        self.refresh_client(values)
        self._appoint_from(values)
        self.waits.none_yet()
        self.execution = Execution.start(
            self.route.diagrams, self.case.process_id, values, self.environment
        )

    @property
    def happenings(self) -> tuple[Happening, ...]:
        return self.execution.happenings

    def path(self) -> list[str]:
        """The sequence flows taken in this verb, in order."""
        return [
            item.element_id for item in self.happenings if item.kind is HappeningKind.FLOW_TAKEN
        ]

    def finish(self) -> None:
        """Write down all that this verb changed: parties, waits, data, decisions, the end."""
        execution = self.execution
        variables = execution.variables()
        self.refresh_client(variables)
        self._appoint_from(variables)
        for item in self.happenings:
            if item.kind is HappeningKind.DECIDED:
                self.record(
                    AuditKind.DECISION_TAKEN,
                    element_id=item.element_id,
                    rules=rules_fired(item.detail),
                )
        self.waits.write()
        saved = execution.save()
        self.state.variables = saved.variables
        if execution.ended:
            self._complete(execution.end_element_id)
        else:
            self.state.execution = saved.state
        if self.open_incidents:
            settle_incidents(self)
        self.write()

    def _complete(self, end_element_id: str | None) -> None:
        execution = self.execution
        # Would be a fault of the seam; a case that ends with work open must never be stored.
        if execution.user_tasks or execution.timers or execution.messages:
            raise RouteFault(
                end_element_id or self.case.process_id, "einde", "De zaak eindigt met open werk."
            )
        element = self.route.diagrams.elements.get(end_element_id or "")
        self.state.execution = ""
        self.case.status = CaseStatus.COMPLETED
        self.case.ended_at = self.now
        self.case.outcome_id = end_element_id
        self.case.outcome = (element.name or element.id) if element else None
        self.record(AuditKind.CASE_COMPLETED, element_id=end_element_id, outcome=self.case.outcome)

    # -- who ---------------------------------------------------------------------------------

    def refresh_client(self, variables: Mapping[str, object]) -> None:
        """Name, address and permission of the client, from the variables that route.toml names."""
        names = self.route.config.client
        case = self.case
        before = (case.client_name, case.client_email, case.client_mail_allowed)
        if names.name and names.name in variables:
            name = variables[names.name]
            case.client_name = name.strip()[:MAX_NAME] if isinstance(name, str) else ""
            if case.client_name != before[0]:
                # Folded a name may be longer: one letter becomes two.
                case.client_name_folded = fold(case.client_name)[:MAX_NAME]
        if names.email and names.email in variables:
            email = variables[names.email]
            case.client_email = email.strip() if isinstance(email, str) else ""
            if len(case.client_email) > MAX_ADDRESS:
                case.client_email = ""
        if names.mail_allowed and names.mail_allowed in variables:
            case.client_mail_allowed = variables[names.mail_allowed] is True
        if before != (case.client_name, case.client_email, case.client_mail_allowed):
            self.platform.parties_changed()

    def _appoint_from(self, variables: Mapping[str, object]) -> None:
        """Parties that the variables name. A name that is not filled in yet changes nothing."""
        for party in self.route.config.parties.values():
            slug = variables.get(party.variable) if party.variable else None
            if slug in (None, ""):
                continue
            if not isinstance(slug, str):
                raise RouteFault(
                    party.variable or party.id,
                    "partij",
                    f"De variabele voor partij '{party.id}' is geen tekst.",
                )
            self.appoint(party.variable or party.id, party.id, slug)

    def appoint(self, element_id: str, party: str, slug: str) -> None:
        """Organisation ``slug`` is ``party`` from now; the former one's access ends."""
        if party not in self.route.config.parties:
            raise RouteFault(element_id, "partij", f"De partij '{party}' bestaat niet.")
        try:
            change = self.participation.appoint(party, slug, self.now)
        except OrganisationUnknown:
            raise RouteFault(
                element_id,
                "partij",
                f"Organisatie '{slug}' kan op deze route geen {party} zijn.",
            ) from None
        if change is None:
            return
        self.platform.parties_changed()
        if change.former is not None:
            self.record(AuditKind.PARTY_LEFT, party=party, organisation=change.former.name)
            self.record(AuditKind.PARTY_JOINED, party=party, organisation=change.organisation.name)
            self.relatives.follow_party(party, change.former, slug)

    def leave(self, party: str) -> None:
        """Nobody is ``party`` any more; who was, sees the case no longer."""
        former = self.participation.leave(party, self.now)
        if former is not None:
            self.platform.parties_changed()
            self.record(AuditKind.PARTY_LEFT, party=party, organisation=former.name)

    def join(self, party: str) -> None:
        """The organisation that is ``party`` takes part from now, when it did not yet."""
        if self.participation.join(party, self.now):
            organisation = self.participation.organisation(party)
            self.record(
                AuditKind.PARTY_JOINED,
                party=party,
                organisation=organisation.name if organisation else None,
            )

    def party_of_lane(self, element: Element) -> str:
        """Whose work this element is: the party of its lane, else the party that starts cases."""
        config = self.route.config
        role = config.roles.get(self.role_of_lane(element) or "")
        return role.party if role else config.start_party

    def role_of_lane(self, element: Element) -> str | None:
        """The role of the lane that holds this element, or holds the subprocess around it."""
        found: Element | None = element
        while found is not None:
            if found.lane is not None:
                return self.route.config.lanes.get(found.lane)
            found = self.route.diagrams.elements.get(found.parent_id or "")
        return None

    # -- other cases -------------------------------------------------------------------------

    def beside(self, locked: LockedCase) -> Step:
        """A step of another case in the same work."""
        return Step(self.work, locked)

    # -- telling -----------------------------------------------------------------------------

    def record(
        self,
        kind: AuditKind,
        *,
        element_id: str | None = None,
        party: str | None = None,
        **facts: object,
    ) -> None:
        """Tell that something happened to this case; written when the step is."""
        self._events.append(
            audit.event_row(
                self.case.id,
                kind,
                self.actor,
                self.now,
                element_id=element_id,
                party=party,
                facts=facts,
            )
        )

    def write(self) -> None:
        """Write every changed row, and then the events."""
        self.write_rows()
        if self.session.new or self.session.dirty:
            self.session.flush()
        audit.write_events(self.session, self._events)
        self._events = []

    def write_rows(self) -> None:
        """Write the rows of the case that differ: what is asked of the database sees them then."""
        # Every step is a change of the case, also when nothing else differs.
        self.state.revision = self._revision + 1
        self.ledger.write()


def rules_fired(trace: object) -> list[str]:
    """Ids of the rules that decided, from the trace of a decision."""
    decisions = trace if isinstance(trace, tuple) else ()
    return [
        rule.id
        for decision in decisions
        if isinstance(decision, DecisionTrace)
        for rule in decision.rules
        if rule.used
    ]

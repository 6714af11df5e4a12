"""The platform's own names in every FEEL expression: zaak, instellingen, organisaties, partijen,
termijnen and gelijkgesteldeDagen.

They are reserved: no variable of a case can have these names. Each is made only when an expression
reads it, because some cost a query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.clock import AMSTERDAM
from engine.dialect import RESERVED
from engine.expressions import DECREE_DAYS, TERM_CHANGE, TERMS
from engine.feel import from_python
from engine.models import TermChange
from engine.routes import Route
from engine.steps.parties import Participation, organisations_by_party
from engine.steps.rows import AnyUserTask, CaseRow
from engine.terms.book import TermBook
from engine.terms.changes import Change, change_of
from engine.terms.decrees import added_days, decree_days

CASE = "zaak"
SETTINGS = "instellingen"
ORGANISATIONS = "organisaties"
PARTIES = "partijen"
TASK = "taak"
LOCAL = frozenset({TASK, TERM_CHANGE})
"""Names that only some places provide: a user task's form, a letter about a term."""
_CHANGES = (
    select(TermChange)
    .where(TermChange.case_id == bindparam("case"), TermChange.withdrawn_at.is_(None))
    .order_by(TermChange.id)
)


class PlatformNames:
    """The values of the reserved names for one case (or, without a case, for its start form)."""

    def __init__(
        self,
        session: Session,
        route: Route,
        now: datetime,
        case: CaseRow | None = None,
        participation: Participation | None = None,
    ) -> None:
        self._session = session
        self._route = route
        self._now = now
        self._case = case
        self._participation = participation
        self._made: dict[str, object] = {}
        self._makers: dict[str, Callable[[], object]] = {
            CASE: self._zaak,
            SETTINGS: self._instellingen,
            ORGANISATIONS: self._organisaties,
            PARTIES: self._partijen,
            DECREE_DAYS: lambda: added_days(session),
        }
        self.terms = TermBook(
            route.config.terms, self._term_changes, lambda: decree_days(session), now
        )
        self._changes: dict[str, list[Change]] | None = None

    def all(self) -> dict[str, object]:
        """Every reserved name with its FEEL value; no term has begun."""
        return {**{name: self.value(name) for name in self._makers}, TERMS: self.terms.value({})}

    def over(self, variables: Mapping[str, object]) -> Mapping[str, object]:
        """The variables with the platform's names over them; each of those made when it is read."""
        return _Seen(self, variables)

    def parties_changed(self) -> None:
        """Forget what was made of the parties and the client."""
        self._made.pop(PARTIES, None)
        self._made.pop(CASE, None)

    def terms_changed(self) -> None:
        """Forget what was counted: a pause, an extension or a free day changed."""
        self._changes = None
        self.terms.forget()

    def _term_changes(self) -> Mapping[str, Sequence[Change]]:
        if self._changes is None:
            self._changes = {}
            if self._case is not None:
                for row in self._session.scalars(_CHANGES, {"case": self._case.id}):
                    self._changes.setdefault(row.term, []).append(change_of(row))
        return self._changes

    def value(self, name: str) -> object:
        """The FEEL value of a reserved name; KeyError for any other."""
        if name not in self._made:
            self._made[name] = from_python(self._makers[name]())
        return self._made[name]

    def _zaak(self) -> object:
        case = self._case
        if case is None:
            return None
        return {
            "nummer": case.number,
            "gestart": case.started_at.astimezone(AMSTERDAM),
            "route": self._route.config.name,
            "client": {
                "naam": case.client_name,
                "email": case.client_email,
                "mailToegestaan": case.client_mail_allowed and not case.client_mail_stopped,
            },
        }

    def _instellingen(self) -> object:
        return self._route.config.settings_on(self._now.astimezone(AMSTERDAM).date())

    def _organisaties(self) -> object:
        found = organisations_by_party(self._session, self._route.key)
        return {
            party: [{"label": name, "value": slug} for name, slug in found.get(party, ())]
            for party in self._route.config.parties
        }

    def _partijen(self) -> object:
        current = {} if self._participation is None else self._participation.current()
        return {
            party: {
                "id": current[party].slug,
                "naam": current[party].name,
                "email": current[party].email,
            }
            if party in current
            else None
            for party in self._route.config.parties
        }


class _Seen(Mapping[str, object]):
    """What an expression sees, read name by name."""

    __slots__ = ("_platform", "_variables")

    def __init__(self, platform: PlatformNames, variables: Mapping[str, object]) -> None:
        self._platform = platform
        self._variables = variables

    def __getitem__(self, name: str) -> object:
        if name in RESERVED and name not in self._variables:
            return self._platform.terms.value(self) if name == TERMS else self._platform.value(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter({*self._variables, *(RESERVED - LOCAL)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def task_value(task: AnyUserTask) -> object:
    """``taak``: its name, and until when (a date for a term in days, else a local instant)."""
    until = task.due_day or (task.due_at.astimezone(AMSTERDAM) if task.due_at else None)
    return from_python({"naam": task.name, "uiterlijk": until})

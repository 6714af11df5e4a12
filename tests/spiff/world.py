"""The world of the tests: an environment over `engine.expressions`, and a player of cases.

`Case` plays each verb twice: on an execution that stays in memory, and on one that is saved and
loaded around every verb. They must agree in everything that can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from engine import expressions, feel
from engine.spiff import (
    DecisionOutcome,
    Diagrams,
    Element,
    Execution,
    HappeningKind,
    Moment,
    SavedExecution,
    read_diagrams,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class World:
    """An environment whose clock the test turns; it remembers what was performed."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.performed: list[tuple[str, dict[str, object]]] = []
        self.answers: dict[str, Callable[[Mapping[str, object]], Mapping[str, object]]] = {}
        self.decisions: dict[str, str] = {}

    def evaluate(
        self, text: str, variables: Mapping[str, object], now: datetime | None = None
    ) -> object:
        return expressions.evaluate(text, variables, now or self.now)

    def decide(self, decision_id: str, variables: Mapping[str, object]) -> DecisionOutcome:
        value = self.evaluate(self.decisions[decision_id], variables)
        return DecisionOutcome(value, {"decision": decision_id})

    def perform(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        self.performed.append((element.id, dict(variables)))
        answer = self.answers.get(element.id)
        return answer(variables) if answer else {}

    def turn(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def python(value: object) -> object:
    """A FEEL value as what a test likes to compare with."""
    return feel.dump(value)


class Case:
    """One case, played in memory and over save and load at once."""

    def __init__(
        self,
        diagrams: Diagrams | bytes | tuple[bytes, ...],
        variables: Mapping[str, object] | None = None,
        process: str = "p",
        now: datetime = NOW,
        setup: Callable[[World], None] | None = None,
    ) -> None:
        if isinstance(diagrams, bytes):
            diagrams = (diagrams,)
        if isinstance(diagrams, tuple):
            diagrams = read_diagrams({f"{n}.bpmn": xml for n, xml in enumerate(diagrams)})
        self.diagrams = diagrams
        self.world, self._other = World(now), World(now)
        for world in (self.world, self._other):
            if setup:
                setup(world)
        given = {name: feel.from_python(v) for name, v in (variables or {}).items()}
        self.run = Execution.start(diagrams, process, given, self.world)
        self._saved = Execution.start(diagrams, process, given, self._other).save()
        self._agree(Execution.load(diagrams, self._saved, self._other))

    # --- verbs

    def do(self, verb: Callable[[Execution], object]) -> object:
        loaded = Execution.load(self.diagrams, self._saved, self._other)
        result = verb(self.run)
        assert verb(loaded) == result
        assert loaded.happenings == self.run.happenings
        self._saved = loaded.save()
        self._agree(Execution.load(self.diagrams, self._saved, self._other))
        return result

    def _agree(self, loaded: Execution) -> None:
        """In memory, saved, and loaded again: all the same."""
        assert self.run.save() == self._saved == loaded.save()
        for name in ("user_tasks", "timers", "messages", "ended", "end_element_id"):
            assert getattr(self.run, name) == getattr(loaded, name), name
        assert self.world.performed == self._other.performed

    def complete(self, element_id: str, nth: int = 0, **values: object) -> None:
        token = self.token(element_id, nth)
        given = {name: feel.from_python(v) for name, v in values.items()}
        self.do(lambda run: run.complete(token, given))

    def fire(self, element_id: str) -> None:
        token = next(t.token for t in self.run.timers if t.element_id == element_id)
        self.do(lambda run: run.fire(token))

    def deliver(self, name: str, token: str | None = None, **values: object) -> bool:
        given = {key: feel.from_python(v) for key, v in values.items()}
        return bool(self.do(lambda run: run.deliver(name, given, token)))

    def correct(self, **values: object) -> None:
        given = {key: feel.from_python(v) for key, v in values.items()}
        self.do(lambda run: run.correct(given))

    def turn(self, **delta: float) -> None:
        self.world.turn(**delta)
        self._other.turn(**delta)

    # --- looking

    def token(self, element_id: str, nth: int = 0) -> str:
        return [t.token for t in self.run.user_tasks if t.element_id == element_id][nth]

    @property
    def waits(self) -> list[str]:
        """The ids of the user tasks that wait, sorted."""
        return sorted(task.element_id for task in self.run.user_tasks)

    @property
    def set_timers(self) -> dict[str, Moment]:
        return {timer.element_id: timer.fires for timer in self.run.timers}

    @property
    def listening(self) -> list[str]:
        return sorted(message.name for message in self.run.messages)

    @property
    def data(self) -> dict[str, object]:
        """The variables of the case, as JSON values."""
        return {name: feel.dump(value) for name, value in self.run.variables().items()}

    @property
    def end(self) -> str | None:
        return self.run.end_element_id

    @property
    def taken(self) -> list[str]:
        """The flows taken in the last verb."""
        return self.happened(HappeningKind.FLOW_TAKEN)

    def happened(self, kind: HappeningKind) -> list[str]:
        return [h.element_id for h in self.run.happenings if h.kind is kind]

    @property
    def saved(self) -> SavedExecution:
        return self._saved

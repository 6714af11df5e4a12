"""What was tried when a step failed, kept in its Incident so that it can be tried again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from engine import feel
from engine.actors import Actor
from engine.text import to_json


class TriggerVerb(StrEnum):
    """The verbs that move a case."""

    START = "start"
    COMPLETE = "complete"
    FORM = "form"
    SHEET = "sheet"
    TIMER = "timer"
    MESSAGE = "message"
    CORRECT = "correct"
    END = "end"
    TERM = "term"
    RECOUNT = "recount"


BUTTON_SHEET = "knop:"
"""How the place of a form behind a button begins; after it comes the token that waits."""


def trigger_key(verb: TriggerVerb, what: object = "") -> str:
    """Which wait of a case a trigger concerns: two faults of the same are one incident."""
    return f"{verb.value}:{what}"[:160]


@dataclass(frozen=True)
class CompleteTrigger:
    """A person completed a user task."""

    user_task_id: int
    values: Mapping[str, object]
    actor: Actor

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.COMPLETE, self.user_task_id)


@dataclass(frozen=True)
class FormTrigger:
    """A person opened or sent the form of a user task, and the form itself has a fault.

    Forms are filled in above the engine (``tasks``): what was typed is that person's draft, and
    trying again is working out the form once more.
    """

    user_task_id: int
    actor: Actor

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.FORM, self.user_task_id)


@dataclass(frozen=True)
class SheetTrigger:
    """A person opened or sent a form outside user tasks, and the form itself has a fault.

    ``place`` says which form, in words of ``tasks``: the start of a route (then there is no
    ``case_id`` yet), a button, a correction. Trying again is working it out once more.
    """

    place: str
    definition_id: int
    actor: Actor
    case_id: int | None = None

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.SHEET, self.place)


@dataclass(frozen=True)
class TimerTrigger:
    """A timer went off."""

    timer_id: int

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.TIMER, self.timer_id)


@dataclass(frozen=True)
class MessageTrigger:
    """A message for a case came in, or a person pressed its button."""

    case_id: int
    name: str
    values: Mapping[str, object]
    actor: Actor
    token: str | None = None

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.MESSAGE, self.token or self.name)


@dataclass(frozen=True)
class StartTrigger:
    """A person started a case. ``case_id`` is set once the case stands open with its incident.

    ``sending`` tells the page that was sent from all others (`engine.sendings`).
    """

    definition_id: int
    values: Mapping[str, object]
    actor: Actor
    case_id: int | None = None
    sending: str | None = None

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.START)

    def of_case(self, case_id: int) -> StartTrigger:
        return replace(self, case_id=case_id)


@dataclass(frozen=True)
class CorrectTrigger:
    """A person corrected recorded facts."""

    case_id: int
    values: Mapping[str, object]
    reason: str
    actor: Actor

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.CORRECT, ",".join(sorted(self.values)))


@dataclass(frozen=True)
class EndTrigger:
    """A person ended a case."""

    case_id: int
    reason_id: str
    text: str
    actor: Actor

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.END, self.reason_id)


@dataclass(frozen=True)
class TermTrigger:
    """A person paused or extended a term; ``deed`` and ``values`` as `engine.steps.terms` reads."""

    case_id: int
    deed: str
    values: Mapping[str, object]
    actor: Actor

    @property
    def key(self) -> str:
        """A failed pause is not made good by a pause of another term."""
        about = self.values.get("term", self.values.get("change_id"))
        return trigger_key(TriggerVerb.TERM, f"{self.deed}:{about}")


@dataclass(frozen=True)
class RecountTrigger:
    """The free days changed: the terms of a case are counted again."""

    case_id: int

    @property
    def key(self) -> str:
        return trigger_key(TriggerVerb.RECOUNT)


Trigger = (
    CompleteTrigger
    | FormTrigger
    | SheetTrigger
    | TimerTrigger
    | MessageTrigger
    | StartTrigger
    | CorrectTrigger
    | EndTrigger
    | TermTrigger
    | RecountTrigger
)
_TYPES: Mapping[str, type[Trigger]] = {
    TriggerVerb.COMPLETE: CompleteTrigger,
    TriggerVerb.FORM: FormTrigger,
    TriggerVerb.SHEET: SheetTrigger,
    TriggerVerb.TIMER: TimerTrigger,
    TriggerVerb.MESSAGE: MessageTrigger,
    TriggerVerb.START: StartTrigger,
    TriggerVerb.CORRECT: CorrectTrigger,
    TriggerVerb.END: EndTrigger,
    TriggerVerb.TERM: TermTrigger,
    TriggerVerb.RECOUNT: RecountTrigger,
}


def dump_trigger(trigger: Trigger) -> str:
    """JSON text of a trigger; FEEL values without loss."""
    facts: dict[str, object] = {"verb": next(v for v, t in _TYPES.items() if t is type(trigger))}
    for name, value in vars(trigger).items():
        if isinstance(value, Actor):
            facts[name] = vars(value)
        elif name == "values":
            facts[name] = {key: feel.dump(feel.from_python(item)) for key, item in value.items()}
        else:
            facts[name] = value
    return to_json(facts)


def load_trigger(text: str) -> Trigger:
    """The trigger that ``dump_trigger`` wrote."""
    facts = json.loads(text)
    kind = _TYPES[facts.pop("verb")]
    if "actor" in facts:
        facts["actor"] = Actor(**facts["actor"])
    if "values" in facts:
        facts["values"] = {key: feel.load(item) for key, item in facts["values"].items()}
    return kind(**facts)

"""The mail of a reminder, in plain Dutch: case numbers and steps, nothing of any client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar import days_left, format_date, format_instant, is_late, relative_deadline
from engine.letters import Letter, Rendered, render_with

LONGEST_LIST = 40


@dataclass(frozen=True)
class Line:
    """One deadline, late from ``at``; ``due`` is its last day, or that moment.

    ``step`` is as the diagram calls it: a name that was made from data could be personal.
    """

    case_number: str
    step: str
    at: datetime
    due: date

    def text(self, now: datetime) -> str:
        """`WK-2026-00001: Aanvraag beoordelen. Uiterlijk maandag 18 mei 2026 (morgen).`"""
        exact = (
            format_instant(self.due) if isinstance(self.due, datetime) else format_date(self.due)
        )
        how = relative_deadline(self.due, now)
        return f"{self.case_number}: {self.step}. Uiterlijk {exact} ({how})."


def digest(own: Sequence[Line], led: Sequence[Line], site: str, now: datetime) -> Rendered:
    """The mail of one working day: what is late, what is due today, what comes; then the team's."""
    letter = _Page(now)
    letter.say("Beste collega,")
    letter.say(_opening(len(own), len(led)))
    letter.deadlines_of(own)
    letter.list_of("Te laat bij uw team", led)
    letter.end(
        site,
        "U krijgt dit bericht hooguit één keer per werkdag. U kiest zelf hoe laat: "
        "klik in Thuisroute op uw naam en dan op “Mijn herinneringen”.",
    )
    return letter.rendered(_subject(len(own) + len(led)))


def digest_for_mailbox(lines: Sequence[Line], site: str, now: datetime) -> Rendered:
    """The mail of one working day about tasks of an organisation, to its own mailbox."""
    letter = _Page(now)
    letter.say("Beste collega,")
    many = len(lines) > 1
    letter.say(
        f"Bij uw organisatie {'wachten' if many else 'wacht'} {_tasks(len(lines))}. "
        "De termijn is bijna of al voorbij."
    )
    letter.deadlines_of(lines)
    letter.end(
        site,
        f"Wie deze {'taken' if many else 'taak'} kan doen, heeft geen e-mailadres in Thuisroute. "
        "Daarom krijgt uw organisatie dit bericht.",
    )
    return letter.rendered(_subject(len(lines)))


def _subject(count: int) -> str:
    return f"Thuisroute: {_tasks(count)} met een termijn"


def _tasks(count: int) -> str:
    return f"{count} {'taak' if count == 1 else 'taken'}"


def urgent(line: Line, to_lead: Sequence[str], site: str, now: datetime) -> Rendered:
    """The mail about one urgent task; ``to_lead`` says why the team lead gets it, when so."""
    letter = _Page(now)
    letter.say("Beste collega,")
    letter.say("Deze taak is dringend:")
    letter.list_of("", [line])
    for text in to_lead:
        letter.say(text)
    letter.end(site, "U krijgt dit bericht meteen, omdat deze taak niet kan wachten.")
    return letter.rendered(f"Dringend: zaak {line.case_number}, {line.step}")


FOR_THE_LEAD = "De termijn is voorbij. Daarom krijgt u als teamleider dit bericht."
FOR_THE_MAILBOX = (
    "Wie deze taak kan doen, heeft geen e-mailadres in Thuisroute. "
    "Daarom krijgt uw organisatie dit bericht."
)


def _opening(own: int, led: int) -> str:
    if own == 1:
        return "Er wacht een taak op u of uw groep. De termijn is bijna of al voorbij."
    if own:
        return f"Er wachten {own} taken op u of uw groep. De termijn is bijna of al voorbij."
    if led == 1:
        return "Bij uw team is een termijn voorbij. De taak wacht nog."
    return f"Bij uw team zijn {led} termijnen voorbij. De taken wachten nog."


class _Page:
    """A letter of which every text is a value: nothing in it can become mark-up."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._parts: list[str] = []
        self._values: list[str] = []

    def say(self, text: str) -> None:
        self._parts.append(self._value(text))

    def list_of(self, heading: str, lines: Sequence[Line]) -> None:
        if not lines:
            return
        if heading:
            self._parts.append(f"## {self._value(heading)}")
        shown = sorted(lines, key=lambda line: (line.at, line.case_number))[:LONGEST_LIST]
        items = [f"- {self._value(line.text(self._now))}" for line in shown]
        self._parts.append("\n".join(items))
        if len(lines) > len(shown):
            self.say(f"En nog {len(lines) - len(shown)} andere. U ziet ze in Thuisroute.")

    def deadlines_of(self, lines: Sequence[Line]) -> None:
        """Three lists: late, today, to come."""
        late = [line for line in lines if is_late(line.due, self._now)]
        coming = [line for line in lines if not is_late(line.due, self._now)]
        self.list_of("Te laat", late)
        self.list_of("Vandaag", [one for one in coming if not days_left(one.due, self._now)])
        self.list_of("Binnenkort", [one for one in coming if days_left(one.due, self._now)])

    def end(self, site: str, why: str) -> None:
        if site:
            self._parts.append(f"[{self._value('Open Thuisroute')}]({self._value(site)})")
        self.say(why)

    def rendered(self, subject: str) -> Rendered:
        body = "\n\n".join(self._parts)
        letter = Letter("herinnering", "Herinnering", self._value(subject), body)
        return render_with(letter, lambda place: self._values[int(place)])

    def _value(self, text: str) -> str:
        self._values.append(text)
        return f"{{{{{len(self._values) - 1}}}}}"

"""An independent token game: the truth that random diagrams are judged by.

Written from BPMN 2.0 chapter 13 and Camunda 8's rules, over `Diagrams` only: it shares no code with
the engine and works the other way round. Tokens lie on *sequence flows* (a list per scope), not in
a tree; everything that is enabled is looked up anew at each step. Slow and plain on purpose.

It knows the shapes of `tests.spiff.random_routes`; conditions and scripts are given as Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.spiff import Diagrams, Element, ElementKind, EventKind, Mapping_, TimerKind
from tests.spiff.gamedata import Names

K = ElementKind


@dataclass(eq=False)
class Activity:
    """An element at which a token stays, ``since`` that day. ``armed`` are the boundary events that
    still listen, ``rung`` says on which day each timer among them last went off."""

    element: Element
    scope: Scope
    since: int
    names: Names
    inner: list[Scope] = field(default_factory=list)
    armed: list[Element] = field(default_factory=list)
    rung: dict[str, int] = field(default_factory=dict)
    done: int = 0
    enough: bool = False
    output: list[object] = field(default_factory=list)


@dataclass(eq=False)
class Scope:
    """A process, subprocess, or instance of a repeated element, while it runs."""

    owner: Activity | None
    names: Names
    marks: list[str] = field(default_factory=list)  # flow ids, oldest first
    stays: list[Activity] = field(default_factory=list)
    number: int = 0
    given: set[str] = field(default_factory=set)


_FIRST_DAY = date(2026, 3, 2)
_CYCLE = re.compile(r"R(\d*)/(?:(\d{4}-\d\d-\d\d)T[^/]*/)?P1D")


class Game:
    """One case, played by the rules of the standard."""

    def __init__(
        self, diagrams: Diagrams, process_id: str, variables: Mapping[str, object]
    ) -> None:
        """``variables`` holds "lijst", the numbers of every collection, and "datum", a day."""
        self.diagrams = diagrams
        self.day = 0
        self.end: str | None = None
        self.root = Scope(None, Names(values=dict(variables), sealed=True, opaque=True))
        self._begin(self.root, process_id, None)
        self._run()

    @property
    def ended(self) -> bool:
        return not self.root.marks and not self.root.stays

    # --- what can be done from outside

    def stays(self, scope: Scope | None = None) -> Iterator[Activity]:
        """All activities, outer before inner, older before younger."""
        for activity in (scope or self.root).stays:
            yield activity
            for inner in activity.inner:
                yield from self.stays(inner)

    def tasks(self) -> list[Activity]:
        return [a for a in self.stays() if a.element.kind is K.USER_TASK and not a.inner]

    def events(self, kind: EventKind) -> list[tuple[Activity, Element]]:
        """Everything that waits for a timer or message, with where it waits."""
        found = []
        for activity in self.stays():
            own = activity.element
            listens: list[Element] = []
            if own.kind in {K.CATCH_EVENT, K.RECEIVE_TASK} and not activity.inner:
                listens = [own]
            if own.kind is K.EVENT_BASED_GATEWAY:
                listens = [self._target(f) for f in own.outgoing]
            found += [(activity, e) for e in (*activity.armed, *listens) if e.event is kind]
        return found

    def tokens(self) -> int:
        """How many tokens there are, counted as what waits: nothing else may be kept."""
        waiting = sum(len(scope.marks) for scope in self._scopes())  # in front of a join
        return waiting + sum(self._tokens_of(activity) for activity in self.stays())

    def _tokens_of(self, activity: Activity) -> int:
        element = activity.element
        if not self._is_outer(activity.scope, element):
            return 0  # counted as an instance
        instances = len(activity.inner) if element.multi_instance or element.loop else 0
        behind = len(element.outgoing) if element.kind is K.EVENT_BASED_GATEWAY else 0
        return 1 + len(activity.armed) + instances + behind

    def places(self) -> int:
        """In how many places values are kept: the case, each instance of what repeats, the list of
        a multi-instance, and what has mappings or data of its own."""
        found = 1
        for activity in self.stays():
            element = activity.element
            if not self._is_outer(activity.scope, element):
                continue
            if element.multi_instance or element.loop:
                found += len(activity.inner) + bool(element.multi_instance)
            else:
                apart = element.kind is K.CALL_ACTIVITY and activity.names.sealed
                found += bool(element.inputs or apart)
        return found

    def moments(self) -> list[tuple[str, int]]:
        """Every timer that waits, and the day of its next firing. Repetitions are a day apart."""
        return sorted(
            (event.id, self.moment(activity, event))
            for activity, event in self.events(EventKind.TIMER)
        )

    def moment(self, activity: Activity, event: Element) -> int:
        """The day, counted from the first, on which a waiting timer fires."""
        if event.timer and event.timer.kind is TimerKind.DATE:
            last = activity.scope.names.seen()["datum"]
            assert isinstance(last, int)
            return last + 1
        if event.id in activity.rung:
            return activity.rung[event.id] + 1
        return self._first_ring(activity, event)

    def _first_ring(self, activity: Activity, event: Element) -> int:
        match = _CYCLE.fullmatch(event.timer.text) if event.timer else None
        if match and match[2]:
            return (date.fromisoformat(match[2]) - _FIRST_DAY).days
        return activity.since + 1

    def _rings_on(self, activity: Activity, event: Element) -> bool:
        """Whether a timer that just went off does so again."""
        match = _CYCLE.fullmatch(event.timer.text) if event.timer else None
        if match is None:
            return False
        passed = self.day - self._first_ring(activity, event) + 1
        return not match[1] or passed < int(match[1])

    def complete(self, activity: Activity, answer: Mapping[str, object]) -> None:
        self._finish(activity, answer)
        self._run()

    def fire(
        self, activity: Activity, event: Element, values: Mapping[str, object] | None = None
    ) -> None:
        self._pass(activity, event, values or {})
        self._run()

    def correct(self, name: str, value: object) -> None:
        """A fact is set right, wherever it was mapped to under the same name."""
        for scope in self._scopes():
            if name in scope.names.values:
                scope.names.values[name] = value
        for activity in self.stays():
            if name in activity.names.values:
                activity.names.values[name] = value
        self._run()

    def _pass(self, activity: Activity, event: Element, values: Mapping[str, object]) -> None:
        if event is activity.element:
            self._finish(activity, values)
            return
        scope = activity.scope
        if event.kind is not K.BOUNDARY_EVENT or event.interrupting:
            scope.stays.remove(activity)
        elif event.timer:
            # Moments that passed unseen are gone: this firing stood for all of them.
            activity.rung[event.id] = self.day
            if not self._rings_on(activity, event):
                activity.armed.remove(event)
        for name, value in values.items():
            scope.names.write(name, value)
        scope.marks += event.outgoing

    # --- the rules

    def _target(self, flow: str) -> Element:
        return self.diagrams.elements[self.diagrams.flows[flow].target]

    def _begin(self, scope: Scope, process_id: str, parent_id: str | None) -> None:
        scope.marks += self.diagrams.start_event(process_id, parent_id).outgoing

    def _run(self) -> None:
        while self._step(self.root) or self._release():
            pass

    def _step(self, scope: Scope) -> bool:
        """One thing that is enabled without looking further than its own tokens."""
        for flow in scope.marks:
            if self._take(scope, flow, self._target(flow)):
                return True
        for activity in list(scope.stays):
            for inner in list(activity.inner):
                if self._step(inner):
                    return True
                if not inner.marks and not inner.stays:
                    activity.inner.remove(inner)
                    self._instance_done(activity, inner)
                    return True
        return False

    def _take(self, scope: Scope, flow: str, element: Element) -> bool:
        if element.kind is K.PARALLEL_GATEWAY:
            if not set(element.incoming) <= set(scope.marks):
                return False
            for each in element.incoming:
                scope.marks.remove(each)
            scope.marks += element.outgoing
            return True
        if element.kind is K.INCLUSIVE_GATEWAY and len(element.incoming) > 1:
            return False
        scope.marks.remove(flow)
        repeats = element.multi_instance or element.loop
        if repeats or element.kind in {K.SUBPROCESS, K.CALL_ACTIVITY}:
            self._enter(scope, element)
        elif element.kind in {K.USER_TASK, K.CATCH_EVENT, K.RECEIVE_TASK, K.EVENT_BASED_GATEWAY}:
            self._stay(scope, element, self._edges(element))
        elif element.kind is K.END_EVENT:
            self._end(scope, element)
        else:
            self._work(scope, element)
            scope.marks += self._chosen(scope, element)
        return True

    def _stay(self, scope: Scope, element: Element, armed: list[Element]) -> Activity:
        names = Names(scope.names)
        if not element.multi_instance and not element.loop and self._is_outer(scope, element):
            names.values.update(names.mapped(_lines(element.inputs), {}))
        activity = Activity(element, scope, self.day, names, armed=armed)
        scope.stays.append(activity)
        return activity

    @staticmethod
    def _is_outer(scope: Scope, element: Element) -> bool:
        """Whether this is the element itself, not an instance of it (whose scope has its names)."""
        return scope.owner is None or scope.owner.element is not element

    def _shout(self, name: str | None) -> None:
        """Everything that waits for the signal now goes on, unless another took it away."""
        for activity, event in self.events(EventKind.SIGNAL):
            alive = any(activity is each for each in self.stays())
            if event.signal_name == name and alive:
                self._pass(activity, event, {})

    def _work(self, scope: Scope, element: Element) -> None:
        if element.event is EventKind.SIGNAL:
            self._shout(element.signal_name)
        # What an instance with output mappings finds stays with it, until they are applied.
        inside = element.outputs and not self._is_outer(scope, element)
        write = scope.names.values.__setitem__ if inside else scope.names.write
        if element.kind is K.SCRIPT_TASK:
            write(element.result_variable or "", scope.names.value(element.script or ""))
        if element.kind is K.BUSINESS_RULE_TASK:
            write(element.result_variable or "", 7)

    def _chosen(self, scope: Scope, element: Element) -> list[str]:
        if element.kind not in {K.EXCLUSIVE_GATEWAY, K.INCLUSIVE_GATEWAY}:
            return list(element.outgoing)
        if len(element.outgoing) == 1:
            return list(element.outgoing)
        wanted = scope.names.seen().get(f"k_{element.id}") or []
        assert isinstance(wanted, list)
        holding = [f for f in element.outgoing if f != element.default_flow and f in wanted]
        if element.kind is K.EXCLUSIVE_GATEWAY:
            holding = holding[:1]
        return holding or [element.default_flow or ""]

    def _edges(self, element: Element) -> list[Element]:
        return [e for e in self.diagrams.elements.values() if e.attached_to == element.id]

    # --- what holds tokens, and repetitions

    def _items(self, scope: Scope) -> list[int]:
        items = scope.names.seen()["lijst"]
        assert isinstance(items, list)
        return items

    def _enter(self, scope: Scope, element: Element) -> None:
        activity = self._stay(scope, element, self._edges(element))
        if element.loop:
            if element.loop.test_before and not self._again(activity):
                self._close(activity)
            else:
                self._instance(activity, 1)
        elif not element.multi_instance:
            self._instance(activity, 0)
        else:
            items = self._items(scope)
            activity.output = [None] * len(items)
            if not items:
                self._close(activity)
            last = 1 if element.multi_instance.sequential else len(items)
            for number in range(1, min(last, len(items)) + 1):
                self._instance(activity, number)

    def _instance(self, activity: Activity, number: int) -> None:
        element = activity.element
        inner = Scope(activity, Names(activity.scope.names), number=number)
        names = inner.names
        if number:
            names.values["loopCounter"] = number
        multi = element.multi_instance
        if multi:
            if re.fullmatch(r"=\w+", multi.output_element or ""):
                names.values[(multi.output_element or "")[1:]] = None
            if multi.input_element:
                names.values[multi.input_element] = self._items(activity.scope)[number - 1]
        names.values.update(names.mapped(_lines(element.inputs), {}))
        if element.kind is K.CALL_ACTIVITY:
            names.opaque = not element.propagate_all_parent_variables
            back = element.propagate_all_child_variables and not element.outputs
            names.sealed = names.opaque or not back
        activity.names = names
        activity.inner.append(inner)
        inner.given = set(names.values)
        if element.kind is K.SUBPROCESS:
            self._begin(inner, element.process_id, element.id)
        elif element.kind is K.CALL_ACTIVITY:
            self._begin(inner, element.called_process_id or "", None)
        elif element.kind in {K.USER_TASK, K.RECEIVE_TASK}:
            self._stay(inner, element, [])
        else:
            self._work(inner, element)

    def _instance_done(self, activity: Activity, inner: Scope) -> None:
        element, multi = activity.element, activity.element.multi_instance
        activity.done += 1
        self._results(activity, inner, {})
        if multi and multi.output_element:
            activity.output[inner.number - 1] = inner.names.value(multi.output_element)
        if multi and multi.completion_condition:
            activity.enough = activity.done >= int(multi.completion_condition[-1])
        if element.loop:
            if self._again(activity):
                self._instance(activity, activity.done + 1)
            else:
                self._close(activity)
        elif multi is None or activity.enough or activity.done == len(activity.output):
            self._close(activity)
        elif multi.sequential:
            self._instance(activity, activity.done + 1)

    def _again(self, activity: Activity) -> bool:
        loop = activity.element.loop
        assert loop is not None
        if loop.maximum is not None and activity.done >= loop.maximum:
            return False
        answer = activity.scope.names.seen().get(f"a_{activity.element.id}")
        return loop.condition is None or answer == "ja"

    def _close(self, activity: Activity) -> None:
        multi, scope = activity.element.multi_instance, activity.scope
        scope.stays.remove(activity)
        if multi is not None and multi.output_collection:
            scope.names.write(multi.output_collection, activity.output)
        scope.marks += activity.element.outgoing

    def _finish(self, activity: Activity, answer: Mapping[str, object]) -> None:
        """A task or event is done with this answer."""
        scope, element = activity.scope, activity.element
        scope.stays.remove(activity)
        if self._is_outer(scope, element):
            self._results(activity, None, answer)
            scope.marks += element.outgoing
            return
        # An instance: what it gives is mapped when its scope is found empty.
        if element.outputs:
            scope.names.values.update(answer)
        else:
            for name, value in answer.items():
                scope.names.write(name, value)

    def _results(
        self, activity: Activity, inner: Scope | None, answer: Mapping[str, object]
    ) -> None:
        """What an element gives back: by its output mappings if it has any."""
        element, around = activity.element, activity.scope.names
        own = inner.names if inner else activity.names
        if element.outputs:
            own.values.update(answer)
            start = own if element.multi_instance else around
            for name, value in own.mapped(_lines(element.outputs), start.seen()).items():
                start.write(name, value)
            return
        for name, value in answer.items():
            own.write(name, value)
        if inner and own.opaque and element.propagate_all_child_variables:
            for name, value in own.values.items():
                if name not in inner.given:
                    around.write(name, value)

    def _end(self, scope: Scope, element: Element) -> None:
        if element.event is EventKind.TERMINATE:
            scope.marks.clear()
            scope.stays.clear()
        if element.event is EventKind.SIGNAL:
            self._shout(element.signal_name)
        if element.event is EventKind.ERROR:
            self._error(scope, element)
        elif scope is self.root:
            self.end = element.id

    def _error(self, scope: Scope, element: Element) -> None:
        host = scope.owner
        while host is not None:
            for code in (element.error_code, None):
                for edge in host.armed:
                    if edge.event is EventKind.ERROR and edge.error_code == code:
                        host.scope.stays.remove(host)
                        host.scope.marks += edge.outgoing
                        return
            host = host.scope.owner
        raise AssertionError("the generator draws no error that nobody catches")

    # --- the inclusive join (13.4.3), judged only when nothing else is enabled

    def _release(self) -> bool:
        """Let one join go on. Of several that could, the first that was drawn, outermost first."""
        joins = [
            element
            for element in self.diagrams.elements.values()
            if element.kind is K.INCLUSIVE_GATEWAY and len(element.incoming) > 1
        ]
        return any(self._inclusive(join, scope) for join in joins for scope in self._scopes())

    def _scopes(self) -> list[Scope]:
        return [self.root, *(inner for activity in self.stays() for inner in activity.inner)]

    def _inclusive(self, join: Element, scope: Scope) -> bool:
        full = {flow for flow in join.incoming if flow in scope.marks}
        empty = set(join.incoming) - full
        if not full or any(
            reached & empty and not reached & full for reached in self._futures(scope, join)
        ):
            return False
        for flow in full:
            scope.marks.remove(flow)
        scope.marks += self._chosen(scope, join)
        return True

    def _futures(self, scope: Scope, join: Element) -> Iterator[set[str]]:
        """For every other token the flows it may come over, not passing the join."""
        for flow in scope.marks:
            if self._target(flow).id != join.id:
                yield self._ahead([flow], join)
        for activity in scope.stays:
            ways = list(activity.element.outgoing)
            for edge in activity.armed:
                if edge.interrupting:
                    ways += edge.outgoing
                else:  # starts a token of its own, beside the one that stays
                    yield self._ahead(list(edge.outgoing), join)
            yield self._ahead(ways, join)

    def _ahead(self, flows: list[str], join: Element) -> set[str]:
        found: set[str] = set()
        todo = list(flows)
        while todo:
            flow = todo.pop()
            if flow in found:
                continue
            found.add(flow)
            target = self._target(flow)
            if target.id != join.id:
                todo += target.outgoing
                edges = [edge for edge in self._edges(target) if edge.interrupting]
                todo += [flow for edge in edges for flow in edge.outgoing]
        return found


def _lines(mappings: Sequence[Mapping_]) -> list[tuple[str, str]]:
    return [(line.source, line.target) for line in mappings]

"""An independent token game: the truth that random diagrams are judged by.

Written from BPMN 2.0 chapter 13 and Camunda 8's rules, over `Diagrams` only: it shares no code with
the engine and works the other way round. Tokens lie on *sequence flows* (a list per scope), not in
a tree; everything that is enabled is looked up anew at each step. Slow and plain on purpose.

It knows the shapes of `tests.spiff.random_routes`; conditions and scripts are given as Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.spiff import Diagrams, Element, ElementKind, EventKind, TimerKind, TimerText

K = ElementKind


@dataclass(eq=False)
class Activity:
    """An element at which a token stays, ``since`` that day. ``armed`` are the boundary events that
    still listen, ``rung`` says on which day each timer among them last went off."""

    element: Element
    scope: Scope
    since: int
    inner: list[Scope] = field(default_factory=list)
    armed: list[Element] = field(default_factory=list)
    rung: dict[str, int] = field(default_factory=dict)
    done: int = 0


@dataclass(eq=False)
class Scope:
    """A process, subprocess, or instance of a repeated element, while it runs."""

    owner: Activity | None
    marks: list[str] = field(default_factory=list)  # flow ids, oldest first
    stays: list[Activity] = field(default_factory=list)
    number: int = 0


def _most_rings(timer: TimerText) -> int | None:
    """How often a timer goes off: "R3/P1D" three times, "R/P1D" without end, others once."""
    if timer.kind is not TimerKind.CYCLE:
        return 1
    times = timer.text.removeprefix("R").split("/")[0]
    return int(times) if times else None


class Game:
    """One case, played by the rules of the standard."""

    def __init__(self, diagrams: Diagrams, process_id: str, items: int) -> None:
        self.diagrams = diagrams
        self.items = items  # the length of every collection
        self.day = 0
        self.counts: dict[str, int] = {}
        self.collected: dict[str, list[int]] = {}
        self.choice: dict[str, list[str]] = {}
        self.end: str | None = None
        self.root = Scope(None)
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

    def moments(self) -> list[tuple[str, int]]:
        """Every timer that waits, and the day of its next firing. All are drawn a day apart."""
        return sorted(
            (event.id, activity.rung.get(event.id, activity.since) + 1)
            for activity, event in self.events(EventKind.TIMER)
        )

    def complete(self, activity: Activity, choice: dict[str, list[str]]) -> None:
        self.choice.update(choice)
        self._finish(activity)
        self._run()

    def fire(self, activity: Activity, event: Element) -> None:
        self._pass(activity, event)
        self._run()

    def _pass(self, activity: Activity, event: Element) -> None:
        scope = activity.scope
        if event.kind is not K.BOUNDARY_EVENT or event.interrupting:
            scope.stays.remove(activity)
        elif event.timer:
            # Moments that passed unseen are gone: this firing stood for all of them.
            activity.rung[event.id] = self.day
            most = _most_rings(event.timer)
            if most is not None and self.day - activity.since >= most:
                activity.armed.remove(event)
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
            scope.stays.append(Activity(element, scope, self.day, armed=self._edges(element)))
        elif element.kind is K.END_EVENT:
            self._end(scope, element)
        else:
            self._work(scope, element)
        return True

    def _shout(self, name: str | None) -> None:
        """Everything that waits for the signal now goes on, unless another took it away."""
        for activity, event in self.events(EventKind.SIGNAL):
            alive = any(activity is each for each in self.stays())
            if event.signal_name == name and alive:
                self._pass(activity, event)

    def _work(self, scope: Scope, element: Element) -> None:
        if element.kind is K.THROW_EVENT:
            self._shout(element.signal_name)
        if element.kind is K.SCRIPT_TASK:
            name = element.result_variable or ""
            self.counts[name] = self.counts.get(name, 0) + 1
        scope.marks += self._chosen(element)

    def _chosen(self, element: Element) -> list[str]:
        if element.kind not in {K.EXCLUSIVE_GATEWAY, K.INCLUSIVE_GATEWAY}:
            return list(element.outgoing)
        if len(element.outgoing) == 1:
            return list(element.outgoing)
        wanted = self.choice.get(f"k_{element.id}", [])
        holding = [f for f in element.outgoing if f != element.default_flow and f in wanted]
        if element.kind is K.EXCLUSIVE_GATEWAY:
            holding = holding[:1]
        return holding or [element.default_flow or ""]

    def _edges(self, element: Element) -> list[Element]:
        return [e for e in self.diagrams.elements.values() if e.attached_to == element.id]

    def _enter(self, scope: Scope, element: Element) -> None:
        activity = Activity(element, scope, self.day, armed=self._edges(element))
        scope.stays.append(activity)
        if element.loop:
            self._instance(activity, 1)
        elif not element.multi_instance:
            self._instance(activity, 0)
        elif self.items == 0:
            self._close(activity)
        else:
            last = 1 if element.multi_instance.sequential else self.items
            for number in range(1, last + 1):
                self._instance(activity, number)

    def _instance(self, activity: Activity, number: int) -> None:
        element = activity.element
        inner = Scope(activity, number=number)
        activity.inner.append(inner)
        if element.kind is K.SUBPROCESS:
            self._begin(inner, element.process_id, element.id)
        elif element.kind is K.CALL_ACTIVITY:
            self._begin(inner, element.called_process_id or "", None)
        elif element.kind is K.USER_TASK:
            inner.stays.append(Activity(element, inner, self.day))
        else:
            self._work(inner, element)
            inner.marks.clear()

    def _instance_done(self, activity: Activity, inner: Scope) -> None:
        multi = activity.element.multi_instance
        activity.done += 1
        loop = activity.element.loop
        if loop and activity.done < (loop.maximum or 0):
            self._instance(activity, activity.done + 1)
        elif multi is None or activity.done == self.items:
            self._close(activity)
        elif multi.sequential:
            self._instance(activity, activity.done + 1)

    def _close(self, activity: Activity) -> None:
        multi = activity.element.multi_instance
        if multi is not None and multi.output_collection:
            self.collected[multi.output_collection] = list(range(1, self.items + 1))
        self._finish(activity)

    def _finish(self, activity: Activity) -> None:
        scope = activity.scope
        scope.stays.remove(activity)
        if scope.owner is not None and scope.owner.element is activity.element:
            return  # an instance: the scope is empty now, its owner looks on
        scope.marks += activity.element.outgoing

    def _end(self, scope: Scope, element: Element) -> None:
        if element.event is EventKind.TERMINATE:
            scope.marks.clear()
            scope.stays.clear()
        if element.event is EventKind.ERROR:
            self._error(scope, element)
        elif scope is self.root:
            self.end = element.id

    def _error(self, scope: Scope, element: Element) -> None:
        host = scope.owner
        while host is not None:
            for edge in host.armed:
                if edge.event is EventKind.ERROR and edge.error_code == element.error_code:
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
        scope.marks += self._chosen(join)
        return True

    def _futures(self, scope: Scope, join: Element) -> Iterator[set[str]]:
        """For every other token the flows it may come over, not passing the join."""
        for flow in scope.marks:
            if self._target(flow).id != join.id:
                yield self._ahead([flow], join)
        for activity in scope.stays:
            edges = [flow for edge in activity.armed for flow in edge.outgoing]
            yield self._ahead([*activity.element.outgoing, *edges], join)

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
                todo += [f for edge in self._edges(target) for f in edge.outgoing]
        return found

"""Matching patterns in counted steps (XPath and XQuery Functions 3.1, 5.6).

A pattern becomes a small program for a backtracking machine. The machine remembers which choices it
made at which place, so without back-references its cost is at most the length of the text
times that of the pattern, whatever the pattern; with them it is stopped by the step limit.
"""

from __future__ import annotations

from functools import lru_cache

from .limits import Meter
from .pattern_syntax import PatternError, Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .pattern_syntax import Tree

__all__ = ["Pattern", "PatternError", "compiled"]

_SET, _SPLIT, _JUMP, _SAVE, _SAME, _START, _END, _MARK, _MOVED, _DONE = range(10)
_MAX_PROGRAM = 5000
_BATCH = 128


class Pattern:
    """A pattern ready to use. `groups` is how many groups it captures."""

    def __init__(self, tree: Tree, groups: int, has_references: bool, flags: str) -> None:
        self.groups = groups
        self.ignore_case = "i" in flags
        self.lines = "m" in flags
        self.remembers = not has_references
        self.slots = 2 * (groups + 1)
        self.program: list[tuple] = []  # type: ignore[type-arg]
        self.splits = 0
        self._emit(tree)
        self._add(_DONE)

    # Making the program

    def _add(self, *instruction: object) -> int:
        if len(self.program) >= _MAX_PROGRAM:
            raise PatternError("the pattern is too large")
        self.program.append(instruction)
        return len(self.program) - 1

    def _split(self) -> int:
        self.splits += 1
        return self._add(_SPLIT, 0, 0, self.splits - 1)

    def _aim(self, split: int, first: int, second: int) -> None:
        self.program[split] = (_SPLIT, first, second, self.program[split][3])

    def _emit(self, tree: Tree) -> None:
        kind = tree[0]
        if kind == "set":
            self._add(_SET, tree[1])
        elif kind == "all":
            for node in tree[1]:
                self._emit(node)
        elif kind == "any":
            self._emit_choice(tree[1])
        elif kind == "repeat":
            self._emit_repeat(*tree[1:])
        elif kind == "group":
            self._add(_SAVE, 2 * tree[1])
            self._emit(tree[2])
            self._add(_SAVE, 2 * tree[1] + 1)
        elif kind == "same":
            self._add(_SAME, tree[1])
        else:
            self._add(_START if kind == "start" else _END)

    def _emit_choice(self, nodes: list[Tree]) -> None:
        jumps = []
        for node in nodes[:-1]:
            split = self._split()
            self._emit(node)
            jumps.append(self._add(_JUMP, 0))
            self._aim(split, split + 1, len(self.program))
        self._emit(nodes[-1])
        for jump in jumps:
            self.program[jump] = (_JUMP, len(self.program))

    def _emit_repeat(self, node: Tree, least: int, most: int | None, greedy: bool) -> None:
        for _ in range(least):
            self._emit(node)
        if most is None:
            split = self._split()
            self._loop_body(node)
            self._add(_JUMP, split)
            self._end_choice(split, greedy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._split())
            self._emit(node)
        for split in splits:
            self._end_choice(split, greedy)

    def _end_choice(self, split: int, greedy: bool) -> None:
        inside, after = split + 1, len(self.program)
        self._aim(split, *((inside, after) if greedy else (after, inside)))

    def _loop_body(self, node: Tree) -> None:
        """A round of a loop that must move on, or it would never end."""
        slot = self.slots
        self.slots += 1
        self._add(_MARK, slot)
        self._emit(node)
        self._add(_MOVED, slot)

    # Running it

    def search(self, text: str, start: int, meter: Meter) -> list[int] | None:
        """Where the first match at or after `start` begins and ends, then each group; or None."""
        seen: set[int] | None = set() if self.remembers else None
        for at in range(start, len(text) + 1):
            found = self._match(text, at, meter, seen)
            if found is not None:
                return found
        return None

    def _match(self, text: str, at: int, meter: Meter, seen: set[int] | None) -> list[int] | None:
        program, size = self.program, len(text)
        pc, begin, count = 0, at, 0
        slots: tuple[int, ...] = (-1,) * self.slots
        waiting: list[tuple[int, int, tuple[int, ...]]] = []
        while True:
            count += 1
            if count & (_BATCH - 1) == 0:
                meter.step(_BATCH // 2)
                meter.take(_BATCH * 16)
            instruction = program[pc]
            kind = instruction[0]
            alive = True
            pc += 1
            if kind == _SET:
                alive = at < size and instruction[1](text[at])
                at += 1
            elif kind == _SPLIT:
                if seen is not None:
                    place = instruction[3] * (size + 1) + at
                    alive = place not in seen
                    seen.add(place)
                if alive:
                    waiting.append((instruction[2], at, slots))
                    pc = instruction[1]
            elif kind == _JUMP:
                pc = instruction[1]
            elif kind in (_SAVE, _MARK):
                slot = instruction[1]
                slots = (*slots[:slot], at, *slots[slot + 1 :])
            elif kind == _MOVED:
                alive = slots[instruction[1]] != at
            elif kind == _SAME:
                after = self._repeated(text, at, slots, instruction[1])
                alive, at = after >= 0, after
            elif kind == _DONE:
                meter.step()
                return [begin, at, *slots[2 : 2 * (self.groups + 1)]]
            else:
                alive = self._at_edge(text, at, kind == _START)
            if not alive:
                if not waiting:
                    meter.step(1 + (count & (_BATCH - 1)) // 2)
                    return None
                pc, at, slots = waiting.pop()

    def _repeated(self, text: str, at: int, slots: tuple[int, ...], group: int) -> int:
        """Where the text ends that repeats the group, -1 when it does not."""
        begin, end = slots[2 * group], slots[2 * group + 1]
        if begin < 0 or end < 0:
            return at
        wanted, here = text[begin:end], text[at : at + end - begin]
        if wanted == here or (self.ignore_case and wanted.casefold() == here.casefold()):
            return at + end - begin
        return -1

    def _at_edge(self, text: str, at: int, start: bool) -> bool:
        size = len(text)
        if start:
            return at == 0 or (self.lines and at < size and text[at - 1] == "\n")
        return at == size or (self.lines and text[at] == "\n")

    # What FEEL asks

    def _all(self, text: str, meter: Meter) -> list[list[int]]:
        """Every match from left to right. Refuses a pattern that matches nothing at all."""
        if self.search("", 0, meter) is not None:
            raise PatternError("the pattern matches the empty string")
        found = []
        at = 0
        while at <= len(text):
            match = self.search(text, at, meter)
            if match is None:
                break
            found.append(match)
            at = max(match[1], at + 1)
        return found

    def replace(self, text: str, replacement: str, meter: Meter) -> str:
        """The text with every match replaced; `$1` stands for a group, `\\$` for a dollar sign."""
        parts = _replacement_parts(replacement, self.groups)
        made: list[str] = []
        after = 0
        for match in self._all(text, meter):
            meter.step(1 + len(parts))
            made.append(text[after : match[0]])
            for part in parts:
                piece = part if isinstance(part, str) else _group(text, match, part)
                meter.take(2 * len(piece) + 8)
                made.append(piece)
            after = match[1]
        made.append(text[after:])
        meter.take(2 * len(text))
        return "".join(made)

    def split(self, text: str, meter: Meter) -> list[object]:
        """The pieces of text between the matches."""
        pieces: list[object] = []
        after = 0
        for begin, end, *_ in self._all(text, meter):
            pieces.append(text[after:begin])
            after = end
        meter.take(64 * len(pieces) + 2 * len(text))
        return [*pieces, text[after:]]


def _group(text: str, match: list[int], number: int) -> str:
    begin, end = match[2 * number], match[2 * number + 1]
    return text[begin:end] if begin >= 0 and end >= 0 else ""


def _replacement_parts(replacement: str, groups: int) -> list[str | int]:
    """Texts and numbers of groups. Raises PatternError for a lone dollar sign or backslash."""
    parts: list[str | int] = []
    at, size = 0, len(replacement)
    while at < size:
        char = replacement[at]
        at += 1
        if char == "\\":
            if replacement[at : at + 1] not in {"\\", "$"}:
                raise PatternError("a backslash in a replacement stands before \\ or $")
            parts.append(replacement[at])
            at += 1
        elif char == "$":
            end = at
            while end < size and replacement[end] in "0123456789":
                end += 1
            if end == at:
                raise PatternError("a dollar sign in a replacement stands before a number")
            while end > at + 1 and int(replacement[at:end][:6]) > groups:
                end -= 1
            number = int(replacement[at:end])
            parts.append(number if number <= groups else "")
            at = end
        else:
            parts.append(char)
    return parts


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> Pattern:
    """The pattern with its flags (s, m, i, x, q). Raises PatternError when it is none."""
    if set(flags) - set("smixq"):
        raise PatternError("the flags are s, m, i, x and q")
    if len(pattern) > _MAX_PROGRAM:
        raise PatternError("the pattern is too large")
    reader = Reader("" if "q" in flags else pattern, flags)
    if "q" in flags:
        from .characters import span

        tree: Tree = ("all", [("set", span(char, char, "i" in flags)) for char in pattern])
    else:
        tree = reader.whole()
    return Pattern(tree, reader.groups, reader.has_references, flags)

"""Reading a pattern (XPath and XQuery Functions 3.1, 5.6.1, on XML Schema part 2, appendix F).

The tree is made of plain tuples whose first item names the kind:
("set", test) ("all", nodes) ("any", nodes) ("repeat", node, least, most, greedy)
("group", number, node) ("same", number) ("start",) ("end",)
"""

from __future__ import annotations

from . import characters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Tree: TypeAlias = tuple[Any, ...]

_SINGLE = frozenset("\\|.?*+(){}-[]^$")
_NAMED = {"n": "\n", "r": "\r", "t": "\t"}
_MAX_NESTING = 40
_MAX_COUNT = 1000


class PatternError(Exception):
    """The pattern, its flags or the replacement break the rules; the message says which."""


class Reader:
    """Recursive descent over one pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.ignore_case = "i" in flags
        self.dot_all = "s" in flags
        self.pattern = _without_spaces(pattern) if "x" in flags else pattern
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.has_references = False
        self.nesting = 0

    def whole(self) -> Tree:
        node = self.branches()
        if self.at < len(self.pattern):
            raise PatternError("a parenthesis closes what was not opened")
        return node

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        char = self.peek()
        if not char:
            raise PatternError("the pattern ends too early")
        self.at += 1
        return char

    def branches(self) -> Tree:
        found = [self.branch()]
        while self.take("|"):
            found.append(self.branch())
        return found[0] if len(found) == 1 else ("any", found)

    def branch(self) -> Tree:
        pieces = []
        while self.peek() and self.peek() not in "|)":
            pieces.append(self.piece())
        return ("all", pieces)

    def piece(self) -> Tree:
        atom = self.atom()
        char = self.peek()
        if not char or char not in "?*+{":
            return atom
        self.at += 1
        if char == "{":
            least, most = self.counts()
        else:
            least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[char]
        greedy = not self.take("?")
        return ("repeat", atom, least, most, greedy)

    def counts(self) -> tuple[int, int | None]:
        end = self.pattern.find("}", self.at)
        first, comma, second = self.pattern[self.at : end].partition(",")
        if end < 0 or not first.isdecimal() or (second and not second.isdecimal()):
            raise PatternError("a count is written {2}, {2,} or {2,3}")
        self.at = end + 1
        if len(first) > 4 or len(second) > 4 or int(first) > _MAX_COUNT:
            raise PatternError(f"a count is at most {_MAX_COUNT}")
        least = int(first)
        most = None if comma and not second else int(second or first)
        if most is not None and not least <= most <= _MAX_COUNT:
            raise PatternError(f"a count goes up, to at most {_MAX_COUNT}")
        return least, most

    def atom(self) -> Tree:
        char = self.next()
        if char == "(":
            return self.group()
        if char == "[":
            return ("set", self.char_class())
        if char == "\\":
            return self.escape()
        if char == ".":
            if self.dot_all:
                return ("set", lambda char: True)
            return ("set", lambda char: char not in "\n\r")
        if char in "^$":
            return ("start",) if char == "^" else ("end",)
        if char in "?*+{}])":
            raise PatternError(f"{char} stands where nothing can be repeated or closed")
        return ("set", characters.span(char, char, self.ignore_case))

    def group(self) -> Tree:
        self.nesting += 1
        if self.nesting > _MAX_NESTING:
            raise PatternError("the parentheses are nested too deep")
        number = 0
        if not self.take("?:"):
            if self.peek() == "?":
                raise PatternError("(? is only allowed as (?:")
            self.groups += 1
            number = self.groups
        node = self.branches()
        if not self.take(")"):
            raise PatternError("a parenthesis is not closed")
        self.nesting -= 1
        if not number:
            return node
        self.closed.add(number)
        return ("group", number, node)

    def escape(self) -> Tree:
        char = self.peek()
        if char and char in "123456789":
            return self.reference()
        single = self.single_escape()
        if single:
            return ("set", characters.span(single, single, self.ignore_case))
        return ("set", self.class_escape())

    def reference(self) -> Tree:
        """The longest number of a group that is closed already."""
        number = int(self.next())
        while self.peek() in set("0123456789") and number * 10 + int(self.peek()) <= self.groups:
            number = number * 10 + int(self.next())
        if number not in self.closed:
            raise PatternError(f"there is no group {number} before this place")
        self.has_references = True
        return ("same", number)

    def single_escape(self) -> str:
        """The character behind a backslash when it stands for one character, else nothing."""
        char = self.peek()
        if char in _NAMED or char in _SINGLE:
            self.at += 1
            return _NAMED.get(char, char)
        return ""

    def class_escape(self) -> characters.Test:
        letter = self.next()
        if letter in "pP":
            if not self.take("{"):
                raise PatternError("a property is written \\p{L}")
            end = self.pattern.find("}", self.at)
            name = self.pattern[self.at : end]
            self.at = end + 1
            test = characters.property_class(name) if end > 0 else None
            if test is None:
                raise PatternError("there is no such property of characters")
            return test if letter == "p" else characters.negated(test)
        test = characters.class_escape(letter)
        if test is None:
            raise PatternError(f"\\{letter} means nothing")
        return test

    def char_class(self) -> characters.Test:
        """What stands between brackets, a subtraction such as `[a-z-[aeiou]]` included."""
        self.nesting += 1
        if self.nesting > _MAX_NESTING:
            raise PatternError("the brackets are nested too deep")
        negative = self.take("^")
        tests: list[characters.Test] = []
        minus: characters.Test | None = None
        while not (self.peek() == "]" and tests):
            if tests and self.take("-["):
                minus = self.char_class()
                if self.peek() != "]":
                    raise PatternError("a subtraction ends its class")
                break
            tests.append(self.class_item(not tests))
        self.at += 1
        self.nesting -= 1
        return _combined(tests, negative, minus)

    def class_item(self, first: bool) -> characters.Test:
        char = self.next()
        if char == "\\":
            single = self.single_escape()
            if not single:
                return self.class_escape()
            char = single
        elif char == "[" or (char == "]" and first):
            raise PatternError("a bracket inside brackets needs a backslash")
        elif char == "-" and not first and self.peek() != "]":
            raise PatternError("a minus sign inside brackets stands first or last")
        following = self.pattern[self.at : self.at + 2]
        if following[:1] != "-" or following in {"-]", "-["} or len(following) < 2:
            return characters.span(char, char, self.ignore_case)
        self.at += 1
        high = self.next()
        if high == "\\":
            high = self.single_escape()
        if not high or high < char:
            raise PatternError("a range of characters goes up")
        return characters.span(char, high, self.ignore_case)


def _combined(
    tests: list[characters.Test], negative: bool, minus: characters.Test | None
) -> characters.Test:
    def within(char: str) -> bool:
        if any(test(char) for test in tests) is negative:
            return False
        return minus is None or not minus(char)

    return within


def _without_spaces(pattern: str) -> str:
    """Flag x: spaces fall away, but not inside brackets."""
    kept: list[str] = []
    level = 0
    escaped = False
    for char in pattern:
        if char in " \t\n\r" and level == 0:
            continue
        if not escaped:
            level += (char == "[") - (char == "]" and level > 0)
        escaped = char == "\\" and not escaped
        kept.append(char)
    return "".join(kept)

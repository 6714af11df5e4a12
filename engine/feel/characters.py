"""Classes of characters in patterns (XML Schema part 2, appendix F.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Test = Callable[[str], bool]

# The blocks of the languages that people here write; others are refused by name.
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF),
}
_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)
_SPACES = frozenset(" \t\n\r")


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] not in "PZC"


def _starts_name(char: str) -> bool:
    return char in "_:" or unicodedata.category(char) in {"Ll", "Lu", "Lo", "Lt", "Nl"}


def _continues_name(char: str) -> bool:
    return (
        char in "_:-.\u00b7"
        or unicodedata.category(char)[0] in "LM"
        or (unicodedata.category(char) in {"Nd", "Nl"})
    )


_ESCAPES: dict[str, Test] = {
    "s": lambda char: char in _SPACES,
    "d": lambda char: unicodedata.category(char) == "Nd",
    "w": _is_word,
    "i": _starts_name,
    "c": _continues_name,
}


def negated(test: Test) -> Test:
    return lambda char: not test(char)


def class_escape(letter: str) -> Test | None:
    """The class behind a backslash, such as `d` for digits; capitals negate."""
    test = _ESCAPES.get(letter.lower())
    if test is None:
        return None
    return negated(test) if letter.isupper() else test


def property_class(name: str) -> Test | None:
    """The class `\\p{name}`: a category or, after `Is`, a block; None when there is none."""
    if name in _CATEGORIES:
        return lambda char: unicodedata.category(char).startswith(name)
    block = _BLOCKS.get(name[2:]) if name.startswith("Is") else None
    if block is None:
        return None
    low, high = block
    return lambda char: low <= ord(char) <= high


def variants(char: str) -> frozenset[str]:
    """The character in every case that counts as the same under flag i."""
    return frozenset([char, char.lower(), char.upper(), char.casefold()])


def span(low: str, high: str, ignore_case: bool) -> Test:
    """The characters from low to high; with `ignore_case` also those that differ in case."""
    if not ignore_case:
        return lambda char: low <= char <= high
    if low == high:
        known = variants(low)
        return lambda char: char in known or not known.isdisjoint(variants(char))
    return lambda char: (
        low <= char <= high
        or any(len(other) == 1 and low <= other <= high for other in variants(char))
    )

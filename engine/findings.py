"""Finding: one thing that is wrong with a route, said so that its owner can find and mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Refusal


@dataclass(frozen=True, order=True)
class Finding:
    """``element_id`` is empty when the whole file is meant; ``message`` is Dutch."""

    file: str
    element_id: str
    code: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.element_id}" if self.element_id else self.file
        return f"{place}: {self.message}"


_LINE = re.compile(r"\bat line (\d+)")


def fault_line(error: Exception, above: int = 0) -> str:
    """`` De fout staat op regel 3.`` of what json or tomllib raised; empty when neither says where.

    ``above`` is how many lines of the file stood above what was read.
    """
    line = getattr(error, "lineno", None)
    if line is None and (found := _LINE.search(str(error))):
        line = int(found[1])
    return "" if line is None else f" De fout staat op regel {line + above}."


class RouteRefused(Refusal):
    """A route cannot be put into use; ``findings`` is all that is wrong, at once."""

    status = 422

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(len(findings))
        self.findings = findings

    @property
    def text(self) -> str:
        if len(self.findings) == 1:
            return f"Deze route kan niet in gebruik: {self.findings[0]}"
        return f"Deze route kan niet in gebruik. Er zijn {len(self.findings)} fouten."

"""The files of this house, for tests that read code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "tasks", "webui", "scheduler")
NOT_OURS = {"node_modules", "dist", "__pycache__"}


def files(*folders: str, endings: tuple[str, ...]) -> list[Path]:
    """Our files with one of ``endings`` in ``folders`` (relative to the root), sorted."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in endings and not NOT_OURS & set(path.parts)
    )


def modules() -> list[Path]:
    """Every Python module of the four rooms."""
    return files(*ROOMS, endings=(".py",))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Every call as dotted text and line: ``datetime.now``, ``session.commit``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

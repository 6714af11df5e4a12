"""Route: all the files of one deployed version, read and frozen; shared by every case of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from engine.decisions import DecisionError, Model
from engine.decisions import load as load_decisions
from engine.decisions.dutch import error_in_dutch
from engine.expressions import COUNTING_FUNCTIONS, DECREE_DAYS, RESERVED_NAMES
from engine.findings import Finding, RouteRefused
from engine.forms import Form, FormRefused, read_form
from engine.letters import Letter, LetterRefused, read_letter
from engine.routes.config import RouteConfig
from engine.routes.reading import read_config
from engine.routes.tables import IDENTIFIER, ROUTE_FILE
from engine.spiff import DiagramRefused, Diagrams, read_diagrams

TASK_LETTER = "thuisroute:brief"
TASK_START_CASE = "thuisroute:zaak"
TASK_MESSAGE = "thuisroute:melding"
TASK_PARTY = "thuisroute:partij"
TASK_PARTY_END = "thuisroute:partijeinde"
TASK_PAUSE = "thuisroute:opschorten"
TASK_RESUME = "thuisroute:hervatten"
TASK_EXTEND = "thuisroute:verlengen"
TASKS_ON_TERMS = frozenset({TASK_PAUSE, TASK_RESUME, TASK_EXTEND})
TASK_TYPES = (
    frozenset({TASK_LETTER, TASK_START_CASE, TASK_MESSAGE, TASK_PARTY, TASK_PARTY_END})
    | TASKS_ON_TERMS
)
"""What a send task, service task or message throw can ask of the platform."""

MAIN_CASE = "hoofdzaak"
LINKED_CASES = "gekoppeld"
"""To whom a case can send a message."""

MAX_FILES = 500
MAX_FILE_BYTES = 5_000_000
MAX_ROUTE_BYTES = 25_000_000
_TOO_LARGE = (
    f"De route is te groot. Een bestand mag hoogstens {MAX_FILE_BYTES // 1_000_000} MB zijn, "
    f"de hele map {MAX_ROUTE_BYTES // 1_000_000} MB en {MAX_FILES} bestanden."
)
_DEPLOYED = frozenset({".bpmn", ".dmn", ".form", ".md", ".toml"})
_LETTERS = "letters"
_SCENARIOS = "scenarios"


@dataclass(frozen=True)
class Route:
    """One version of a route. ``definition_id`` and ``version`` are None before deployment."""

    config: RouteConfig
    diagrams: Diagrams
    forms: Mapping[str, Form]
    raw_forms: Mapping[str, bytes]
    letters: Mapping[str, Letter]
    decisions: Mapping[str, Model]
    files: Mapping[str, bytes]
    definition_id: int | None = None
    version: int | None = None

    @property
    def key(self) -> str:
        return self.config.id

    @cached_property
    def platform_names_in_decisions(self) -> frozenset[str]:
        """The platform's names that a decision table reads or counts with: some cost a query."""
        texts = [raw for path, raw in self.files.items() if path.endswith(".dmn")]

        def read(words: Iterable[str]) -> set[str]:
            return {word for word in words if any(word.encode() in raw for raw in texts)}

        counts = {DECREE_DAYS} if read(COUNTING_FUNCTIONS) else set()
        return frozenset(read(RESERVED_NAMES) | counts)

    @cached_property
    def links_cases(self) -> bool:
        """Whether its diagrams start linked cases or send messages between them."""
        return any(
            element.task_type in (TASK_START_CASE, TASK_MESSAGE)
            for element in self.diagrams.elements.values()
        )


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a route's folder that belong to its deployment, by path within it.

    Scenarios are the route's tests and stay out, so that writing one makes no new version; other
    files (a README, what an editor leaves behind) stay out too. Raises RouteRefused for a folder
    that is no route, too large, or holds links that lead elsewhere.
    """
    root = folder.resolve()
    if not (root / ROUTE_FILE).is_file():
        raise RouteRefused(
            (Finding(ROUTE_FILE, "", "geen-route", f"In de map {folder} staat geen route.toml."),)
        )
    files: dict[str, bytes] = {}
    total = 0
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or not _belongs(name):
            continue
        if not path.resolve().is_relative_to(root):
            raise RouteRefused(
                (
                    Finding(
                        name, "", "bestand", "Dit bestand is een verwijzing naar een andere map."
                    ),
                )
            )
        size = path.stat().st_size
        total += size
        if size > MAX_FILE_BYTES or total > MAX_ROUTE_BYTES or len(files) >= MAX_FILES:
            raise RouteRefused((Finding(name, "", "te-groot", _TOO_LARGE),))
        files[name] = path.read_bytes()
    return files


def _belongs(name: str) -> bool:
    path = PurePosixPath(name)
    if any(part.startswith(".") for part in path.parts) or path.parts[0] == _SCENARIOS:
        return False
    if path.suffix == ".md":
        return len(path.parts) == 2 and path.parts[0] == _LETTERS
    return path.suffix in _DEPLOYED and (path.suffix != ".toml" or name == ROUTE_FILE)


@dataclass(frozen=True)
class Parts:
    """All that could be read of a route, and what was wrong with the rest.

    ``sources`` says in which file a form stands, and (as "dmn:<id>") a decision.
    """

    config: RouteConfig | None
    diagrams: Diagrams | None
    forms: Mapping[str, Form]
    letters: Mapping[str, Letter]
    decisions: Mapping[str, Model]
    sources: Mapping[str, str]
    findings: tuple[Finding, ...]

    def is_whole(self, suffix: str) -> bool:
        """Whether nothing is wrong in any file with this suffix, so that a name that is not there
        is really unknown."""
        return not any(finding.file.endswith(suffix) for finding in self.findings)


def read_parts(files: Mapping[str, bytes]) -> Parts:
    """Read all files, each on its own; never raises for what a file holds."""
    findings: list[Finding] = []
    sources: dict[str, str] = {}
    if ROUTE_FILE in files:
        config, found = read_config(files[ROUTE_FILE])
        findings += found
    else:
        config = None
        findings.append(Finding(ROUTE_FILE, "", "geen-route", "Er is geen route.toml."))
    return Parts(
        config=config,
        diagrams=_diagrams(files, findings),
        forms=dict(_forms(files, findings, sources)),
        letters=dict(_letters(files, findings)),
        decisions=dict(_decisions(files, findings, sources)),
        sources=sources,
        findings=tuple(findings),
    )


def read_route(files: Mapping[str, bytes]) -> Route:
    """Read all files. Raises RouteRefused with what is wrong in any of them, all at once.

    What the files say about each other is for ``engine.checks``.
    """
    return as_route(files, read_parts(files))


def reread_route(files: Mapping[str, bytes]) -> Route:
    """The route of a version that was accepted when it was deployed.

    What only a stricter gate of today refuses is let be: cases that run on it must go on, and meet
    a fault at the element itself if it cannot. Raises RouteRefused when nothing can be read.
    """
    parts = read_parts(files)
    diagrams = parts.diagrams or _as_drawn(files)
    if parts.config is not None and diagrams is not None:
        parts = replace(parts, diagrams=diagrams, findings=())
    return as_route(files, parts)


def _as_drawn(files: Mapping[str, bytes]) -> Diagrams | None:
    try:
        return read_diagrams(dict(_with_suffix(files, ".bpmn")))
    except DiagramRefused as refused:
        return refused.diagrams


def as_route(files: Mapping[str, bytes], parts: Parts) -> Route:
    """The route of parts in which nothing is wrong; else raises RouteRefused."""
    if parts.findings or parts.config is None or parts.diagrams is None:
        raise RouteRefused(parts.findings)
    return Route(
        config=parts.config,
        diagrams=parts.diagrams,
        forms=parts.forms,
        raw_forms={form_id: files[parts.sources[form_id]] for form_id in parts.forms},
        letters=parts.letters,
        decisions=parts.decisions,
        files=dict(files),
    )


def _with_suffix(files: Mapping[str, bytes], suffix: str) -> Iterator[tuple[str, bytes]]:
    return ((path, raw) for path, raw in sorted(files.items()) if path.endswith(suffix))


def _diagrams(files: Mapping[str, bytes], findings: list[Finding]) -> Diagrams | None:
    sources = dict(_with_suffix(files, ".bpmn"))
    if not sources:
        findings.append(Finding("", "", "geen-diagram", "De route heeft geen diagram (.bpmn)."))
        return None
    try:
        return read_diagrams(sources)
    except DiagramRefused as refused:
        findings += [
            Finding(item.file, item.element_id or "", item.code, item.message)
            for item in refused.findings
        ]
        return None


def _forms(
    files: Mapping[str, bytes], findings: list[Finding], sources: dict[str, str]
) -> Iterator[tuple[str, Form]]:
    seen: dict[str, str] = {}
    for path, raw in _with_suffix(files, ".form"):
        try:
            form = read_form(raw)
        except FormRefused as refused:
            findings += [
                Finding(path, item.component_id, item.code, item.message)
                for item in refused.findings
            ]
            continue
        if form.id in seen:
            message = f"Het formulier '{form.id}' staat ook in {seen[form.id]}."
            findings.append(Finding(path, form.id, "dubbel-formulier", message))
        seen[form.id] = sources[form.id] = path
        yield form.id, form


def _letters(files: Mapping[str, bytes], findings: list[Finding]) -> Iterator[tuple[str, Letter]]:
    for path, raw in _with_suffix(files, ".md"):
        letter_id = PurePosixPath(path).stem
        if not IDENTIFIER.match(letter_id.replace("-", "_")):
            message = "De naam van een brief heeft alleen letters, cijfers, - en _."
            findings.append(Finding(path, "", "brief", message))
            continue
        try:
            yield letter_id, read_letter(letter_id, raw)
        except LetterRefused as refused:
            findings += refused.findings


def _decisions(
    files: Mapping[str, bytes], findings: list[Finding], sources: dict[str, str]
) -> Iterator[tuple[str, Model]]:
    seen: dict[str, str] = {}
    for path, raw in _with_suffix(files, ".dmn"):
        try:
            model = load_decisions(raw)
        except DecisionError as error:
            findings.append(Finding(path, "", "dmn", error_in_dutch(error)))
            continue
        for decision in model.decisions:
            if decision.id in seen:
                message = f"De beslissing '{decision.id}' staat ook in {seen[decision.id]}."
                findings.append(Finding(path, decision.id, "dubbele-beslissing", message))
            seen[decision.id] = sources[f"dmn:{decision.id}"] = path
            yield decision.id, model

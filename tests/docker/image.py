"""Builds what the Dockerfile says, in a folder, and runs it as it would run in a container.

No engine is needed: of each stage the files are copied as ``COPY`` says (and the ``.dockerignore``
allows), and the scripts of ``RUN`` are run. The last stage is the base image's own and is left out:
only what it says about running is read.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.house.sources import ROOT

DOCKERFILE = ROOT / "docker" / "Dockerfile"
IGNORED = ROOT / "docker" / "Dockerfile.dockerignore"
# A read-only system with one folder in memory to write in, as another user, without any privilege.
_CONFINE = """
set -eu
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$1"
awk '{print $2}' /proc/mounts | while read -r point; do
  case "$point" in
    "$1"|/proc*|/sys*|/dev*) ;;
    *) mount -o remount,bind,ro "$point" ;;
  esac
done
export TMPDIR="$1"
shift
cd /
exec unshare --user --map-user=10001 --map-group=10001 "$@"
"""


@dataclass(frozen=True)
class Instruction:
    """One line of the Dockerfile."""

    name: str
    words: tuple[str, ...]
    text: str


@dataclass
class Stage:
    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def of(self, name: str) -> list[Instruction]:
        return [one for one in self.instructions if one.name == name]


def stages() -> list[Stage]:
    """The Dockerfile, with the defaults of its arguments filled in."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    arguments: dict[str, str] = {}
    found: list[Stage] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        name, _, rest = line.strip().partition(" ")
        for argument, value in arguments.items():
            rest = rest.replace(f"${{{argument}}}", value)
        if name == "ARG":
            argument, _, value = rest.partition("=")
            arguments[argument] = value
        elif name == "FROM":
            base, _, stage = rest.partition(" AS ")
            found.append(Stage(base, stage))
        else:
            found[-1].instructions.append(Instruction(name, tuple(shlex.split(rest)), rest))
    return found


def goes_along(path: str) -> bool:
    """Whether the file at ``path`` (from the top) is part of the build, by the ignore file."""
    along = True
    for line in IGNORED.read_text().splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        wanted = pattern.startswith("!")
        if _matches(path, pattern.lstrip("!")):
            along = wanted
    return along


def _matches(path: str, pattern: str) -> bool:
    anywhere = pattern.removeprefix("**/")
    parts = path.split("/")
    for length in range(1, len(parts) + 1):
        if fnmatch.fnmatch("/".join(parts[:length]), pattern):
            return True
        if anywhere != pattern and fnmatch.fnmatch(parts[length - 1], anywhere):
            return True
    return False


class Build:
    """The stages, done one after another under ``folder``; the result is in ``prefix``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = folder / "opt" / "thuisroute"
        for stage in stages()[:-1]:
            self._do(stage)
        for path in [self.prefix, *self.prefix.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~0o222)

    def _do(self, stage: Stage) -> None:
        here = "/"
        for one in stage.instructions:
            if one.name == "WORKDIR":
                here = one.words[0]
                self._place(stage.name, here).mkdir(parents=True, exist_ok=True)
            elif one.name == "COPY":
                self._copy(stage.name, here, list(one.words))
            elif one.name == "RUN":
                self._run(stage.name, here, list(one.words))
            else:
                raise AssertionError(f"a stage that only builds has no use for {one.name}")

    def _place(self, stage: str, path: str) -> Path:
        if Path(path).is_relative_to("/opt"):
            return self.folder / path.lstrip("/")
        return self.folder / "stages" / stage / path.lstrip("/")

    def _copy(self, stage: str, here: str, words: list[str]) -> None:
        origin = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
        *sources, target = words
        to = self._place(stage, str(Path(here) / target))
        for source in sources:
            into = to / Path(source).name if target.endswith("/") else to
            if origin is not None:
                shutil.copytree(self._place(origin, source), into)
                continue
            files = list(_along(ROOT / source))
            assert files != [], f"COPY {source}: nothing of it goes along"
            for file in files:
                place = into / file.relative_to(ROOT / source) if (ROOT / source).is_dir() else into
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file, place)

    def _run(self, stage: str, here: str, words: list[str]) -> None:
        arguments = [str(self._place(stage, w)) if w.startswith("/") else w for w in words]
        done = subprocess.run(
            arguments,
            cwd=self._place(stage, here),
            env={**os.environ, "PYTHON": sys.executable, "npm_config_prefer_offline": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout

    def close(self) -> None:
        for path in self.folder.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(self.folder)


def _along(source: Path) -> Iterator[Path]:
    for file in [source] if source.is_file() else sorted(source.rglob("*")):
        if file.is_file() and goes_along(file.relative_to(ROOT).as_posix()):
            yield file


def environment() -> dict[str, str]:
    """What the last stage sets for every process, besides the path."""
    words = [word for one in stages()[-1].of("ENV") for word in one.words]
    found = dict(word.split("=", 1) for word in words)
    del found["PATH"]
    return found


def entry() -> tuple[list[str], list[str]]:
    """The entry point and the command of the image."""
    last = stages()[-1]
    return json.loads(last.of("ENTRYPOINT")[0].text), json.loads(last.of("CMD")[0].text)


def confined(build: Build, folder: str, *words: str) -> list[str]:
    """The command line by which ``words`` run as in the container; ``folder`` is its /tmp."""
    command = [str(build.prefix / "bin" / words[0]), *words[1:]]
    place = build.folder / folder
    place.mkdir(exist_ok=True)
    if not can_confine():
        # Then at least the program's own files are read-only (`Build`), and we are who we are.
        return ["env", f"TMPDIR={place}", *command]
    shell = ["sh", "-c", _CONFINE, "confine", str(place), *command]
    return ["unshare", "--user", "--map-root-user", "--mount", *shell]


@cache
def can_confine() -> bool:
    """Whether this machine lets us make such a room; some forbid it to all but root."""
    room = ["unshare", "--user", "--map-root-user", "--mount", "true"]
    return subprocess.run(room, capture_output=True, check=False).returncode == 0


def start(command: list[str], settings: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A process with these settings and nothing else of ours."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            env={"PATH": os.environ["PATH"], **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )

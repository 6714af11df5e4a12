"""People at work: each signs in, takes tasks from the worklist, answers and sends, over HTTP.

A completion is *acknowledged* when its answer, the redirect to the case, has arrived whole. All
else (a connection that breaks, a page that says "not now") promises nothing: then people often send
the very same again, although it may have been kept the first time.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import urlencode

from tasks.demo import DEMO_PASSWORD
from tests.chaos import route

PATIENCE_SECONDS = 15
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SENDING = re.compile(r'name="_verzending" value="([^"]+)"')
_TASK = re.compile(r'href="/taken/(\d+)"')
_WORKLIST = "/taken/groepen"


@dataclass
class Ledger:
    """What all clients together were told. ``tried`` and ``kept`` are marks of completions;
    ``cases`` marks of cases whose start was acknowledged."""

    tried: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Form:
    """A form as it is sent; ``mark`` tells it from all others.

    ``acknowledged`` gets the mark once the answer has arrived.
    """

    path: str
    token: str
    mark: str
    fields: Mapping[str, str]
    acknowledged: set[str]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


class Client(threading.Thread):
    """One person in one browser, until told to stop. ``most_open``: no new case above that."""

    def __init__(
        self, person: str, ports: Sequence[int], ledger: Ledger, chance: Random, most_open: int
    ) -> None:
        super().__init__(name=person, daemon=True)
        self._person = person
        self._ports = ports
        self._ledger = ledger
        self._chance = chance
        self._most_open = most_open
        self._ended = threading.Event()
        self._connection: HTTPConnection | None = None
        self._cookie = ""
        self._signed_in = False
        self._number = 0
        self._unsure: Form | None = None
        self.may_start = threading.Event()
        self.may_start.set()

    def stop(self) -> None:
        self._ended.set()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                self._work()
            except (OSError, HTTPException) as error:
                self._lost(error)
            except Exception as error:  # anything else is a defect, of the site or of this client
                self._ledger.defects[f"{self.name}: {error!r}"] += 1
                time.sleep(0.5)
        self._drop()

    def _work(self) -> None:
        if not self._signed_in:
            self._sign_in()
            return
        unsure, self._unsure = self._unsure, None
        if unsure is not None and self._chance.random() < 0.8:
            self._ledger.statuses["sent again"] += 1
            self._send(unsure)
        listed = self._get(_WORKLIST)
        if listed.status != 200:
            self._signed_in = listed.status == 503
            self._ended.wait(0.2)
            return
        # The most urgent first would make all of them press the same: that happens too, often.
        found = _TASK.findall(listed.text)
        if self.may_start.is_set() and len(found) < self._most_open:
            self._begin_case()
        if found:
            self._complete(self._chance.choice(found))
        else:
            self._ended.wait(0.1)

    def _sign_in(self) -> None:
        self._cookie = ""
        token = self._token(self._get("/inloggen"))
        if token:
            fields = {"gebruiker": self._person, "wachtwoord": DEMO_PASSWORD}
            self._signed_in = self._post("/inloggen", token, fields).status == 302
        if not self._signed_in:
            self._ended.wait(0.2)

    def _begin_case(self) -> None:
        path = f"/zaken/nieuw/{route.KEY}"
        page = self._get(path)
        token, sending = self._token(page), _SENDING.search(page.text)
        if token is None or sending is None:
            return
        mark = self._mark()
        fields = {"v.clientNaam": mark, "_verzending": sending.group(1)}
        self._send(Form(path, token, mark, fields, self._ledger.cases))

    def _complete(self, task_id: str) -> None:
        path = f"/taken/{task_id}"
        token = self._token(self._get(path))
        if token is not None:
            mark = self._mark()
            self._ledger.tried.add(mark)
            self._send(Form(path, token, mark, {"v.merk": mark}, self._ledger.kept))

    def _send(self, form: Form) -> None:
        self._unsure = form
        answer = self._post(form.path, form.token, {**form.fields, "_knop": "afronden"})
        if answer.status != 503:
            self._unsure = None
        if answer.status == 302 and answer.location.startswith("/zaken/"):
            form.acknowledged.add(form.mark)

    def _mark(self) -> str:
        self._number += 1
        return f"{self.name}-{self._number}"

    @staticmethod
    def _token(answer: Answer) -> str | None:
        found = _TOKEN.search(answer.text) if answer.status == 200 else None
        return found.group(1) if found else None

    def _get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def _post(self, path: str, token: str, fields: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode({"csrf_token": token, **fields}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._connection is None:
            port = self._chance.choice(self._ports)
            self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                self._cookie = value.split(";")[0]
        self._ledger.statuses[f"{method} {answer.status}"] += 1
        if answer.status == 500:
            self._ledger.defects[f"{method} {re.sub('[0-9]+', '…', path)}: 500"] += 1
        if self._chance.random() < 0.1:
            self._drop()  # a next request may well go to another server
        return Answer(answer.status, text, answer.getheader("Location") or "")

    def _lost(self, error: Exception) -> None:
        self._ledger.statuses[type(error).__name__] += 1
        self._drop()
        self._ended.wait(0.1)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

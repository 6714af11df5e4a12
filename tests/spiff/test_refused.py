"""What is not read or not run: named, with the element and a Dutch sentence on what to draw."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from engine.errors import RouteFault
from engine.spiff import DiagramRefused, Finding, read_diagrams
from tests.spiff.drawing import (
    boundary,
    call,
    catch,
    end,
    error,
    event_gateway,
    exclusive,
    flow,
    flows,
    io,
    loop,
    message,
    multi,
    node,
    on_error,
    on_message,
    on_signal,
    parallel,
    process,
    script,
    start,
    subprocess,
    throw,
    timer,
    user,
    zeebe,
)


def findings(*files: bytes) -> tuple[Finding, ...]:
    try:
        read_diagrams({f"{n}.bpmn": xml for n, xml in enumerate(files)})
    except DiagramRefused as refused:
        return refused.findings
    return ()


def middle(element: str, *rest: str, definitions: str = "") -> bytes:
    """A process with the element ``x`` between start and end."""
    return process(
        "p", start(), element, end(), *rest, flows("start x end"), rest=definitions
    )  # fmt: skip


OUTSIDE = {
    "transactie": middle(node("transaction", "x", start("s") + end("e") + flows("s e"))),
    "ad-hoc": middle(node("adHocSubProcess", "x", user("u"))),
    "complexe-gateway": middle(node("complexGateway", "x")),
    "gebeurtenis-subproces": process(
        "p", start(), end(), flows("start end"),
        subprocess("x", start("s"), end("e"), flows("s e"), triggeredByEvent="true"),
    ),
    "compensatie": middle(throw("x", "<bpmn:compensateEventDefinition/>")),
    "voorwaarde-gebeurtenis": middle(catch("x", "<bpmn:conditionalEventDefinition/>")),
    "escalatie": middle(throw("x", "<bpmn:escalationEventDefinition/>")),
    "koppeling": middle(throw("x", "<bpmn:linkEventDefinition/>")),
    "meer-gebeurtenissen": middle(
        catch("x", timer("timeDate", "2026-01-01") + on_message("M")), definitions=message("M", "m")
    ),
    "uitbreiding": middle(user("x", extra=zeebe("executionListeners"))),
    "stille-splitsing": process("p", start(), user("x"), end(), end("e"),
                                flows("start x end", "x e")),
    "voorwaarde-op-pijl": process("p", start(), user("u"), end(), flows("start u"),
                                  flow("u", "end", "=true", "x")),
    "niet-bereikbaar": process("p", start(), user("x"), end(), end("e"),
                               flows("start end", "x e")),
    "zonder-vervolg": process("p", start(), user("x"), flows("start x")),
    "een-start": process("x", start(), start("s2"), end(), exclusive("g"),
                         flows("start g end", "s2 g")),
    "losse-pijl": process("p", start(), user("u"), end(), flows("start u end"),
                          flow("u", "weg", flow_id="x")),
    "pijl-over-rand": process(
        "p", start(), subprocess("sub", start("s"), user("u"), end("e"), flows("s u e")), end(),
        flows("start sub"), flow("u", "end", flow_id="x"),
    ),
    "gebeurtenis": middle(catch("x", on_error("E")), definitions=error("E", "e")),
    "bericht-zonder-naam": middle(catch("x", '<bpmn:messageEventDefinition messageRef="weg"/>')),
    "signaal-zonder-naam": middle(catch("x", on_signal("weg"))),
    "fout-zonder-code": process("p", start(), end("x", on_error("weg")), flows("start x")),
    "timer-leeg": middle(catch("x", "<bpmn:timerEventDefinition/>")),
    "timer-tekst": middle(catch("x", timer("timeDuration", "8 weken"))),
    "timer-herhaalt": middle(catch("x", timer("timeCycle", "R/P1D"))),
    "rand": middle(user("u1"), boundary("x", "start", timer("timeDuration", "P1D")), end("e"),
                   flows("x e")),
    "gebeurtenis-gateway": process("p", start(), event_gateway("x"), user("u"), end(),
                                   flows("start x u end")),
    "aanroep": middle(call("x", "nergens")),
    "aanroep-in-kring": middle(call("x", "p")),
    "script-leeg": middle(node("scriptTask", "x", "<bpmn:script>print(1)</bpmn:script>")),
    "beslissing-leeg": middle(node("businessRuleTask", "x")),
    "taak-zonder-soort": middle(node("serviceTask", "x")),
    "taak-met-worker": middle(user("x", extra=zeebe("taskDefinition", type="job"))),
    "herhaling-leeg": middle(user("x", multi(""))),
    "herhaling-uitvoer": middle(user("x", multi("=[1]", output="u"))),
    "lus-zonder-einde": middle(user("x", "<bpmn:standardLoopCharacteristics/>")),
    "koppeling-leeg": middle(user("x", extra=zeebe("ioMapping", zeebe("input", target="a")))),
    "lus-maximum": middle(user("x", loop("=true", "veel"))),
    "herhaling-dubbel": middle(user("x", loop("=true") + multi("=[1]"))),
    "rand-wacht-niet": middle(script("s", "a", "=1"), flows("x s"), end("e"),
                              boundary("x", "s", timer("timeDuration", "P1D"))),
    "fout-feel": process("p", start(), subprocess("s", start("s2"), user("u"), end("e2"),
                                                  flows("s2 u e2")),
                         boundary("x", "s", on_error("E")), end(), end("e3"),
                         flows("start s end", "x e3"), rest=error("E", "=code")),
    "naam-van-waarde": middle(user("x", extra=io({"a-b": "=1"}))),
    "standaardpijl": process("p", start(), exclusive("x", default="start_x"), end(),
                             flows("start x end")),
}  # fmt: skip


@pytest.mark.parametrize("code", OUTSIDE)
def test_what_cannot_be_run_is_refused_with_its_element(code: str) -> None:
    found = [f for f in findings(OUTSIDE[code]) if f.code == code]
    assert found, findings(OUTSIDE[code])
    assert found[0].element_id == "x"
    assert found[0].file == "0.bpmn"
    assert found[0].message.endswith(".")


@pytest.mark.parametrize("maximum", ["veel", "0", "-1", "1000000", "=3", "٣"])
def test_a_maximum_of_a_loop_is_read_or_refused_never_dropped(maximum: str) -> None:
    found = findings(middle(user("x", loop("=true", maximum))))
    assert [f.code for f in found] == ["lus-maximum"]


@pytest.mark.parametrize(
    "name", ["a b", "1x", "a-b", "a..b", ".a", "a.", "null", "if", "x" * 101, "", "a.true"]
)
def test_a_name_that_no_expression_could_read_is_refused(name: str) -> None:
    for task in (
        user("x", extra=io({name: "=1"})),
        user("x", extra=io(outputs={name: "=1"})),
        *(() if "." in name or not name else (
            script("x", name, "=1"),
            user("x", multi("=[1]", element=name)),
            user("x", multi("=[1]", output=name, each="=1")),
        )),
    ):  # fmt: skip
        assert {f.element_id for f in findings(middle(task))} == {"x"}


@pytest.mark.parametrize("name", ["a", "_a1", "één.twee", "iffy", "x" * 100])
def test_other_names_are_free(name: str) -> None:
    assert findings(middle(user("x", extra=io({name: "=1"})))) == ()


def test_what_the_start_never_reaches_is_refused_though_arrows_run_to_it() -> None:
    island = (user("a"), exclusive("g"), exclusive("h"), flows("g a h g"))
    sub = subprocess("s", start("s2"), user("b"), end("e2"), flows("s2 b e2", "s s"))
    found = findings(process("p", start(), end(), flows("start end"), *island, sub))
    assert [(f.element_id, f.code) for f in found] == [
        (name, "niet-bereikbaar") for name in ("a", "g", "h", "s")
    ]


def test_a_repeated_wait_behind_a_gateway_with_events_is_refused() -> None:
    found = findings(
        process(
            "p", start(), event_gateway("g"), catch("t", timer("timeDuration", "P1D")),
            node("receiveTask", "r", multi("=[1, 2]"), messageRef="M"), exclusive("m"), end(),
            flows("start g r m end", "g t m"), rest=message("M", "m"),
        )
    )  # fmt: skip
    assert [(f.element_id, f.code) for f in found] == [("r", "gebeurtenis-gateway")]


def test_a_missing_condition_and_one_that_is_no_feel_are_named_at_the_flow() -> None:
    gateway = (exclusive("g"), end("e1"), end("e2"), flows("start g"))
    found = findings(
        process("p", start(), *gateway, flow("g", "e1"), flow("g", "e2", "${x > 1}")),
    )
    assert {(f.element_id, f.code) for f in found} == {
        ("g_e1", "pijl-zonder-voorwaarde"),
        ("g_e2", "voorwaarde-geen-feel"),
    }


def test_all_findings_are_told_at_once_over_all_files() -> None:
    other = OUTSIDE["koppeling"].replace(b'id="p"', b'id="p2"')
    found = findings(b"<kapot", OUTSIDE["transactie"], other)
    assert {f.code for f in found} >= {"xml-kapot", "transactie", "koppeling", "dubbele-id"}


def test_an_id_is_used_once_in_the_whole_deployment() -> None:
    found = findings(
        process("p", start(), end(), flows("start end")),
        process("q", start(), end("e"), flow("start", "e", flow_id="f")),
    )
    assert [(f.file, f.element_id) for f in found if f.code == "dubbele-id"] == [
        ("1.bpmn", "start")
    ]


@pytest.mark.parametrize("bad", [" case", "x instance", "x" * 101, "é", "1x", "a/b"])
def test_an_id_that_could_be_mistaken_is_refused(bad: str) -> None:
    found = findings(process("p", start(), user(bad), end(), flow("start", "end")))
    assert [f.code for f in found] == ["id"]


def test_a_name_that_does_not_fit_is_refused() -> None:
    found = findings(middle(user("x", name="n" * 301)))
    assert [(f.element_id, f.code) for f in found] == [("x", "naam-te-lang")]


def test_a_large_diagram_is_read_in_a_blink() -> None:
    names = [f"t{n}" for n in range(2000)]
    xml = process(
        "p", start(), *map(user, names),
        *(boundary(f"b{n}", n, timer("timeDuration", "P1D")) for n in names), end(), end("e2"),
        exclusive("samen"), flows(" ".join(["start", *names, "end"]), "samen e2"),
        *(flow(f"b{n}", "samen") for n in names),
    )  # fmt: skip
    began = time.perf_counter()
    assert findings(xml) == ()
    assert time.perf_counter() - began < 10


def test_a_process_that_is_not_executable_is_refused() -> None:
    found = findings(process("p", start(), end(), flows("start end"), executable="false"))
    assert [f.code for f in found] == ["niet-uitvoerbaar"]


def test_a_camunda_7_diagram_is_refused() -> None:
    xml = middle(user("x")).replace(
        b'<bpmn:userTask id="x"',
        b'<bpmn:userTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
        b'camunda:assignee="demo" id="x"',
    )
    assert [(f.element_id, f.code) for f in findings(xml)] == [("x", "camunda-7")]


def test_no_diagram_at_all_is_refused() -> None:
    assert [f.code for f in findings()] == ["geen-proces"]
    assert [f.code for f in findings(b"<html/>")] == ["geen-bpmn"]


BOMB = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""

HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "billion laughs": ("xml-dtd", lambda xml: BOMB + xml.replace(b"p", b"&d;")),
    "local file": (
        "xml-dtd",
        lambda xml: b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + xml,
    ),
    "remote dtd": ("xml-dtd", lambda xml: b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">' + xml),
    "another encoding": (
        "xml-dtd",
        lambda xml: ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>' + xml.decode()).encode(
            "utf-16"
        ),
    ),
    "too large": ("xml-te-groot", lambda xml: xml + b" " * 6_000_000),
    "too deep": ("xml-te-groot", lambda xml: b"<a>" * 200 + b"</a>" * 200),
    "too many": ("xml-te-groot", lambda xml: b"<a>" + b"<b/>" * 200_000 + b"</a>"),
    "cut off": ("xml-kapot", lambda xml: xml[:-30]),
    "no xml": ("xml-kapot", lambda xml: b"\x00\xff\xfe niets"),
    "empty": ("xml-kapot", lambda xml: b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_name(name: str) -> None:
    code, spoil = HOSTILE[name]
    xml = process("p", start(), end(), flows("start end"))
    assert findings(xml) == ()
    assert [f.code for f in findings(spoil(xml))] == [code]


def test_no_expression_of_a_diagram_reaches_python() -> None:
    """Fault 15: SpiffWorkflow evaluates and executes Python."""
    from tests.spiff.world import Case

    code = '=__import__("os").system("touch /tmp/gekraakt")'
    with pytest.raises(RouteFault, match="geen ja of nee"):
        Case(process("p", start(), exclusive("g", default="g_e"), end(), end("e"),
                     flows("start g e"), flow("g", "end", code)))  # fmt: skip
    case = Case(process("p", start(), script("s", "x", "=len([1])"), end(),
                        flows("start s end")))  # fmt: skip
    assert case.data == {"x": None}


def test_drawings_around_a_process_are_let_be() -> None:
    xml = process(
        "p",
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Boven">'
        "<bpmn:flowNodeRef>x</bpmn:flowNodeRef>"
        '<bpmn:childLaneSet id="ls2"><bpmn:lane id="l2" name="Binnen"><bpmn:flowNodeRef>x'
        "</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>",
        start(), user("x"), end(), flows("start x end"),
        '<bpmn:textAnnotation id="t"><bpmn:text>uitleg</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="a" sourceRef="x" targetRef="t"/>'
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr" dataObjectRef="d"/>',
    )  # fmt: skip
    diagrams = read_diagrams({"a.bpmn": xml})
    assert diagrams.elements["x"].lane == "Binnen"
    assert diagrams.processes["p"].lanes == ("Binnen",)
    assert set(diagrams.elements) == {"start", "x", "end"}


def test_every_expression_is_listed_with_its_place() -> None:
    task = user(
        "x", multi("=lijst", element="i", output="u", each="=r", until="=klaar"),
        extra=zeebe("taskSchedule", dueDate="=d", followUpDate="2026-01-01")
        + zeebe("properties", zeebe("property", name="delenAls", value="=ja")
                + zeebe("property", name="stap", value="4"))
        + zeebe("ioMapping", zeebe("input", source="=a", target="b")),
    )  # fmt: skip
    xml = process(
        "p", start(), task, exclusive("g", default="g_e"), end(), end("e"), parallel("w"),
        catch("t", timer("timeDate", "=t1")),
        flows("start x g e"), flow("g", "w", "=a > 1"), flows("w t end"),
    )  # fmt: skip
    uses = {(u.element_id, u.place): u.text for u in read_diagrams({"a.bpmn": xml}).expressions()}
    assert uses == {
        ("x", "dueDate"): "=d",
        ("x", "input:b"): "=a",
        ("x", "property:delenAls"): "=ja",
        ("x", "inputCollection"): "=lijst",
        ("x", "outputElement"): "=r",
        ("x", "completionCondition"): "=klaar",
        ("t", "timer"): "=t1",
        ("g_w", "condition"): "=a > 1",
    }


def test_a_message_name_that_does_not_fit_is_refused() -> None:
    found = findings(middle(catch("x", on_message("M")), definitions=message("M", "m" * 201)))
    assert [(f.element_id, f.code) for f in found] == [("x", "naam-te-lang")]

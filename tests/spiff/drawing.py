"""Small diagrams as Python: each function gives the XML of one element."""

from __future__ import annotations

from html import escape

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_{id}" '
    'targetNamespace="http://bpmn.io/schema/bpmn">'
)


def process(process_id: str, *parts: str, rest: str = "", executable: str = "true") -> bytes:
    """A file with one process; ``rest`` are messages, errors and signals."""
    head = HEAD.format(id=process_id)
    body = "".join(parts)
    return (
        f'{head}<bpmn:process id="{process_id}" isExecutable="{executable}">{body}'
        f"</bpmn:process>{rest}</bpmn:definitions>"
    ).encode()


def node(tag: str, node_id: str, inside: str = "", extra: str = "", **attributes: str) -> str:
    """Any element. ``extra`` goes into its extensionElements, ``inside`` behind them."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    extension = f"<bpmn:extensionElements>{extra}</bpmn:extensionElements>" if extra else ""
    return f'<bpmn:{tag} id="{node_id}"{more}>{extension}{inside}</bpmn:{tag}>'


def start(node_id: str = "start") -> str:
    return node("startEvent", node_id)


def end(node_id: str = "end", inside: str = "", extra: str = "") -> str:
    return node("endEvent", node_id, inside, extra)


def user(node_id: str, inside: str = "", extra: str = "", **attributes: str) -> str:
    return node("userTask", node_id, inside, f"<zeebe:userTask/>{extra}", **attributes)


def schedule(**attributes: str) -> str:
    return zeebe("taskSchedule", **attributes)


def zeebe(tag: str, inside: str = "", **attributes: str) -> str:
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<zeebe:{tag}{more}>{inside}</zeebe:{tag}>"


def io(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """An ioMapping: target -> source."""
    lines = [zeebe("input", source=s, target=t) for t, s in (inputs or {}).items()]
    lines += [zeebe("output", source=s, target=t) for t, s in (outputs or {}).items()]
    return zeebe("ioMapping", "".join(lines))


def script(node_id: str, variable: str, expression: str, extra: str = "", inside: str = "") -> str:
    code = zeebe("script", expression=expression, resultVariable=variable)
    return node("scriptTask", node_id, inside, code + extra)


def perform(
    node_id: str,
    kind: str = "thuisroute:brief",
    extra: str = "",
    tag: str = "sendTask",
    inside: str = "",
) -> str:
    return node(tag, node_id, inside, zeebe("taskDefinition", type=kind) + extra)


def decision(node_id: str, decision_id: str, variable: str) -> str:
    called = zeebe("calledDecision", decisionId=decision_id, resultVariable=variable)
    return node("businessRuleTask", node_id, extra=called)


def exclusive(node_id: str, default: str = "") -> str:
    return node("exclusiveGateway", node_id, **({"default": default} if default else {}))


def inclusive(node_id: str, default: str = "") -> str:
    return node("inclusiveGateway", node_id, **({"default": default} if default else {}))


def parallel(node_id: str) -> str:
    return node("parallelGateway", node_id)


def event_gateway(node_id: str) -> str:
    return node("eventBasedGateway", node_id)


def subprocess(
    node_id: str, *parts: str, extra: str = "", inside: str = "", **attributes: str
) -> str:
    return node("subProcess", node_id, inside + "".join(parts), extra, **attributes)


def call(
    node_id: str,
    process_id: str,
    propagate: str = "false",
    extra: str = "",
    inside: str = "",
    **more: str,
) -> str:
    called = zeebe(
        "calledElement", processId=process_id, propagateAllChildVariables=propagate, **more
    )
    return node("callActivity", node_id, inside, called + extra)


def timer(kind: str, text: str) -> str:
    """A timer definition; kind is timeDate, timeDuration or timeCycle."""
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">'
        f"{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def on_message(message_id: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{message_id}"/>'


def on_signal(signal_id: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="{signal_id}"/>'


def on_error(error_id: str = "") -> str:
    ref = f' errorRef="{error_id}"' if error_id else ""
    return f"<bpmn:errorEventDefinition{ref}/>"


TERMINATE = "<bpmn:terminateEventDefinition/>"


def message(message_id: str, name: str) -> str:
    subscription = zeebe("subscription", correlationKey="=zaak.nummer")
    return (
        f'<bpmn:message id="{message_id}" name="{name}"><bpmn:extensionElements>{subscription}'
        "</bpmn:extensionElements></bpmn:message>"
    )


def signal(signal_id: str, name: str) -> str:
    return f'<bpmn:signal id="{signal_id}" name="{name}"/>'


def error(error_id: str, code: str) -> str:
    return f'<bpmn:error id="{error_id}" name="{code}" errorCode="{code}"/>'


def catch(node_id: str, definition: str, extra: str = "") -> str:
    return node("intermediateCatchEvent", node_id, definition, extra)


def receive(node_id: str, message_id: str, inside: str = "", extra: str = "") -> str:
    return node("receiveTask", node_id, inside, extra, messageRef=message_id)


def throw(node_id: str, definition: str = "", extra: str = "") -> str:
    return node("intermediateThrowEvent", node_id, definition, extra)


def boundary(
    node_id: str, host: str, definition: str, *, interrupting: bool = True, extra: str = ""
) -> str:
    cancel = "true" if interrupting else "false"
    return node(
        "boundaryEvent", node_id, definition, extra, attachedToRef=host, cancelActivity=cancel
    )


def multi(
    collection: str,
    *,
    sequential: bool = False,
    element: str = "",
    output: str = "",
    each: str = "",
    until: str = "",
) -> str:
    """Multi-instance: ``output`` is the collection that gathers ``each``."""
    names = {
        "inputCollection": collection,
        "inputElement": element,
        "outputCollection": output,
        "outputElement": each,
    }
    loop = zeebe("loopCharacteristics", **{k: v for k, v in names.items() if v})
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:extensionElements>{loop}</bpmn:extensionElements>{condition if until else ''}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def loop(condition: str = "", maximum: str = "", test_before: str = "false") -> str:
    inside = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    most = f' loopMaximum="{maximum}"' if maximum else ""
    return (
        f'<bpmn:standardLoopCharacteristics testBefore="{test_before}"{most}>{inside}'
        "</bpmn:standardLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str = "", flow_id: str = "") -> str:
    inside = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}'
        "</bpmn:conditionExpression>"
        if condition
        else ""
    )
    key = flow_id or f"{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}'
        "</bpmn:sequenceFlow>"
    )


def flows(*paths: str) -> str:
    """Flows along each path, such as "start a b end"; their ids are "start_a", "a_b", ..."""
    return "".join(
        flow(source, target)
        for path in paths
        for source, target in zip(path.split(), path.split()[1:], strict=False)
    )

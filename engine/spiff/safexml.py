"""Reading XML that a stranger may have written.

No DTD, no entities, no network, no huge trees, no files past `MAX_BYTES`, no nesting past
`MAX_DEPTH`. What breaks one of these is a named refusal, never an exception of the parser.
"""

from __future__ import annotations

from lxml import etree

from engine.spiff.findings import Finding

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 30_000
MAX_DEPTH = 100


class XmlRefused(Exception):
    """This file is not read. Carries one finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def read(file: str, content: bytes) -> etree._Element:
    """The root element of well-formed, harmless XML. Raises `XmlRefused`."""
    if len(content) > MAX_BYTES:
        raise _refused(
            file, "xml-te-groot", f"Dit bestand is te groot. Het mag {MAX_BYTES // 1_000_000} MB."
        )
    if b"<!DOCTYPE" in content:  # before the parser sees any entity; other encodings: below
        raise _dtd(file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise _refused(
            file, "xml-kapot", f"Dit bestand is geen geldige XML. De fout staat op regel {line}."
        ) from None
    except ValueError:
        raise _refused(file, "xml-kapot", "Dit bestand is geen geldige XML.") from None
    doctype = root.getroottree().docinfo
    if doctype.doctype or doctype.internalDTD is not None:
        raise _dtd(file)
    _measure(file, root)
    return root


def _measure(file: str, root: etree._Element) -> None:
    depth = count = 0
    for event, _node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise _refused(
                file, "xml-te-groot", "Dit bestand heeft te veel onderdelen. Verdeel het diagram."
            )


def _dtd(file: str) -> XmlRefused:
    message = "Dit bestand heeft een DOCTYPE. Dat is niet veilig. Haal de regel met DOCTYPE weg."
    return _refused(file, "xml-dtd", message)


def _refused(file: str, code: str, message: str) -> XmlRefused:
    return XmlRefused(Finding(file, None, code, message))

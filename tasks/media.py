"""What kind of file it really is: by its first bytes, never by its name or what a browser says."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

ALLOWED_IN_WORDS = "PDF, JPG, PNG, Word (docx), LibreOffice (odt) of tekst (txt)"

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
TEXT = "text/plain"

_ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", ODT: ".odt", TEXT: ".txt"}
_MAX_ENTRIES = 5_000
_MAX_NAME = 120
_UNUSUAL = re.compile(r"[^\w .()+-]")


def media_type_of(content: bytes) -> str | None:
    """The media type of an accepted kind of file; None for everything else."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    return TEXT if _is_text(content) else None


def _office_type(content: bytes) -> str | None:
    """A zip is accepted only as a document without macros. Nothing is unpacked but a few bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MAX_ENTRIES or any("vbaProject" in name for name in names):
                return None
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return DOCX
            if "mimetype" in names and "content.xml" in names:
                with archive.open("mimetype") as entry:
                    return ODT if entry.read(100).strip() == ODT.encode() else None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    if not content:
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(char) == "Cc" and char not in "\n\r\t\f" for char in text)


def clean_filename(filename: str, media_type: str) -> str:
    """A name that is safe in a header and on any disk, with the ending of what it really is."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    base = _UNUSUAL.sub("_", base).strip(" .")
    stem, dot, ending = base.rpartition(".")
    wanted = _ENDINGS[media_type]
    if dot and f".{ending.lower()}" in (wanted, ".jpeg"):
        base = stem
    return f"{(base or 'bestand')[:_MAX_NAME]}{wanted}"

"""What a file is, is told by its bytes; its name is only made harmless."""

from __future__ import annotations

import io
import zipfile

import pytest

from tasks.media import DOCX, JPEG, ODT, PDF, PNG, TEXT, clean_filename, media_type_of


def archive(**entries: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4 x", PDF),
        (b"\x89PNG\r\n\x1a\nrest", PNG),
        (b"\xff\xd8\xff\xe0rest", JPEG),
        (archive(**{"[Content_Types].xml": b"", "word/document.xml": b""}), DOCX),
        (archive(**{"mimetype": ODT.encode(), "content.xml": b""}), ODT),
        ("Beste Zoë,\r\n\tdag".encode(), TEXT),
        (archive(**{"iets.txt": b"x"}), None),
        (
            archive(
                **{
                    "[Content_Types].xml": b"",
                    "word/document.xml": b"",
                    "word/vbaProject.bin": b"macro",
                }
            ),
            None,
        ),
        (archive(**{"mimetype": b"application/zip", "content.xml": b""}), None),
        (b"GIF89a\x01\x00", None),
        (b"\x7fELF\x02", None),
        (b"\xff\xfet\x00e\x00", None),
        (b"", None),
    ],
)
def test_the_bytes_say_what_it_is(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("inkomen 2025.pdf", "inkomen 2025.pdf"),
        ("INKOMEN.PDF", "INKOMEN.pdf"),
        ("virus.exe", "virus.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\zoe\\cv.pdf", "cv.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a__Set-Cookie_ x.pdf"),
        ("\u202egpj.exe", "_gpj.exe.pdf"),
        ("", "bestand.pdf"),
        ("...", "bestand.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("Zoë's plan.pdf", "Zoë_s plan.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_what_it_is(name: str, clean: str) -> None:
    assert clean_filename(name, PDF) == clean

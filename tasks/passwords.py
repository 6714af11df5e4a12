"""Passwords: hashing with argon2, and which ones are refused."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tasks.refusals import PasswordRefused

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200
"""Longer is refused before hashing: hashing megabytes is a way to keep a server busy."""

# OWASP's first choice for argon2id (19 MiB, 2 rounds, 1 lane): the library's own default takes
# 64 MiB and 4 threads for each attempt, which lets a few people signing in fill a small server.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Hashed once per process; checked when there is no user, so that both answers take as long.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str, username: str) -> str:
    """The hash to store. Raises PasswordRefused (too short, too long, the user name, one sign)."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < MIN_PASSWORD_LENGTH:
        raise PasswordRefused(
            f"Kies een wachtwoord van minstens {MIN_PASSWORD_LENGTH} tekens. "
            "Een zin van vier woorden is een goed wachtwoord."
        )
    if len(text) > MAX_PASSWORD_LENGTH:
        raise PasswordRefused(f"Kies een wachtwoord van hoogstens {MAX_PASSWORD_LENGTH} tekens.")
    if len(set(text)) < 4 or username.casefold() in text.casefold():
        raise PasswordRefused(
            "Dit wachtwoord is makkelijk te raden. Gebruik niet uw gebruikersnaam, "
            "en niet steeds hetzelfde teken."
        )
    return hash_as_given(text)


def hash_as_given(password: str) -> str:
    """The hash of a password that nobody chose (a demonstration's), without rules."""
    return _HASHER.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long when there is no hash (no such person)."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) > MAX_PASSWORD_LENGTH:
        text = ""
    try:
        right = _HASHER.verify(password_hash or _NOBODY, text)
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None

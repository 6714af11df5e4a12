"""What is signed for a browser: its session, as Flask keeps it in a cookie; signers that stay.

Flask makes a serializer and a signer, and derives the key, for each cookie that is read or written.
A cookie of the one is a cookie of the other.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface, session_json_serializer
from itsdangerous import Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

# The function itself: what Flask and itsdangerous wrap around it keeps `hmac` from its fast way.
_DIGEST = hashlib.sha1
_WORTH_COMPRESSING = 1_000


class Sessions(SecureCookieSessionInterface):
    """Gives an application its sessions; honours ``SECRET_KEY_FALLBACKS`` as Flask does."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The serializer that belongs to the keys of the application; None without a key."""
        if not app.secret_key:
            return None
        # The last key signs; cookies of the others are still read.
        return _of_sessions((*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key))


class _Plainly:
    """Writes plain JSON, which is all that a session holds (else TypeError); reads Flask's too."""

    loads = staticmethod(session_json_serializer.loads)

    @staticmethod
    def dumps(kept: object) -> str:
        return json.dumps(kept, separators=(",", ":"))


class LastingSerializer(URLSafeTimedSerializer):
    """Has one signer (which holds nothing of what it signs), and compresses only long texts."""

    def __init__(self, keys: tuple[str | bytes, ...], salt: str, **options: Any) -> None:  # noqa: ANN401
        super().__init__(list(keys), salt=salt, **options)  # type: ignore[arg-type]
        deriving = super().make_signer()
        self._signer = TimestampSigner(
            [deriving.derive_key(key) for key in self.secret_keys],
            key_derivation="none",
            digest_method=_DIGEST,
        )

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._signer if salt in (None, self.salt) else super().make_signer(salt)

    def dump_payload(self, obj: object) -> bytes:
        text = self.serializer.dumps(obj).encode()
        return base64_encode(text) if len(text) < _WORTH_COMPRESSING else super().dump_payload(obj)


@lru_cache(maxsize=8)
def _of_sessions(keys: tuple[str | bytes, ...]) -> LastingSerializer:
    return LastingSerializer(
        keys,
        salt=Sessions.salt,
        serializer=_Plainly,
        signer_kwargs={
            "key_derivation": Sessions.key_derivation,
            "digest_method": Sessions.digest_method,
        },
    )

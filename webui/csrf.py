"""Only a form of a page of this site counts: the tokens of Flask-WTF, checked at less cost.

Flask-WTF makes a serializer for each token and looks up five settings; ours never vary. Nothing is
exempt here, and the token comes in a form only.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from flask import current_app
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData

from webui.sessions import LastingSerializer

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_FIELD = "csrf_token"
_SALT = "wtf-csrf-token"


class FormsOfThisSite(CSRFProtect):  # type: ignore[misc]
    """Refuses (CSRFError) each request that may change something without a token of its session."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Check the request that is being answered; one that no rule knows changes nothing."""
        asked = request_ctx.request
        if asked.method not in _CHANGING or (apply_exemptions and not asked.endpoint):
            return
        expected = request_ctx.session.get(_FIELD)
        try:
            given = _serializer(current_app.secret_key).loads(asked.form.get(_FIELD, ""))
        except BadData as error:
            raise CSRFError from error
        if not (isinstance(given, str) and isinstance(expected, str)):
            raise CSRFError
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise CSRFError


@lru_cache(maxsize=8)
def _serializer(key: str | bytes) -> LastingSerializer:
    return LastingSerializer((key,), salt=_SALT)

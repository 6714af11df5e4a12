"""FEEL values as stored text and back; the one form in which case data is kept and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine import feel
from engine.text import to_json


def dump_values(values: Mapping[str, object]) -> str:
    """JSON text of FEEL values by name. Raises TypeError for what cannot be stored."""
    return to_json({name: feel.dump(value) for name, value in values.items()})


def load_values(text: str) -> dict[str, object]:
    """The values that ``dump_values`` wrote."""
    return {name: feel.load(value) for name, value in json.loads(text).items()}


def feel_values(values: Mapping[str, object]) -> dict[str, object]:
    """Python or FEEL values by name, as FEEL values."""
    return {name: feel.from_python(value) for name, value in values.items()}

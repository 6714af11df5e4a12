"""Forms as data: reading a ``.form`` file (Camunda form-js JSON) into a frozen ``Form``.

Only the reading lives here, because the deploy gate needs it too; showing a form and judging the
answers is ``tasks.forms``. Modules: ``model`` (what a form is), ``reading`` (JSON to model, with
all findings at once), ``texts`` (placeholders in labels and texts), ``errors``.
"""

from engine.forms.errors import FormFinding, FormRefused
from engine.forms.model import (
    Component,
    Computed,
    Decoration,
    Field,
    FieldKind,
    Form,
    FormExpression,
    Group,
    Option,
    Repeat,
    Validation,
)
from engine.forms.reading import read_form

__all__ = [
    "Component",
    "Computed",
    "Decoration",
    "Field",
    "FieldKind",
    "Form",
    "FormExpression",
    "FormFinding",
    "FormRefused",
    "Group",
    "Option",
    "Repeat",
    "Validation",
    "read_form",
]

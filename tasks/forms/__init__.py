"""Forms on the page: showing them, reading what was typed, judging it, printing it.

One round: ``fill`` lays a form out with what was typed and works out its conditions (a
``Sheet``); ``judge`` gives the values and the errors; ``show`` what a template draws. Modules:
``controls`` (names in HTML, what was typed), ``reading`` (text to value), ``cells`` and ``sheet``
(the form laid out), ``rules`` and ``answers`` (judging), ``rows`` (row and file buttons),
``showing`` and ``printing``, ``views`` (what templates get).
"""

from tasks.forms.answers import Answers, judge
from tasks.forms.cells import Setting, StoredFile
from tasks.forms.controls import Typed
from tasks.forms.printing import print_form
from tasks.forms.rows import add_file, add_row, remove_file, remove_row
from tasks.forms.sheet import Sheet, fill
from tasks.forms.showing import show
from tasks.forms.views import (
    ActionName,
    Button,
    FieldError,
    FormView,
    PrintedForm,
)

__all__ = [
    "ActionName",
    "Answers",
    "Button",
    "FieldError",
    "FormView",
    "PrintedForm",
    "Setting",
    "Sheet",
    "StoredFile",
    "Typed",
    "add_file",
    "add_row",
    "fill",
    "judge",
    "print_form",
    "remove_file",
    "remove_row",
    "show",
]

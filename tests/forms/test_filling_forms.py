"""Filling in: conditions, values, errors, what was typed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import RouteFault
from engine.feel import Date, DateTime, Time
from tasks.forms import StoredFile, Typed, add_row, fill, judge, print_form, remove_row, show
from tasks.forms.cells import Setting
from tasks.forms.views import FieldView, ListView, PrintedAnswer, PrintedGroup, TextView
from tests.forms.helpers import NOW, field, form, opened, questions, typed

YES_NO = [{"value": "ja", "label": "Ja"}, {"value": "nee", "label": "Nee"}]


def answer(kind: str, text: str | list[str], **more: object) -> object:
    return judge(typed(form(field(kind, "a", **more)), {"a": text})).values["a"]


def mistake(kind: str, text: str | list[str], **more: object) -> str:
    answers = judge(typed(form(field(kind, "a", **more)), {"a": text}))
    assert len(answers.errors) == 1, answers
    assert answers.errors[0].label == "Vraag"
    return answers.errors[0].text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250,50", "1250.50"),
        ("1250.50", "1250.50"),
        ("1.250", "1250"),
        ("€ 67,95", "67.95"),
        ("-3", "-3"),
        ("12.5", "12.5"),
        ("1.000.000", "1000000"),
    ],
)
def test_numbers_are_read_as_the_dutch_write_them(text: str, value: str) -> None:
    assert answer("number", text) == Decimal(value)


def test_a_task_that_begins_empty_does_not_fill_in_what_an_earlier_round_answered() -> None:
    one = form(field("radio", "keuze", values=YES_NO), field("datetime", "dag", subtype="date"))
    known = {"keuze": "ja", "dag": Date(2026, 3, 2), "ander": "blijft"}
    filled = questions(show(fill(one, None, Setting(known, NOW))))
    assert (filled["v.dag"].value, filled["v.keuze"].options[0].chosen) == ("2026-03-02", True)
    empty = fill(one, None, Setting(known, NOW, initial={}))
    assert questions(show(empty))["v.dag"].value == ""
    assert not any(option.chosen for option in questions(show(empty))["v.keuze"].options)
    assert empty.setting.variables["ander"] == "blijft"


@pytest.mark.parametrize("text", ["twaalf", "1,2,3", "12.50,1", "1e5", "NaN", "9" * 40, "--1"])
def test_what_is_no_number_says_what_to_do(text: str) -> None:
    assert mistake("number", text).startswith("“Vraag”: ")


@pytest.mark.parametrize("text", ["2026-05-18", "18-5-2026", "18/05/2026", " 18-05-2026 "])
def test_dates_are_read_from_the_browser_and_as_the_dutch_write_them(text: str) -> None:
    assert answer("datetime", text, subtype="date") == Date(2026, 5, 18)


@pytest.mark.parametrize("text", ["31-2-2026", "gisteren", "18-5-26", "0026-05-18"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    assert "“Vraag”" in mistake("datetime", text, subtype="date")


def moment(day: str, time: str) -> object:
    one = form(field("datetime", "a", subtype="datetime"))
    answers = judge(typed(one, {"a.datum": day, "a.tijd": time}))
    return answers.values["a"] if not answers.errors else answers.errors[0].text


def test_a_moment_is_on_the_dutch_clock() -> None:
    expected = DateTime(Date(2026, 5, 18), Time(8, 30, 0, 0, "Europe/Amsterdam"))
    assert moment("18-5-2026", "8:30") == expected


def test_a_time_that_summer_time_skips_is_refused() -> None:
    assert "bestaat niet" in str(moment("2026-03-29", "02:30"))


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    value = moment("2026-10-25", "02:30")
    assert isinstance(value, DateTime)
    assert value.offset == 7200


def test_half_a_moment_asks_for_the_other_half() -> None:
    assert "ook de tijd" in str(moment("2026-05-18", ""))
    assert "ook de datum" in str(moment("", "8:30"))


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "x" * 501, "a\nb"])
def test_unusable_text_is_refused(text: str) -> None:
    assert mistake("textfield", text)


def test_long_text_keeps_its_lines_and_has_a_limit() -> None:
    assert answer("textarea", "een\r\ntwee") == "een\ntwee"
    assert "10000" in mistake("textarea", "x" * 10_001)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("textfield", "Vul “Vraag” in."),
        ("checkbox", "Zet een vinkje bij “Vraag”."),
        ("filepicker", "Voeg een bestand toe bij “Vraag”."),
    ],
)
def test_a_required_question_names_itself(kind: str, sentence: str) -> None:
    assert mistake(kind, "", validate={"required": True}) == sentence


def test_a_choice_must_be_one_of_the_choices() -> None:
    assert answer("radio", "ja", values=YES_NO) == "ja"
    assert "antwoorden die er staan" in mistake("radio", "misschien", values=YES_NO)
    assert answer("checklist", ["ja", "nee", "ja"], values=YES_NO) == ["ja", "nee"]


def test_choices_that_are_no_text_keep_their_type() -> None:
    options = [{"value": True, "label": "Ja"}, {"value": 2, "label": "Twee"}]
    assert answer("select", "true", values=options) is True
    assert answer("select", "2", values=options) == Decimal(2)


def test_choices_can_come_from_a_variable_of_the_case() -> None:
    one = form(field("select", "a", valuesExpression="=organisaties.partij"))
    case = {"organisaties": {"partij": [{"label": "De Brug", "value": "brug"}]}}
    assert judge(typed(one, {"a": "brug"}, case)).values == {"a": "brug"}
    assert [o.label for o in questions(show(opened(one, case)))["v.a"].options] == ["De Brug"]


@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        ({"min": 2, "max": 5}, "3", "6"),
        ({"min": "=1 + 1"}, "2", "1"),
    ],
)
def test_numbers_keep_their_bounds(rules: dict[str, object], good: str, bad: str) -> None:
    assert answer("number", good, validate=rules) == Decimal(good)
    assert mistake("number", bad, validate=rules)


@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        ({"minLength": 3}, "abc", "ab"),
        ({"maxLength": 2}, "ab", "abc"),
        ({"validationType": "email"}, "a@b.nl", "a@b"),
        ({"validationType": "phone"}, "06-1234 5678", "bel mij"),
        ({"pattern": "^[0-9]{4}$"}, "1234", "12345"),
    ],
)
def test_texts_keep_their_rules(rules: dict[str, object], good: str, bad: str) -> None:
    assert answer("textfield", good, validate=rules) == good
    assert mistake("textfield", bad, validate=rules)


def test_a_pattern_that_never_ends_is_a_wrong_answer_within_a_second() -> None:
    assert mistake("textfield", "a" * 60 + "!", validate={"pattern": "^(a|a)*$"})


CONDITIONAL = form(
    field("radio", "schuld", "Is er schuld?", values=YES_NO, validate={"required": True}),
    field(
        "number",
        "bedragSchuld",
        "Hoeveel?",
        conditional={"hide": '=schuld != "ja"'},
        validate={"required": True},
    ),
)


def test_a_hidden_question_is_neither_judged_nor_kept() -> None:
    answers = judge(typed(CONDITIONAL, {"schuld": "nee", "bedragSchuld": "onzin"}))
    assert answers.errors == ()
    assert answers.values == {"schuld": "nee", "bedragSchuld": None}


def test_a_question_that_the_answers_bring_up_must_have_been_seen() -> None:
    first = show(opened(CONDITIONAL))
    assert first.changes_with_answers
    assert first.shown == "v.schuld"
    answers = judge(typed(CONDITIONAL, {"schuld": "ja", "_getoond": first.shown}))
    assert [error.target for error in answers.errors] == ["v-bedragSchuld"]
    assert "bij gekomen" in answers.errors[0].text


def test_a_question_on_the_page_that_was_left_empty_is_missing() -> None:
    shown = "v.schuld v.bedragSchuld"
    answers = judge(typed(CONDITIONAL, {"schuld": "ja", "bedragSchuld": "", "_getoond": shown}))
    assert [error.text for error in answers.errors] == ["Vul “Hoeveel?” in."]


def test_what_was_typed_in_a_question_now_hidden_comes_back_with_it() -> None:
    both = frozenset({"v.schuld", "v.bedragSchuld"})
    earlier = Typed({"v.schuld": ("ja",), "v.bedragSchuld": ("12",)}, both)
    now = Typed({"v.schuld": ("ja",)}, frozenset({"v.schuld"}))
    assert now.over(earlier).fields["v.bedragSchuld"] == ("12",)
    assert Typed.load(now.dump()) == now


def test_a_readonly_field_is_shown_in_words_and_never_written() -> None:
    one = form(field("datetime", "a", subtype="date", readonly=True))
    case = {"a": Date(2026, 5, 18)}
    view = questions(show(opened(one, case)))["v.a"]
    assert view.readonly
    assert view.readable == "maandag 18 mei 2026"
    assert judge(typed(one, {"a": "1-1-2020"}, case)).values == {}


def test_a_form_opens_with_the_cases_values_then_with_defaults() -> None:
    one = form(
        field("textfield", "a", defaultValue="standaard"),
        field("textfield", "b", defaultValue="standaard"),
        field("checkbox", "c", defaultValue=True),
    )
    view = questions(show(opened(one, {"a": "bekend"})))
    assert (view["v.a"].value, view["v.b"].value, view["v.c"].checked) == (
        "bekend",
        "standaard",
        True,
    )


def test_what_was_typed_wrong_stands_there_again() -> None:
    one = form(field("number", "a"))
    sheet = typed(one, {"a": "twaalf"})
    view = show(sheet, judge(sheet).errors)
    question = questions(view)["v.a"]
    assert question.value == "twaalf"
    assert question.error == view.errors[0].text
    assert view.errors[0].target == question.id


def test_a_computed_answer_is_written() -> None:
    one = form(
        field("number", "a"),
        {"type": "expression", "key": "dubbel", "expression": "=a * 2"},
    )
    assert judge(typed(one, {"a": "4"})).values["dubbel"] == Decimal(8)


def test_a_partly_filled_context_keeps_its_other_entries() -> None:
    one = form(field("textfield", "adres.straat"))
    case = {"adres": {"plaats": "Dorp"}}
    values = judge(typed(one, {"adres.straat": "Laan 1"}, case)).values
    assert values == {"adres": {"plaats": "Dorp", "straat": "Laan 1"}}
    assert case == {"adres": {"plaats": "Dorp"}}


ROWS = form(
    {
        "type": "dynamiclist",
        "id": "Rijen",
        "label": "Huisgenoten",
        "path": "mensen",
        "components": [
            field("textfield", "naam", "Naam", validate={"required": True}),
            field("number", "leeftijd", "Leeftijd", conditional={"hide": '=naam = "geheim"'}),
        ],
    }
)


def test_rows_are_a_list_of_contexts_with_conditions_of_their_own() -> None:
    answers = judge(
        typed(
            ROWS,
            {"n.mensen": "2", "mensen.0.naam": "Ali", "mensen.0.leeftijd": "40",
             "mensen.1.naam": "geheim", "mensen.1.leeftijd": "7"},
        )
    )  # fmt: skip
    assert answers.errors == ()
    assert answers.values == {
        "mensen": [
            {"naam": "Ali", "leeftijd": Decimal(40)},
            {"naam": "geheim", "leeftijd": None},
        ]
    }


def test_an_error_in_a_row_is_at_that_row() -> None:
    answers = judge(typed(ROWS, {"n.mensen": "2", "mensen.0.naam": "Ali", "mensen.1.naam": ""}))
    assert [error.target for error in answers.errors] == ["v-mensen-1-naam"]


def test_rows_come_and_go_and_what_was_typed_moves_along() -> None:
    start = Typed({"n.mensen": ("3",), "v.mensen.0.naam": ("A",), "v.mensen.1.naam": ("B",),
                   "v.mensen.2.naam": ("C",)}, frozenset({"v.mensen.2.naam"}))  # fmt: skip
    less = remove_row(start, "mensen.1")
    assert less.fields == {
        "n.mensen": ("2",),
        "v.mensen.0.naam": ("A",),
        "v.mensen.1.naam": ("C",),
    }
    assert less.shown == frozenset({"v.mensen.1.naam"})
    assert add_row(less, "mensen").fields["n.mensen"] == ("3",)
    assert remove_row(start, "mensen.9") == start


def test_a_list_opens_with_its_rows_and_buttons() -> None:
    view = show(opened(ROWS, {"mensen": [{"naam": "Ali"}, {"naam": "Bo"}]})).items[0]
    assert isinstance(view, ListView)
    assert (view.count_name, view.count, view.add) == ("n.mensen", 2, "rij-erbij:mensen")
    assert view.rows[1].remove == "rij-weg:mensen.1"
    inner = view.rows[1].items[0]
    assert isinstance(inner, FieldView)
    assert inner.value == "Bo"


def test_a_file_is_an_attachment_of_the_task_and_nothing_else() -> None:
    one = form(field("filepicker", "bewijs", multiple=True))
    files = {7: StoredFile(7, "inkomen.pdf", 10)}
    answers = judge(typed(one, {"bewijs": ["7", "8", "", "x"]}, files=files))
    assert answers.values == {"bewijs": [{"naam": "inkomen.pdf", "id": Decimal(7)}]}
    assert answers.files == {7: "v.bewijs"}


def test_answers_cannot_become_markup_in_a_text() -> None:
    one = form({"type": "text", "text": "Dag **{{ naam }}**"})
    view = show(opened(one, {"naam": "<script>*x*[a](http://b)"})).items[0]
    assert isinstance(view, TextView)
    assert view.html.strip() == "<p>Dag <strong>&lt;script&gt;*x*[a](http://b)</strong></p>"


def test_a_text_of_the_route_cannot_bring_html_or_scripts() -> None:
    one = form({"type": "text", "text": "# Kop\n<b onclick=x>vet</b> [x](javascript:alert(1))"})
    view = show(opened(one)).items[0]
    assert isinstance(view, TextView)
    assert "<h2>Kop</h2>" in view.html
    assert "<b" not in view.html
    assert "href" not in view.html


def test_an_expression_that_cannot_run_is_a_fault_of_the_route() -> None:
    with pytest.raises(RouteFault):
        opened(form(field("textfield", "a", conditional={"hide": "=((("})))


def test_conditions_that_chase_each_other_come_to_an_end() -> None:
    one = form(
        field("textfield", "a", conditional={"hide": "=b != null"}, defaultValue="x"),
        field("textfield", "b", conditional={"hide": "=a != null"}, defaultValue="y"),
    )
    assert show(opened(one))


def test_a_completed_form_reads_in_dutch() -> None:
    one = form(
        field("checkbox", "klopt", "Alles klopt"),
        field("radio", "keuze", "Keuze", values=YES_NO),
        field("datetime", "dag", "Dag", subtype="date"),
        field("textfield", "leeg", "Leeg"),
        field("textfield", "weg", "Weg", conditional={"hide": "=true"}),
        {
            "type": "dynamiclist",
            "label": "Mensen",
            "path": "mensen",
            "components": [field("textfield", "naam", "Naam")],
        },
    )
    values = {"klopt": True, "keuze": "ja", "dag": Date(2026, 5, 18), "mensen": [{"naam": "Ali"}]}
    printed = print_form(one, values, Setting({}, NOW))
    assert printed.items[:4] == (
        PrintedAnswer("Alles klopt", "ja"),
        PrintedAnswer("Keuze", "Ja"),
        PrintedAnswer("Dag", "maandag 18 mei 2026"),
        PrintedAnswer("Leeg", "niet ingevuld"),
    )
    assert printed.items[4] == PrintedGroup(
        "Mensen", (PrintedGroup("1", (PrintedAnswer("Naam", "Ali"),)),)
    )

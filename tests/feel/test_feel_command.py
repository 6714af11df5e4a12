"""`thuisroute feel`."""

from click.testing import CliRunner

from engine.feel.command import feel_command


def test_the_command_prints_the_value() -> None:
    outcome = CliRunner().invoke(feel_command, ["a + 1", "--context", "{a: 2}"])
    assert (outcome.exit_code, outcome.output) == (0, "3\n")


def test_the_command_tells_why_a_value_is_null() -> None:
    outcome = CliRunner().invoke(feel_command, ["b + 1"])
    assert outcome.exit_code == 0
    assert "there is no b" in outcome.output


def test_the_command_tells_where_a_mistake_is() -> None:
    outcome = CliRunner().invoke(feel_command, ["1 +"])
    assert outcome.exit_code == 1
    assert "Regel 1, teken 4: hier hoort een waarde of een naam." in outcome.output


def test_a_context_that_is_none_is_refused() -> None:
    outcome = CliRunner().invoke(feel_command, ["1", "--context", "[1]"])
    assert outcome.exit_code == 2


def test_an_expression_may_begin_with_a_minus_sign() -> None:
    outcome = CliRunner().invoke(feel_command, ["-a", "--context", "{a: 2}"])
    assert (outcome.exit_code, outcome.output) == (0, "-2\n")


def test_a_limit_that_was_passed_is_told() -> None:
    outcome = CliRunner().invoke(feel_command, ["for i in 1..10000000 return i"])
    assert outcome.exit_code == 1
    assert "bytes" in outcome.output

"""What a command answers when it is used wrongly: click's own sentences are English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class WrongUse(click.UsageError):
    """A usage error that is shown in Dutch; exit code 2."""

    def show(self, file: IO[Any] | None = None) -> None:
        path = "thuisroute"
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), err=True)
            path = self.ctx.command_path
        click.echo(f"{self.message}\nUitleg: {path} --help", err=True)


class Refused(click.ClickException):
    """What a command cannot do, shown without click's English heading; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, err=True)


@contextmanager
def told_in_dutch() -> Iterator[None]:
    """Turn what click raises within into a Dutch WrongUse or Refused."""
    try:
        yield
    except (click.exceptions.NoArgsIsHelpError, WrongUse):
        raise
    except click.UsageError as error:
        raise WrongUse(_sentence(error), error.ctx) from None
    except click.ClickException as error:
        if type(error) is not click.ClickException:
            raise
        raise Refused(error.message) from None


def _sentence(error: click.UsageError) -> str:
    """The Dutch sentence for one of click's errors; our own usage errors are Dutch already."""
    match error:
        case click.MissingParameter(param=param) if param is not None:
            return f"Er ontbreekt iets: {_name(param)}."
        case click.NoSuchOption(option_name=name):
            return f"De optie {name} bestaat niet."
        case click.BadOptionUsage(option_name=name):
            return f"De optie {name} is niet goed gebruikt."
        case click.BadParameter(param=param) if param is not None:
            if _is_ours(param.type):
                return f"{_name(param)}: {error.message}"
            return f"{_name(param)}: {_wanted(param.type)}"
    if isinstance(error.ctx, click.Context) and isinstance(error.ctx.command, click.Group):
        return "Deze opdracht bestaat niet."
    return error.message if not error.message.startswith("Got ") else "Er staat iets te veel."


def _is_ours(kind: object) -> bool:
    """Whether what the type says is ours, so in Dutch."""
    return not type(kind).__module__.startswith("click")


def _name(param: click.Parameter) -> str:
    if param.param_type_name == "option":
        return param.opts[-1]
    return param.make_metavar(_nowhere()).strip("[]")


def _nowhere() -> click.Context:
    return click.Context(click.Command("thuisroute"))


def _wanted(kind: object) -> str:
    match kind:
        case click.Path(file_okay=False):
            return "deze map is er niet."
        case click.Path():
            return "dit bestand is er niet."
        case click.IntRange(min=low, max=high):
            return f"geef een getal van {low} tot en met {high}."
        case click.Choice(choices=choices):
            return f"kies uit {', '.join(map(str, choices))}."
    return "deze waarde klopt niet."

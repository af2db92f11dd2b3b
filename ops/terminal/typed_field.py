"""An option that is typed as a form's field, by the form's own rule."""

from collections.abc import Callable

import click

from payroll.fault import FieldError


def typed_field(rule: Callable[[object], str]) -> Callable[[click.Context, click.Parameter, str], str]:
    """What reads it; raises BadParameter with the fault's code, and never with what was typed."""

    def read(_context: click.Context, parameter: click.Parameter, typed: str) -> str:
        try:
            return rule(typed)
        except FieldError as error:
            raise click.BadParameter(f"it is no {parameter.name} ({error.code})") from None

    return read

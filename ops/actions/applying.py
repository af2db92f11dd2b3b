"""The options of a command that changes something: it shows a plan, and carries it out with `--apply --reason TEXT`."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar, cast

import click

from ops.terminal.reason_option import reason_option

F = TypeVar("F", bound=Callable[..., Any])


def not_applied(*more: str) -> str:
    """The last line of a plan: how to carry it out, with the options that it also needs."""
    return f"nothing was changed; do it with {' '.join((*more, '--apply'))} --reason TEXT"


NOT_APPLIED = not_applied()


def apply_options(command: F) -> F:
    """Add `--apply` (as `applied`) and `--reason`; what was recorded is published at the end, also after an error."""

    @wraps(command)
    def saying(*args: Any, **options: Any) -> Any:
        did_it = False
        try:
            answer = command(*args, **options)
            did_it = True
            return answer
        finally:
            if options["applied"]:
                # Imported here, as Kafka's client is slow to import and most commands only look.
                import_module("ops.actions.acted").say_what_was_done(options["state"], complains=did_it)

    reason = reason_option("Why; recorded with who did it and when.")
    applied = click.option("--apply", "applied", is_flag=True, help="Do it; without this, only show the plan.")
    return cast("F", applied(reason(saying)))


def plan_or_apply(command: F) -> F:
    """As `apply_options`, for a command that gets both as `why`: the reason, or None to only show the plan."""

    @wraps(command)
    def deciding(*args: Any, applied: bool, reason: str | None, **options: Any) -> Any:
        return command(*args, why=reason_to_apply(reason, applied=applied), **options)

    return cast("F", apply_options(deciding))


def reason_to_apply(reason: str | None, *, applied: bool) -> str | None:
    """The reason to do it; None when only the plan is wanted.

    Raises:
        UsageError: `--apply` without a reason.
    """
    if not applied:
        return None
    given = (reason or "").strip()
    if not given:
        raise click.UsageError("--apply needs --reason TEXT, which is recorded")
    return given

"""How a command changes something: it shows what it would do, and does it with `--apply --reason TEXT`."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar, cast

import click

from ops.terminal.reason_option import reason_option

F = TypeVar("F", bound=Callable[..., Any])


def not_applied(*more: str) -> str:
    """How a plan ends: what does it, with the options that this one needs besides."""
    return f"nothing was changed; do it with {' '.join((*more, '--apply'))} --reason TEXT"


NOT_APPLIED = not_applied()


def apply_options(command: F) -> F:
    """Add `--apply` (as `applied`) and `--reason`; what was done with it is said at the end, whatever the end is."""

    @wraps(command)
    def saying(*args: Any, **options: Any) -> Any:
        did_it = False
        try:
            answer = command(*args, **options)
            did_it = True
            return answer
        finally:
            if options["applied"]:
                # Imported when it is used: Kafka's client is what most commands would pay for, and most only look.
                import_module("ops.actions.acted").say_what_was_done(options["state"], complains=did_it)

    reason = reason_option("Why; recorded with who did it and when.")
    applied = click.option("--apply", "applied", is_flag=True, help="Do it; without this, only show the plan.")
    return cast("F", applied(reason(saying)))


def plan_or_apply(command: F) -> F:
    """Add the same, for who needs only `why`: the reason to do it, and None when only the plan is wanted."""

    @wraps(command)
    def deciding(*args: Any, applied: bool, reason: str | None, **options: Any) -> Any:
        return command(*args, why=reason_to_apply(reason, applied=applied), **options)

    return cast("F", apply_options(deciding))


def reason_to_apply(reason: str | None, *, applied: bool) -> str | None:
    """Why it is to be done; None when only the plan is wanted.

    Raises:
        UsageError: `--apply` without a reason.
    """
    if not applied:
        return None
    given = (reason or "").strip()
    if not given:
        raise click.UsageError("--apply needs --reason TEXT, which is recorded")
    return given

"""Several options that a command gets as one value."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def joined(name: str, kind: type[Any], *options: Callable[[F], F]) -> Callable[[F], F]:
    """Add these options, named as the fields of the dataclass `kind`; the command gets one `kind`, as `name`."""

    def adding(command: F) -> F:
        @wraps(command)
        def joining(*arguments: Any, **typed: Any) -> Any:
            one = kind(**{field.name: typed.pop(field.name) for field in fields(kind) if field.name in typed})
            return command(*arguments, **{name: one}, **typed)

        found = cast("F", joining)
        for option in reversed(options):
            found = option(found)
        return found

    return adding

"""Options that say one thing together: a command gets them as one value."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def joined(name: str, kind: type[Any], *options: Callable[[F], F]) -> Callable[[F], F]:
    """Add these options; the command gets them as `name`, a value of this dataclass: they are named by its fields."""

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

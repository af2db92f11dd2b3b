"""What a payroll package knows the user of the link by: no secret, but nothing works without it."""

from collections.abc import Callable
from dataclasses import dataclass

from payroll import fields


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """An identifier by its name in forms and events, and the rule that gives its normal form or raises FieldError."""

    name: str
    parse: Callable[[object], str]


CLIENT_ID = IdentifierRule("client_id", fields.client_id)
USERNAME = IdentifierRule("username", fields.username)
ENVIRONMENT_CODE = IdentifierRule("environment_code", fields.environment_code)

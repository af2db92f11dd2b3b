"""What a payroll package knows the user of the link by: no secret, but nothing works without it."""

from collections.abc import Callable
from dataclasses import dataclass

from payroll import fields


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """An identifier by its name in forms and events, and the rule that gives its normal form or raises FieldError.

    `example` is made up: generated forms have identifiers like it, with other digits.
    """

    name: str
    parse: Callable[[object], str]
    example: str


CLIENT_ID = IdentifierRule("client_id", fields.client_id, "client-012345678901")
USERNAME = IdentifierRule("username", fields.username, "koppeling-01")
ENVIRONMENT_CODE = IdentifierRule("environment_code", fields.environment_code, "4711")

"""A web form was sent: the contract for other people's web forms (docs/form-received.md)."""

import json
import re
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, JsonValue

from schemas.event import Event, Value
from schemas.foreign_json import Defect, NotJsonError, parse
from schemas.ids import registration_id
from schemas.values import Dga, Frequency

COMPACT_JWE = re.compile(r"eyJ[\w-]+(?:\.[\w-]+){4}")
_SECRET_NAME = re.compile(r"secret|password|wachtwoord|passwd|geheim", re.IGNORECASE)
_CLEAR_SECRET = re.compile(
    rb"""(["'][^"']*(?:secret|password|wachtwoord|passwd|geheim)[^"']*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]]+)""",
    re.IGNORECASE,
)
REMOVED = "[removed]"


class FormReceived(Event):
    """The form as it was typed. A wrong form is answered, so `form` is any object and `defects` what its JSON hides."""

    name: ClassVar[str] = "form-received"

    submission_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    form: dict[str, JsonValue]
    defects: tuple[Defect, ...] = ()

    @classmethod
    def from_json(cls, value: bytes) -> Self:
        data, defects = parse(value)
        return cls.model_validate({**data, "defects": defects})

    @classmethod
    def released_schema(cls) -> dict[str, Any]:
        return _FormReceivedV1.model_json_schema() | {"title": cls.__name__}

    @classmethod
    def storable(cls, value: bytes) -> bytes:
        try:
            data, _ = parse(value)
        except NotJsonError:
            return _CLEAR_SECRET.sub(rb'\1"' + REMOVED.encode() + b'"', value)
        cleared = _without_clear_secrets(data)
        return value if cleared == data else json.dumps(cleared).encode()

    def subject(self, source: str, stated: str) -> str:
        del stated
        return registration_id(source, self.submission_id)


def _without_clear_secrets(value: JsonValue, *, secret: bool = False) -> JsonValue:
    match value:
        case dict():
            return {
                name: _without_clear_secrets(inner, secret=secret or bool(_SECRET_NAME.search(name)))
                for name, inner in value.items()
            }
        case list():
            return [_without_clear_secrets(inner, secret=secret) for inner in value]
        case str() if secret and COMPACT_JWE.fullmatch(value):
            return value
        case _:
            return REMOVED if secret and value is not None else value


class FormConnection(Value):
    """One employer code, with what opens it for Keylane."""

    employer_code: str = Field(min_length=1, max_length=20)
    client_secret: str | None = Field(default=None, description="compact JWE; raet and exact")


class _Form(Value):
    company_name: str = Field(min_length=1, max_length=200, description="the employer")
    email: str = Field(description="one address; receives the answers (a processor's, when it registers)")
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...] = Field(description="an empty list says: none")
    client_id: str | None = Field(default=None, min_length=1, max_length=255, description="raet and exact")
    connections: tuple[FormConnection, ...] = Field(min_length=1, description="several for raet only")


class SelfManagedForm(_Form):
    """An employer without a processor (manuals 000 and 001)."""

    kind: Literal["self_managed"]
    package: Literal["loket", "raet"]
    raamwerkcontractnummer: str
    loonheffingennummer: str


class EmployerRegistrationForm(_Form):
    """A processor registers an employer (manuals 002 and 003)."""

    kind: Literal["employer_registration"]
    package: Literal["loket", "exact"]
    processor_name: str = Field(min_length=1, max_length=200)
    raamwerkcontractnummer: str | None = Field(default=None, description="may be missing for exact only")
    loonheffingennummer: str | None = Field(default=None, description="may be missing for exact only")


class _FormReceivedV1(Value):
    submission_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    form: SelfManagedForm | EmployerRegistrationForm = Field(discriminator="kind")

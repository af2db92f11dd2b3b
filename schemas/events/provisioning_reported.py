"""Keylane reports on one connection: written by Keylane."""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.foreign_event import ForeignEvent
from schemas.values import Finding, Instant

Report = Literal["accepted", "customer_action_needed", "configured", "failed"]


class ProvisioningReported(ForeignEvent):
    """`configured` may name the first exchange; `customer_action_needed` and `failed` say why."""

    name: ClassVar[str] = "provisioning-reported"

    connection: int = Field(ge=1, le=999)
    cycle: int = Field(ge=1, le=999_999)
    report: Report
    reported_at: Instant
    findings: tuple[Finding, ...] = Field(default=(), max_length=20)
    first_exchange_on: date | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.report in ("customer_action_needed", "failed") and not self.findings:
            raise PydanticCustomError("findings_missing", "a report that asks or fails names at least one finding")
        return self

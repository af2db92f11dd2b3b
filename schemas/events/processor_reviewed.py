"""a.s.r.'s back office has reviewed a processor: written by another system."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from schemas.foreign_event import ForeignEvent
from schemas.values import Instant

Verdict = Literal["confirmed", "declined"]
REASON_CHARACTERS_MAX = 500
REASON_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*$"


class ProcessorReviewed(ForeignEvent):
    """About the processor's own registration (the subject); `email` is the address that was reviewed.

    `reason` is a sentence for the processor; who declines gives one.
    """

    name: ClassVar[str] = "processor-reviewed"

    email: str = Field(min_length=3, max_length=254)
    verdict: Verdict
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_CHARACTERS_MAX, pattern=REASON_PATTERN)
    reviewed_at: Instant

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.verdict == "declined" and not self.reason:
            raise ValueError("who declines says why")
        return self

"""a.s.r.'s back office has reviewed a processor: written by another system."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.foreign_event import ForeignEvent
from schemas.values import Instant

Verdict = Literal["confirmed", "declined"]
NAME_CHARACTERS_MAX = 200
REASON_CHARACTERS_MAX = 500
REASON_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]*$"


class ProcessorReviewedV1(ForeignEvent):
    """The first version did not name the processor."""

    name: ClassVar[str] = "processor-reviewed"

    email: str = Field(min_length=3, max_length=254)
    verdict: Verdict
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_CHARACTERS_MAX, pattern=REASON_PATTERN)
    reviewed_at: Instant

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        _check_reason(self.verdict, self.reason)
        return self

    def upcast(self) -> "ProcessorReviewed":
        """A verdict for any name."""
        return ProcessorReviewed(**dict(self), company_name=None)


class ProcessorReviewed(ForeignEvent):
    """About the processor's own registration (the subject); `email` and `company_name` are what was reviewed.

    A verdict counts only for these, as they stand in ProcessorApplied; if the name is None, for any name. `reason` is a
    sentence for the processor, and needed to decline.
    """

    name: ClassVar[str] = "processor-reviewed"
    version: ClassVar[int] = 2

    email: str = Field(min_length=3, max_length=254)
    company_name: str | None = Field(min_length=1, max_length=NAME_CHARACTERS_MAX)
    verdict: Verdict
    reason: str | None = Field(default=None, min_length=1, max_length=REASON_CHARACTERS_MAX, pattern=REASON_PATTERN)
    reviewed_at: Instant

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        _check_reason(self.verdict, self.reason)
        return self


def _check_reason(verdict: Verdict, reason: str | None) -> None:
    if verdict == "declined" and not reason:
        raise PydanticCustomError("reason_missing", "who declines says why")

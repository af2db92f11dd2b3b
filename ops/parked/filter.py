"""A filter on parked records, by what they have in common, and its conditions in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Filter:
    """What a record must have: everything that is given. None stands for anything.

    `since` (inclusive) and `until` (exclusive) limit when it was last parked. `due` is no option of a command: False
    leaves out rows that are due, which their service takes by itself.
    """

    service: str | None = None
    because: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    package: str | None = None
    release: str | None = None
    group: str | None = None
    due: Literal[False] | None = None

    @property
    def empty(self) -> bool:
        """Whether every record fits."""
        return all(getattr(self, field.name) is None for field in fields(self))

    def columns(self) -> Sequence[object]:
        """The parameters of `CONDITIONS`, in order."""
        return self.because, self.since, self.until, self.release, self.package


EVERYTHING = Filter()
_SEE = "`koppeling parked group` shows what is parked, by its cause"
NOTHING_FITS = f"nothing that is parked now fits: {_SEE}"
NOTHING_TO_TRY = f"nothing that is parked now fits and is not due already: {_SEE}"

CONDITIONS = """
  kind = 'parked' and not handled
  and ($1::text is null or reason = $1)
  and ($2::timestamptz is null or coalesce(parked_at, first_at) >= $2)
  and ($3::timestamptz is null or coalesce(parked_at, first_at) < $3)
  and ($4::text is null or release = $4)
  and ($5::text is null or exists (
    select from intake.state s where s.kind = 'intake' and s.key = row.key and s.document ->> 'package' = $5
  ))
"""

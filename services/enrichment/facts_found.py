"""What stands behind the gates that a batch is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.values import Policy


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers behind a gate, and their policy; None when only the numbers are known.

    Of a match `instead_of` says for which typed numbers they were found, as `gate.typed` does; None for any.
    """

    raamwerkcontractnummer: str
    loonheffingennummer: str
    policy: Policy | None
    instead_of: str | None = None


Facts = Mapping[str, Found]
"""By gate; a gate without anything behind it is left out."""

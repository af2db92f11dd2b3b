"""What stands behind the gates that a batch is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.values import Policy


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers behind a gate, and their policy; None when only the numbers are known."""

    raamwerkcontractnummer: str
    loonheffingennummer: str
    policy: Policy | None


Facts = Mapping[str, Found]
"""By gate; a gate without anything behind it is left out."""

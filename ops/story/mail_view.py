"""A mail as it is shown beside its registration; never its recipient's address or its text."""

from datetime import datetime

from ops.terminal.view import View
from services.notifier.roles import FORMER_ADDRESS, NEW_ADDRESS

_AT_AN_ADDRESS = {
    NEW_ADDRESS: "the applicant at the new address",
    FORMER_ADDRESS: "the applicant at the address that was left",
}


class MailView(View):
    """A mail of the ledger. `status`: planned, sent, failed or uncertain; `at` is when that came to be.

    `epoch` is 0 unless it was planned anew or forced. `begun_at` is when its body was begun, which the timeline takes
    for when it was sent. `elsewhere`: it goes to another address than the one that it was first planned for.
    """

    kind: str
    occasion: str
    role: str
    epoch: int = 0
    status: str
    at: datetime
    begun_at: datetime | None = None
    attempts: int
    elsewhere: bool = False


def to_reader(role: str, *, elsewhere: bool) -> str:
    """As it stands behind a mail's kind and occasion. `elsewhere`: not where it was first planned for."""
    return "to another address" if elsewhere else f"to {_AT_AN_ADDRESS.get(role, f'the {role}')}"

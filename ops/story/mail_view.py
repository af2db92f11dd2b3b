"""A mail as its registration's story shows it, without its recipient's address and its text."""

from datetime import datetime

from ops.terminal.view import View
from services.notifier.roles import FORMER_ADDRESS, NEW_ADDRESS

_AT_AN_ADDRESS = {
    NEW_ADDRESS: "the applicant at the new address",
    FORMER_ADDRESS: "the applicant at the address that was left",
}


class MailView(View):
    """A mail of the ledger. `status`: planned, sent, failed or uncertain, since `at`.

    `epoch` is 0 unless it was planned anew or forced. `begun_at` is when its body began, which the timeline has as the
    time when it was sent. `elsewhere`: it goes to another address than the one that it was first planned for.
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
    """To whom a mail goes, in words. `elsewhere`: it goes to another address than it was first planned for."""
    return "to another address" if elsewhere else f"to {_AT_AN_ADDRESS.get(role, f'the {role}')}"

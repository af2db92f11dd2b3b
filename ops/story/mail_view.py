"""A mail as it is shown beside its registration; never its recipient or its text."""

from datetime import datetime

from ops.terminal.view import View


class MailView(View):
    """A mail of the ledger. `status`: planned, sent, failed or uncertain; `at` is when that came to be."""

    kind: str
    occasion: str
    role: str
    status: str
    at: datetime
    attempts: int

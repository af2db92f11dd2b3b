"""`--force`, and what it takes to let mails follow."""

from dataclasses import dataclass

import click

from ops.terminal.joined_options import joined


@dataclass(frozen=True, slots=True)
class Force:
    """Whether records are decided again, whether mails may follow, and the number of mails that was confirmed."""

    wanted: bool = False
    mails: bool = False
    confirmed: int | None = None

    def check(self) -> None:
        """Raises UsageError for options that do not go together."""
        if not self.wanted and (self.mails or self.confirmed is not None):
            raise click.UsageError("--mails and --confirm go with --force")
        if self.confirmed is not None and not self.mails:
            raise click.UsageError("--confirm goes with --mails")

    def allows(self, mails: int) -> bool:
        """Whether this number of mails may follow."""
        return mails == 0 or (self.mails and self.confirmed == mails)


NOT_FORCED = Force()


force_options = joined(
    "force", Force,
    click.option(
        "--force", "wanted", is_flag=True, help="Decide again what the journal knows, as a new epoch of effects."
    ),
    click.option("--mails", is_flag=True, help="With --force: let mails follow, with --confirm N."),
    click.option("--confirm", "confirmed", metavar="N", type=click.IntRange(min=1), help="The number in the plan."),
)  # fmt: skip

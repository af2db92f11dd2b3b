"""The command line `koppeling`: one module for each command, imported when it is used."""

import click

from ops.terminal.command_line import CommandLine
from ops.terminal.lazy_group import Command

COMMANDS = {
    "demo": "Play through everything from form to mail, and end.",
    "up": "Start Kafka, Postgres, the mailbox, the simulators and all services, supervised.",
    "down": "End the sandbox.",
    "generate": "Write valid synthetic forms as NDJSON, one on each line, for `koppeling submit`.",
    "check": "Check forms offline and name every fault, as the answer to a sent form would.",
    "submit": "Check forms, seal their secrets for Keylane, send them, and print each one's reference.",
    "policies": "a.s.r.'s policy data, with which registrations are enriched.",
    "processors": "Processors: review those that have registered, let in those that were agreed before.",
    "status": "Show the stages of registrations.",
    "services": "Show for each service its workers, backlog, table sizes, and mails that wait or have failed.",
    "parked": "Parked records: those that a service has put aside.",
    "stuck": "Show registrations that have been silent for longer than their stage allows, and what they wait for.",
    "oddities": "Show registrations with an oddity: contradictions by Keylane, wrong codes, unusual numbers.",
    "replay": "Replay records: those that are done stay done, the others are handled now.",
    "mails": "Mails: planned, sent, failed, uncertain.",
    "brake": "Releases that stopped themselves.",
    "pause": "Let the workers of SERVICE take nothing until it is resumed, without ending them.",
    "resume": "Let SERVICE go on after a pause.",
    "rewind": "Let stopped services read again from Kafka what Postgres forgot when it was restored to an older state.",
    "prune": "Remove journal rows that lie beyond the horizon and that nothing needs any more.",
    "audit": "Check invariants I1 to I11 (ARCHITECTURE.md) against the present contents of Kafka and Postgres.",
    "acls": "Show which Kafka permissions each service, party and operator needs, one on each line.",
    "actions": "Show what operators did with these commands: who, when, what, why; before and after with --json.",
}
"""In the order of the help, with what the help says of each; the module `ops.commands.NAME` holds the command NAME."""


@click.group(
    cls=CommandLine,
    found={name: Command(f"ops.commands.{name}", name, says) for name, says in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """Onboarding of payroll links, on Kafka and Postgres."""


if __name__ == "__main__":
    main()

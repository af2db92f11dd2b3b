"""The command line `koppeling`: one module for each command, imported when it is used."""

import click

from ops.terminal.command_line import CommandLine
from ops.terminal.lazy_group import Command

COMMANDS = {
    "demo": "Play everything from form to mail, and end.",
    "up": "Start Kafka, Postgres, the mailbox, the simulators and all services, supervised.",
    "down": "End the sandbox.",
    "generate": "Write valid synthetic forms as NDJSON, one line for each, as `koppeling submit` reads them.",
    "check": "Check forms offline and name everything that is wrong with them, as the answer to a sent form would.",
    "submit": "Check forms, seal their secrets for Keylane, send them, and print each one's reference.",
    "policies": "a.s.r.'s policy data, by which registrations are enriched.",
    "processors": "Processors: review those that have registered, let in those that are known.",
    "status": "Show where registrations stand.",
    "services": "Show of each service its workers, its backlog, its tables' sizes, and mails that wait or failed.",
    "parked": "Records that a service has put aside.",
    "stuck": "Show registrations that are silent for longer than their stage allows, and what they wait for.",
    "oddities": "Show registrations with something odd: contradictions of Keylane's, wrong codes, unusual numbers.",
    "replay": "Bring records once more: what is done stays done, what is not is done.",
    "mails": "Mails: planned, sent, failed, uncertain.",
    "brake": "Releases that stopped themselves.",
    "pause": "Let the workers of SERVICE take nothing, without ending them, until it is resumed.",
    "resume": "Let SERVICE go on after a pause.",
    "rewind": "Let stopped services read again in Kafka what Postgres, restored to an older state, has forgotten.",
    "prune": "Remove from the journals what lies beyond the horizon and nothing needs any more.",
    "audit": "Check I1 to I11 (ARCHITECTURE.md) on what Kafka and Postgres hold now.",
    "acls": "Show which permissions in Kafka each service, party and operator needs: one on each line.",
    "actions": "Show what was done with these commands: who, when, what, why; before and after with --json.",
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

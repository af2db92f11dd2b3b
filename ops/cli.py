"""The command line `koppeling`: one file for each command, registered here."""

import click

from ops.brake import brake
from ops.demo import demo
from ops.down import down
from ops.parked import parked
from ops.status import status
from ops.up import up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Onboarding of payroll links, on Kafka and Postgres."""


main.add_command(demo)
main.add_command(up)
main.add_command(down)
main.add_command(status)
main.add_command(parked)
main.add_command(brake)

if __name__ == "__main__":
    main()

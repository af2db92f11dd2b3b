"""`koppeling generate`: makes forms of employers that do not exist."""

import json
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import get_args

import click

from ops.forms.synthetic import SyntheticForm, offers, synthetic_forms
from ops.terminal.writing import writing
from payroll.packages import packages
from sandbox.synthetic_policy import write_policies
from schemas.values import RegistrationKind
from services.intake.clients import ClientRow, write_clients

_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.option("--count", metavar="N", type=click.IntRange(1, 10_000_000), required=True, help="How many forms.")
@click.option("--seed", metavar="N", type=int, required=True, help="The same seed gives the same forms.")
@click.option("--package", type=click.Choice(list(packages())), help="Only of this package.")
@click.option("--kind", type=click.Choice(get_args(RegistrationKind)), help="Only of this kind.")
@click.option("--policies", type=_NEW_FILE, metavar="FILE.csv", help="Write their policies to this file.")
@click.option(
    "--clients", type=_NEW_FILE, metavar="FILE.csv", help="Write which employers their processors may register."
)
def generate(  # noqa: PLR0913  one argument for each option
    count: int, seed: int, *, package: str | None, kind: str | None, policies: Path | None, clients: Path | None
) -> None:
    """Write valid synthetic forms as NDJSON, one on each line, for `koppeling submit`.

    Every sandbox has the policies of their employers, has let in their processors, and knows that the employers asked
    for these. Client secrets are made up and in clear; submit seals them.
    """
    choices = offers(kind, package)
    if not choices:
        raise click.UsageError(
            f"no such forms are made up: {package or 'no package'} has no {kind} form"
            if kind
            else f"no forms are made up for {package}: its processor has to register with a sealed password first"
        )
    if policies is not None:
        with writing(policies), policies.open("w", encoding="utf-8", newline="") as file:
            write_policies(file, map(_numbers, islice(synthetic_forms(seed, choices), count)))
    if clients is not None:
        with writing(clients), clients.open("w", encoding="utf-8", newline="") as file:
            write_clients(file, filter(None, map(_client, islice(synthetic_forms(seed, choices), count))))
    for one in islice(synthetic_forms(seed, choices), count):
        click.echo(json.dumps(asdict(one), ensure_ascii=False))


def _client(one: SyntheticForm) -> ClientRow | None:
    return ClientRow(one.form["email"], *_numbers(one)) if one.form["kind"] == "employer_registration" else None


def _numbers(one: SyntheticForm) -> tuple[str, str]:
    return one.form["raamwerkcontractnummer"], one.form["loonheffingennummer"]

"""`koppeling check`: forms checked where they are written, without any server."""

import sys

import click

from ops.commands.submit import sort_out
from ops.forms.checked import Problem, ReadyForm
from ops.forms.file import read_files
from ops.terminal.output import print_json
from ops.terminal.view import View
from schemas.ids import reference
from schemas.sealing import new_private_keys


class GoodForm(View):
    """A form that would be accepted, and what in it is worth a second look."""

    place: str
    reference: str
    registration: str
    warnings: tuple[Problem, ...]


class CheckReport(View):
    """Every form, good or with its faults."""

    good: tuple[GoodForm, ...]
    faults: tuple[Problem, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--source", help="From whom forms come that do not say so, as in ce_source.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(files: tuple[str, ...], *, source: str | None, as_json: bool) -> None:
    """Check forms offline and name everything that is wrong with them, as the answer to a sent form would.

    FILES as for `submit`. Secrets may stand in clear, as they were typed: nothing is sent or kept. A sealed one is
    checked for what it was sealed for; for which registration, only where the source is known: by headers as in the
    schemas' examples, by "source" beside "form", or by --source.
    """
    # Sealed for nobody: the check is the same for whatever key.
    ready, faults = sort_out(read_files(files, source), new_private_keys())
    report = CheckReport(good=tuple(map(_good, ready)), faults=tuple(faults))
    if as_json:
        print_json(report)
    else:
        _tell(report)
    sys.exit(1 if faults else 0)


def _good(form: ReadyForm) -> GoodForm:
    own = reference(form.registration)
    return GoodForm(place=form.place, reference=own, registration=form.registration, warnings=form.warnings)


def _tell(report: CheckReport) -> None:
    for one in report.good:
        click.echo(f"{one.place}: good")
        for warning in one.warnings:
            click.echo(f"{warning.place}: {warning.field}: {warning.code} (accepted): {warning.message}")
    for fault in report.faults:
        click.echo(f"{fault.place}: {fault.field}: {fault.code}: {fault.message}", err=True)
    if report.faults:
        wrong = len({fault.place for fault in report.faults})
        click.echo(f"{wrong} not valid, {len(report.good)} good", err=True)

"""`koppeling check`: checks forms without any server."""

import sys
from functools import partial

import click

from ops.forms.checked import Checked, Problem, ReadyForm, each_checked
from ops.forms.file import read, texts_in
from ops.forms.record import checked_in_record
from ops.terminal.output import json_option, print_json
from ops.terminal.progress import over_bar, progress
from ops.terminal.view import View
from schemas.ids import reference
from schemas.sealing import new_private_keys


class GoodForm(View):
    """A form that would be accepted, and its warnings."""

    place: str
    reference: str
    registration: str
    warnings: tuple[Problem, ...]


class CheckReport(View):
    """All forms, accepted or with their faults."""

    good: tuple[GoodForm, ...]
    faults: tuple[Problem, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--source", help="The source (ce_source) of forms that do not name one.")
@json_option
def check(files: tuple[str, ...], *, source: str | None, as_json: bool) -> None:
    """Check forms offline and name every fault, as the answer to a sent form would.

    FILES as for `submit`. Headers beside a form are checked like a record's, but not how old ce_time is, nor whether
    ce_id was used before. A form without "submission_id" around it gets a warning that no record holds it like this.
    Secrets may be in clear, as they were typed, because nothing is sent or kept; beside headers that is a warning. A
    sealed secret is checked for its purpose and connection; for its registration only if the form has a submission_id
    and a source: by headers as in the schemas' examples, by "source" beside "form", or by --source.
    """
    texts = texts_in(files)
    written = (read(text, source) for text in texts)
    # Keys of nobody: the check is the same for any key.
    found = each_checked(written, partial(checked_in_record, keys=new_private_keys()))
    good: list[GoodForm] = []
    faults: list[Problem] = []
    # A terminal shows the lines themselves, so it needs no bar.
    with progress("checking", len(texts), hidden=not as_json and sys.stdout.isatty()) as advance:
        for one in found:
            if isinstance(one, tuple):
                faults += one
            else:
                good.append(_good(one))
            if not as_json:
                _tell(one)
            advance(1)
    if as_json:
        print_json(CheckReport(good=tuple(good), faults=tuple(faults)))
    elif faults:
        wrong = len({fault.place for fault in faults})
        click.echo(f"{wrong} not valid, {len(good)} good", err=True)
    sys.exit(1 if faults else 0)


def _good(form: ReadyForm) -> GoodForm:
    own = reference(form.registration)
    return GoodForm(place=form.place, reference=own, registration=form.registration, warnings=form.warnings)


def _tell(found: Checked) -> None:
    """Print each result at once: with a hundred thousand forms, the last one comes a minute later."""
    if isinstance(found, tuple):
        for fault in found:
            click.echo(f"{over_bar()}{fault.place}: {fault.field}: {fault.code}: {fault.message}", err=True)
        return
    click.echo(f"{found.place}: good")
    for warning in found.warnings:
        click.echo(f"{warning.place}: {warning.field}: {warning.code} (accepted): {warning.message}")

"""`--json`, as all commands have it whose answer is for programs too."""

import click

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")

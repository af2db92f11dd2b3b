"""The option `--json`, for all commands whose answer programs can read too."""

import click

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")

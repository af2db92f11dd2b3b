"""How soon operators see what they ask for among very many registrations: `python -m benchmarks.operators`.

A few registrations go through the real services, which then leave; all that is remembered of them is copied under other
ids, and some of the copies are parked. Each command is a process of its own, as one that is typed.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from signal import SIGTERM
from statistics import median

import asyncpg
import click

from benchmarks.errors import BenchmarkError
from benchmarks.measured import koppeling, measured, report
from benchmarks.rig import rigged
from ops.servers.administrator import Database
from sandbox.running import RunningSandbox
from schemas.flow import INTAKE, KEYLANE, MONITOR, NOTIFIER, SERVICE_NAMES

ANSWER_S_MAX = 0.7
"""The target for what is asked most often."""

_SAMPLES = 20
_CAUSES = 9
_TARGETED = (("status",), ("parked", "list"), ("parked", "group"))
_SOUGHT = ("nergens", "nobody@nowhere.example", "123456782L01")
_OTHERS = (("status", "--help"), ("stuck",), ("oddities",), *(("status", "--search", text) for text in _SOUGHT))
_AWAY = sorted({*SERVICE_NAMES, MONITOR.name, KEYLANE.name})


@dataclass
class Asked:
    """One command, as often as it was run: seconds on the clock, and of its own CPU."""

    words: tuple[str, ...]
    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


@click.command()
@click.option("--registrations", type=click.IntRange(min=1_000), default=1_000_000, show_default=True)
@click.option("--parked", type=click.IntRange(min=0), default=20_000, show_default=True, help="of them")
@click.option("--times", type=click.IntRange(min=1), default=10, show_default=True, help="for each command")
def bench(registrations: int, parked: int, times: int) -> None:
    """Fill the tables, and time what operators type; a million registrations take some minutes and 10 GB."""
    with measured() as sandbox:
        asyncio.run(_fill(sandbox, registrations, parked))
        with ExitStack() as away:
            for name in _AWAY:
                away.enter_context(sandbox.away(name, SIGTERM))
            _tell(_asked(sandbox, times))


async def _fill(sandbox: RunningSandbox, registrations: int, parked: int) -> None:
    async with rigged(sandbox) as rig:
        await rig.publisher.all_at_once(rig.issue(_SAMPLES))
        await rig.until_done()
    # The sessions that commands use have a timeout for statements, and this takes longer.
    database = await asyncpg.connect(sandbox.endpoints().postgres.url)
    try:
        await _multiply(database, registrations // _SAMPLES, parked)
    finally:
        await database.close()


async def _multiply(database: Database, copies: int, parked: int) -> None:
    for service in SERVICE_NAMES:
        report(f"{copies * _SAMPLES:,} registrations in {service}")
        await _copy(database, f"{service}.state", "lane >= 0 and document is not null", copies)
    report("their mails")
    await _copy(database, f"{NOTIFIER.name}.effect", "true", copies)
    report(f"{parked:,} parked records")
    await database.execute(_PARKED.format(schema=INTAKE.name), parked, _CAUSES)
    report("what Postgres does in its idle hours")
    await database.execute("vacuum analyze")


async def _copy(database: Database, table: str, which: str, copies: int) -> None:
    columns = [row["name"] for row in await database.fetch(_COLUMNS, table)]
    values = ", ".join(_ANEW.get((table, name)) or _ANEW.get(("", name), f"one.{name}") for name in columns)
    copied = f"select {values} from {table} one, generate_series(1, $1::int) copy where {which}"  # noqa: S608 (our own)
    await database.execute(f"insert into {table} ({', '.join(columns)}) {copied}", copies)


def _asked(sandbox: RunningSandbox, times: int) -> list[Asked]:
    commands = [Asked(words) for words in (*_TARGETED, *_OTHERS)]
    for number in range(times):
        report(f"each command, {number + 1} of {times}")
        for command in commands:
            _ask(sandbox, command)
    return commands


def _ask(sandbox: RunningSandbox, command: Asked) -> None:
    words = koppeling(sandbox, *command.words)
    begun_s = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    command.seconds.append(time.monotonic() - begun_s)
    command.cpu_s.append(used.ru_utime + used.ru_stime)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchmarkError(f"koppeling {' '.join(command.words)} ended with {process.returncode}")


def _tell(commands: Sequence[Asked]) -> None:
    click.echo(f"\n{'koppeling':18}{'s, median':>11}{'slowest':>9}{'CPU s':>8}{'target':>8}")
    for command in commands:
        target = f"{ANSWER_S_MAX:8.1f}" if command.words in _TARGETED else ""
        slowest, spent_s = max(command.seconds), median(command.cpu_s)
        click.echo(f"{' '.join(command.words):18}{median(command.seconds):11.2f}{slowest:9.2f}{spent_s:8.2f}{target}")


_ANEW = {
    ("", "key"): "md5(one.key || copy)::uuid::text",
    ("", "id"): "md5(one.id::text || copy)::uuid",
    ("", "subject"): "md5(one.subject || copy)::uuid::text",
    ("", "planned_at"): "one.planned_at - copy * interval '10 s'",
    (f"{INTAKE.name}.state", "document"): """one.document || jsonb_build_object('since', to_char(
      (one.document ->> 'since')::timestamptz at time zone 'UTC' - copy * interval '10 s',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    ))""",
}
"""What a copy has of its own: another registration's, of another time."""
_COLUMNS = """
select attname as name from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum
"""
_PARKED = """
insert into {schema}.redelivery (id, lane, key, kind, attempt, blocks, topic, partition, log_offset, headers, value,
  hash, reason, trace, first_at)
select gen_random_uuid(), lane, key, 'parked', 1, true, 'form-received', lane, number, '\\x', '{{}}', '\\x',
  'DEFECT_KeyError', 'message 0000000' || number % $2::int, (document ->> 'since')::timestamptz
from (select *, row_number() over () as number from {schema}.state where kind = 'intake' limit $1) chosen
"""


if __name__ == "__main__":
    bench()

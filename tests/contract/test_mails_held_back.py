"""Very many mails are held back in steps that Postgres has the time for, and it knows of them afterwards."""

from typing import Any

import click
import pytest

from ops.mails.holding_back import hold_unsent_back
from sandbox.running import RunningSandbox

WHY = "Postgres was restored to before the mails"
UNSENT = ["PLANNED", "PLANNED", "CLAIMED", "BODY_STARTED", "PLANNED"]
PLAN = """
insert into notifier.effect (id, lane, subject, kind, occasion, role, epoch, payload, status)
values (gen_random_uuid(), 0, $1, 'link-realised', '', '', 0, '{}', $2)
"""
LOOKED_THROUGH = "select seq_scan from pg_stat_user_tables where schemaname = 'notifier' and relname = 'effect'"
FULL_AFTER_TWO = """
create function pg_temp.full() returns trigger language plpgsql as $$
begin
  if (select count(*) from notifier.effect where status = 'UNCERTAIN') >= 2 then
    raise exception using errcode = 'disk_full';
  end if;
  return null;
end $$;
create trigger is_full before update on notifier.effect for each statement execute function pg_temp.full()
"""
KNOWN = """
select most_common_vals::text from pg_stats
where schemaname = 'notifier' and tablename = 'effect' and attname = 'status'
"""


async def test_mails_are_held_back_so_many_in_a_transaction_on_record_as_one_command(
    sandbox: RunningSandbox, ledger: Any
) -> None:
    for number, status in enumerate([*UNSENT, "SENT", "FAILED"]):
        await ledger.execute(PLAN, str(number), status)
    await hold_unsent_back(sandbox.endpoints().postgres.url, WHY, at_once=2)
    rows = await ledger.fetch("select xmin::text as made_in, status from notifier.effect order by subject")
    assert [row["status"] for row in rows] == [*["UNCERTAIN"] * len(UNSENT), "SENT", "FAILED"]
    assert len({row["made_in"] for row in rows[: len(UNSENT)]}) == 3
    recorded = await ledger.fetch(
        "select before ->> 'status' as before, command from operations.action where why = $1", WHY
    )
    assert sorted(row["before"] for row in recorded) == sorted(UNSENT)
    assert len({row["command"] for row in recorded}) == 1


async def test_who_could_not_hold_all_mails_back_is_told_how_many_are(
    sandbox: RunningSandbox, ledger: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        await ledger.execute(PLAN, str(number), "PLANNED")
    await ledger.execute(FULL_AFTER_TWO)
    with pytest.raises(click.ClickException) as failed:
        await hold_unsent_back(sandbox.endpoints().postgres.url, WHY, at_once=2)
    await ledger.execute("drop trigger is_full on notifier.effect")
    assert "2 mails are held back so far" in capsys.readouterr().out
    assert failed.value.message.endswith("The change under way was not made")
    assert await ledger.fetchval("select count(*) from notifier.effect where status = 'UNCERTAIN'") == 2


async def test_a_mail_whose_sender_may_still_report_is_left_to_it_and_said(
    sandbox: RunningSandbox, ledger: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    url = sandbox.endpoints().postgres.url
    for number, begun_s in enumerate([60, 80, 0]):
        await ledger.execute(PLAN, str(number), "BODY_STARTED")
        await ledger.execute(
            "update notifier.effect set token = gen_random_uuid(), body_started_at = now() - make_interval(secs => $2) "
            "where subject = $1", str(number), begun_s,
        )  # fmt: skip
    for why, held in ((None, "they become UNCERTAIN"), (WHY, "1 mail is held back"), (WHY, "no mail was held back")):
        await hold_unsent_back(url, why)
        said = " ".join(capsys.readouterr().out.split())
        assert held.lower() in said.lower()
        assert "2 mails are under way, and left alone: a sender may still report. Type it again after" in said
    rows = await ledger.fetch("select status, token is null as taken from notifier.effect order by subject")
    left = ("BODY_STARTED", False)
    assert [tuple(row) for row in rows] == [left, ("UNCERTAIN", True), left]


async def test_what_is_to_be_held_back_is_found_without_what_is_sent(sandbox: RunningSandbox, ledger: Any) -> None:
    for number, status in enumerate([*UNSENT, "SENT"]):
        await ledger.execute(PLAN, str(number), status)
    before = await ledger.fetchval(LOOKED_THROUGH)
    await hold_unsent_back(f"{sandbox.endpoints().postgres.url}?enable_seqscan=off", WHY)
    assert await ledger.fetchval(LOOKED_THROUGH) == before


async def test_postgres_knows_how_many_are_uncertain_by_then(sandbox: RunningSandbox, ledger: Any) -> None:
    for number in range(4):
        await ledger.execute(PLAN, str(number), "PLANNED")
    await ledger.execute("analyze notifier.effect")
    await hold_unsent_back(sandbox.endpoints().postgres.url, WHY)
    assert await ledger.fetchval(KNOWN) == "{UNCERTAIN}"


async def test_where_no_mail_waits_it_is_not_said_that_any_is_held_back(
    sandbox: RunningSandbox, ledger: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    url = sandbox.endpoints().postgres.url
    await ledger.execute(PLAN, "0", "SENT")
    await hold_unsent_back(url, None)
    assert capsys.readouterr().out == "no mail waits to be sent\n"
    await hold_unsent_back(url, WHY)
    assert capsys.readouterr().out == "no mail waits to be sent\nno mail was held back\n"
    await ledger.execute(PLAN, "1", "PLANNED")
    await hold_unsent_back(url, WHY)
    assert "1 mail is held back: `koppeling mails uncertain`" in capsys.readouterr().out

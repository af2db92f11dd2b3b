"""How the services are, as an operator sees it, on everything that is real."""

from importlib.metadata import version

from commands import Said, koppeling
from forms import loket_form
from onboarding import Onboarding

from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.flow import SERVICES


async def asked(onboarding: Onboarding) -> dict[str, dict[str, object]]:
    return {one["service"]: one for one in (await koppeling(onboarding, "services", "--json")).json}


async def test_services_that_keep_up_are_behind_by_nothing_and_one_that_is_paused_by_what_waits_for_it(
    onboarding: Onboarding,
) -> None:
    async def kept_up() -> bool:
        # A worker that another test had sent away may be on its way back still.
        found = (await asked(onboarding)).values()
        return [(one["workers"], one["lag_records"]) for one in found] == [(1, 0)] * len(SERVICES)

    await until(kept_up, deadline_s=60, missing="the services do not keep up")
    assert (await koppeling(onboarding, "pause", "enrichment", "--apply", "--reason", "a test")).code == 0
    try:
        registrations = await onboarding.submit({f"behind-{n}": loket_form(93_000 + n) for n in range(3)})

        async def behind() -> bool:
            found = (await asked(onboarding))["enrichment"]
            return (found["lag_records"], int(str(found["lag_s"])) >= 1) == (3, True)

        await until(behind, deadline_s=60, missing="enrichment is not seen to be behind")
        people: Said = await koppeling(onboarding, "services")
        assert f"enrichment: 1 worker ({version('salariskoppeling')}), 3 records behind, the oldest for" in people.out
        assert ("enrichment is paused since" in people.out, max(map(len, people.lines)) <= COLUMNS) == (True, True)
        found = await asked(onboarding)
        assert (found["intake"]["lag_records"], found["intake"]["lag_kept_s"]) == (0, None)
        assert 399 < int(str(found["enrichment"]["lag_kept_s"])) / 86_400 < 400
    finally:
        await koppeling(onboarding, "resume", "enrichment", "--apply", "--reason", "a test")
    assert await onboarding.confirmations(registrations) == [1] * 3


async def test_parked_rows_and_sizes_are_told(onboarding: Onboarding) -> None:
    async def rows() -> int:
        return int((await onboarding.query("select count(*) from intake.redelivery"))[0][0])

    async def none_came_or_went() -> tuple[int, dict[str, dict[str, object]]] | None:
        # What other tests have parked may be tried again meanwhile.
        before, found = await rows(), await asked(onboarding)
        return (before, found) if before == await rows() else None

    count, found = await until(none_came_or_went, deadline_s=30, missing="the queue never stands still")
    assert found["intake"]["queue_rows"] == count
    assert all(int(str(one["journal_bytes"])) > 0 for one in found.values())

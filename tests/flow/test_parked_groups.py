"""A bad import fails many registrations: an operator finds the group, mends the cause and retries it."""

from datetime import UTC, datetime

from commands import koppeling
from forms import loket_form
from onboarding import SOURCE, Onboarding, form_record
from test_parked_by_operators import REFUSED, taking_only

from ops.terminal.output import COLUMNS
from sandbox.waiting import until
from schemas.ids import registration_id

COUNT = 40


async def test_a_group_is_found_looked_at_and_retried_and_everybody_has_one_mail(onboarding: Onboarding) -> None:
    forms = {f"grouped-{number}": loket_form(82_000 + number) for number in range(COUNT)}
    ours = [registration_id(SOURCE, name) for name in forms]
    await onboarding.load_policies(list(forms.values()))
    since = ("--since", datetime.now(UTC).isoformat())
    async with taking_only(onboarding, "kind <> 'provisioning'", name="grouped_78"):
        await onboarding.publish([form_record(name, form) for name, form in forms.items()])

        async def all_parked() -> bool:
            groups = (await koppeling(onboarding, "parked", "group", *since, "--json")).json
            return [group["count"] for group in groups if group["reason"] == REFUSED] == [COUNT]

        await until(all_parked, deadline_s=60, missing="not all are parked")
    groups = (await koppeling(onboarding, "parked", "group", *since, "--because", REFUSED, "--json")).json
    (group,) = groups
    assert (group["service"], group["returned"], bool(group["releases"])) == ("provisioning", 0, True)
    shown = await koppeling(onboarding, "parked", "group")
    assert max(map(len, shown.lines)) <= COLUMNS

    nothing = await koppeling(onboarding, "parked", "retry", "--apply", "--reason", "all?")
    assert (nothing.code, "say which" in nothing.err) == (2, True)
    other = await koppeling(onboarding, "parked", "retry", "--group", "00000000", "--apply", "--reason", "none")
    assert (other.code, "nothing that is parked now fits" in other.err) == (1, True)
    few = await koppeling(onboarding, "parked", "list", "--release", "no such release", "--json")
    assert few.json == []
    some = await koppeling(onboarding, "parked", "list", "--package", "loket", "--group", group["group"], "--json")
    assert len(some.json) == COUNT

    story = await koppeling(onboarding, "parked", "show", some.json[0]["id"])
    assert (story.code, "masked" in story.out, "characters)" in story.out) == (0, True, True), story.err
    raw = await koppeling(onboarding, "parked", "show", some.json[0]["id"], "--raw", "--reason", "compare with Keylane")
    assert (raw.code, raw.out[0]) == (0, "{")
    looks = (await koppeling(onboarding, "actions", "--looks", "--json")).json
    assert [(one["what"], one["why"]) for one in looks if one["target"] == some.json[0]["id"]] == [
        ("look raw", "compare with Keylane"),
        ("look", "to mend what is parked"),
    ]
    done = await koppeling(
        onboarding, "parked", "retry", "--group", group["group"], "--apply", "--reason", "the policies are mended"
    )
    assert done.code == 0, done.err
    assert await onboarding.confirmations(ours) == [1] * COUNT

"""Files of a.s.r.'s loaded by an operator, on everything that is real."""

from pathlib import Path

import pytest
from commands import koppeling
from onboarding import Onboarding

CLIENTS = "processor_email,raamwerkcontractnummer,loonheffingennummer\nverwerker@import.example,A0209870,123456782L01\n"
POLICIES = (
    "raamwerkcontractnummer,loonheffingennummer,policy_numbers,products,starts_on,insured_groups,salary_notion,"
    "mandate_present\nA0209870,123456782L01,P-1,WIA Excedent,2026-01-01,,SV-loon,yes\n"
)


@pytest.mark.parametrize(
    ("group", "content", "what"),
    [("processors", CLIENTS, "import processors"), ("policies", POLICIES, "import policies")],
)
async def test_a_file_is_loaded_whole_and_on_record_or_not_at_all(
    onboarding: Onboarding, tmp_path: Path, group: str, content: str, what: str
) -> None:
    file = tmp_path / f"{group}-of-a-test.csv"
    file.write_text(content.replace("123456782L01", "123456789L01"), "utf-8")
    refused = await koppeling(onboarding, group, "import", str(file))
    assert (refused.code, "nothing was loaded" in refused.err, "line 2: wrong" in refused.err) == (1, True, True)

    file.write_text(content, "utf-8")
    planned = await koppeling(onboarding, group, "import", str(file))
    assert (planned.code, ": 1 new, 0 changed, 0 as they were" in planned.out) == (0, True)
    done = await koppeling(onboarding, group, "import", str(file), "--apply", "--reason", "agreed before")
    assert (done.code, done.lines[0]) == (0, planned.lines[0]), done.err
    again = await koppeling(onboarding, group, "import", str(file))
    assert ": 0 new, 0 changed, 1 as they were\nnothing to load: all of it is there already" in again.out
    nothing = await koppeling(onboarding, group, "import", str(file), "--apply", "--reason", "once more")
    assert (nothing.code, nothing.out) == (0, again.out)
    actions = (await koppeling(onboarding, "actions", "--json")).json
    (action,) = [one for one in actions if one["target"] == file.name]
    assert (action["what"], action["why"], action["after"]) == (
        what,
        "agreed before",
        {"new": 1, "changed": 0, "same": 0},
    )

"""The judge on claims: one employer in one package under one employer code has one live registration."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from doctored import altered_all, claimed_twice
from doctoring import append, some
from flow_in_memory import Flow, played
from forms import loket_form
from memory_evidence import evidence_of
from test_judge import codes, healthy_day

from ops.audit.judge.called_for import REQUESTED, SUBMITTED
from ops.audit.judge.evidence import LogRecord
from ops.audit.judge.heading import data_of
from ops.audit.judge.seen import seen_as
from ops.audit.judge.verdict import judge


async def test_what_a_correction_or_an_end_has_let_go_of_may_be_registered_by_another() -> None:
    flow = Flow()
    flow.submit("moves", loket_form(1))
    await played(flow)
    flow.follow_up("moved", "moves", connections=[{"employer_code": "7654321"}])
    await flow.run()
    flow.submit("next", loket_form(1))
    await flow.run()
    flow.follow_up("away", "next", kind="withdrawal")
    await flow.run()
    flow.submit("last", loket_form(1))
    await flow.run()
    found = evidence_of(flow)
    # Postgres gives rows in no order.
    turned = {name: replace(tables, journal=tables.journal[::-1]) for name, tables in found.tables.items()}
    for evidence in (found, replace(found, tables=turned)):
        verdict = judge(evidence, at_rest=True)
        assert verdict.findings == ()
        assert verdict.tally.realised == 4


async def test_what_keylane_has_refused_may_be_registered_by_another() -> None:
    flow = Flow()
    flow.keylane[flow.submit("refused", loket_form(1))] = ("failed",)
    await played(flow)
    flow.submit("anew", loket_form(1))
    await flow.run()
    verdict = judge(evidence_of(flow), at_rest=True)
    assert verdict.findings == ()
    assert verdict.tally.realised == 1


def test_a_connection_that_keylane_works_on_for_two_registrations_is_found() -> None:
    assert "CLAIMED_TWICE" in codes(claimed_twice(healthy_day(), REQUESTED))


@pytest.mark.parametrize("topic", [REQUESTED, SUBMITTED])
@pytest.mark.parametrize("other", [{"package": "exact"}, {"loonheffingennummer": "111222333L01"}])
def test_in_another_package_or_of_another_employer_it_is_another_connection(
    other: Mapping[str, str], topic: str
) -> None:
    def elsewhere(one: LogRecord) -> LogRecord:
        data = data_of(one.value)
        for part in (data, data.get("contact", {}), data.get("registration", {})):
            part |= {name: value for name, value in other.items() if name in part}
        return one._replace(value=json.dumps(data).encode()) if seen_as(one).subject == "somebody else" else one

    twice = claimed_twice(healthy_day(), topic)
    assert "CLAIMED_TWICE" not in codes(altered_all(twice, topic, elsewhere))


@pytest.mark.parametrize(("contract", "is_found"), [("A020000001", True), (None, False)])
def test_an_employer_without_wage_tax_number_is_known_by_its_contract_alone(
    contract: str | None,
    is_found: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    evidence = healthy_day()
    record = some(evidence, SUBMITTED)
    data = data_of(record.value)
    data["registration"] |= {"loonheffingennummer": None, "raamwerkcontractnummer": contract}
    for of_one in ({"ce_id": b"1", "ce_subject": b"one"}, {"ce_id": b"2", "ce_subject": b"another"}):
        headers = tuple((name, of_one.get(name, value)) for name, value in record.headers)
        evidence = append(evidence, record._replace(headers=headers, value=json.dumps(data).encode()))
    assert ("CLAIMED_TWICE" in codes(evidence)) is is_found

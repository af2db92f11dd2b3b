"""Every service tells what it has done to whoever asks for `/metrics`, on the port that says whether it is well."""

from collections.abc import Iterable

from forms import loket_form
from metrics_pages import metrics_pages
from onboarding import MAILS_EACH, Onboarding
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from sandbox.waiting import until
from schemas.flow import SERVICES
from stream.step import Step

FORMS = 3
Pages = dict[str, dict[str, Metric]]


async def pages(onboarding: Onboarding) -> Pages:
    found = await metrics_pages(onboarding.sandbox)
    return {name: {family.name: family for family in text_string_to_metric_families(page)} for name, page in found}


def total(families: Iterable[Metric], **labels: str) -> float:
    return sum(s.value for family in families for s in family.samples if s.labels.items() >= labels.items())


def emitted(found: Pages, service: str) -> float:
    return total([found[service]["koppeling_records"]], result="emitted", source="topic")


async def test_each_service_tells_of_its_records_its_steps_its_topics_and_the_notifier_of_its_mails(
    onboarding: Onboarding,
) -> None:
    before = await pages(onboarding)
    registrations = await onboarding.submit({f"counted-{n}": loket_form(60_500 + n) for n in range(FORMS)})
    await onboarding.settled(registrations, MAILS_EACH * FORMS)

    async def told() -> Pages | None:
        found = await pages(onboarding)
        counted = all(emitted(found, party.name) - emitted(before, party.name) >= FORMS for party in SERVICES)
        return found if counted and mails(found) - mails(before) >= MAILS_EACH * FORMS else None

    def mails(found: Pages) -> float:
        return total([found["notifier"]["koppeling_mails"]], fate="sent")

    found = await until(told, deadline_s=30, missing="a service does not count what it has done")
    assert set(found) == {party.name for party in SERVICES}
    for party in SERVICES:
        page = found[party.name]
        assert {s.labels["topic"] for s in page["koppeling_lag_records"].samples} == {e.name for e in party.consumes}
        assert {s.labels["step"] for s in page["koppeling_step_seconds"].samples} == set(Step)
        assert total([page["koppeling_step_seconds"]], step="record") > 0
        assert total([page["process_resident_memory_bytes"]]) > 0
        assert ("koppeling_mails" in page) == (party.name == "notifier")

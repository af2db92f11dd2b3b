"""What a turn should lead to beside what it did: one line for each difference, in the words of the file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from scenarios.costume import Costume
from scenarios.scenario_world import SeenMail
from scenarios.story import ExpectedMail, Step, Then

Exchange = Callable[[date, str], str]
"""The first exchange in words, of the day in the file and the registration's id."""

NOTHING = Then()


def compared(
    then: Then | None, mails: Sequence[SeenMail], came: Mapping[str, list[str]], costume: Costume, exchange: Exchange
) -> list[str]:
    """The differences; none when everything came and nothing else did."""
    expected = then or NOTHING
    faults = list(_mails(expected.mails, list(mails), costume, exchange))
    wanted = {
        "keylane is asked for": sorted(expected.keylane_is_asked_for),
        "keylane is told to stop": sorted(expected.keylane_is_told_to_stop),
    }
    faults += [
        f"  {words}: {_listed(wanted[words])} expected, {_listed(came[words])} came"
        for words in wanted
        if wanted[words] != came[words]
    ]
    return faults


def told(step: Step) -> str:
    """A step as the file tells it."""
    said = step.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return ", ".join(f"{word}: {value}" for word, value in said.items())


def _mails(
    expected: Iterable[ExpectedMail], came: list[SeenMail], costume: Costume, exchange: Exchange
) -> Iterator[str]:
    missing = []
    for mail in expected:
        to = costume.dressed(mail.to)
        lacks = [(one, list(_lacking(mail, one, exchange))) for one in came if (one.kind, one.to) == (_kind(mail), to)]
        if not lacks:
            missing.append(f"  mail: {mail.mail} to {mail.to} did not come")
            continue
        best, lacking = min(lacks, key=lambda pair: len(pair[1]))
        came.remove(best)
        yield from (f"  mail: {mail.mail} to {mail.to} {lack}" for lack in lacking)
    yield from missing
    yield from (f"  mail: {one.kind.replace('-', ' ')} to {one.to} came unexpectedly" for one in came)


def _kind(mail: ExpectedMail) -> str:
    return mail.mail.name


def _lacking(mail: ExpectedMail, came: SeenMail, exchange: Exchange) -> Iterator[str]:
    if mail.first_exchange is not None:
        line = exchange(mail.first_exchange, came.about)
        if line not in came.text.splitlines():
            found = [one for one in came.text.splitlines() if one.startswith("Eerste uitwisseling: ")]
            yield f'says "{_listed(found)}" and not "{line}"'
    for words in mail.says:
        if words not in came.text:
            yield f'does not say "{words}"; it says:\n{_indented(came.text)}'


def _indented(text: str) -> str:
    return "\n".join(f"    | {line}" for line in text.splitlines() if line)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "nothing"

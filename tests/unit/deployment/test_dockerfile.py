"""The Dockerfile: what a linter would ask of it, and that it takes along all of the project."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def instructions(text: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", text)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def faults(text: str) -> list[str]:
    """What is wrong with a Dockerfile."""
    lines = instructions(text)
    users = [rest for word, rest in lines if word == "USER"]
    runs = [command.strip() for word, rest in lines if word == "RUN" for command in rest.split("&&")]
    found = [f"{word} {rest}" for word, rest in lines if word == "ADD"]
    found += [rest for word, rest in lines if word == "FROM" and not re.match(r"\S+:\d+\.\d+\S*", rest)]
    found += [run for run in runs if re.search(r"\b(curl|wget|sudo|apt-get|git)\b", run)]
    found += [run for run in runs if re.match(r"pip (install|wheel)", run) and not _held_to_hashes(run)]
    found += [rest for word, rest in lines if word in {"ENTRYPOINT", "CMD"} and not rest.startswith("[")]
    if not users or not re.match(r"[1-9]\d*(:\d+)?$", users[-1]):
        found.append("the last USER is not a number other than 0")
    return found


def _held_to_hashes(run: str) -> bool:
    return "--require-hashes" in run or ("--no-index" in run and "--no-deps" in run)


def test_nothing_is_wrong_with_the_file() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("USER 10001:10001", "USER root"),
        ("USER 10001:10001", "USER 0:0"),
        ("USER 10001:10001", ""),
        ("FROM python:3.11-slim AS build", "FROM python AS build"),
        ("FROM python:3.11-slim AS build", "FROM python:latest AS build"),
        ("COPY ops ops", "ADD ops ops"),
        (" --require-hashes -r requirements/build.txt", " -r requirements/build.txt"),
        ("WORKDIR /tmp", "RUN true && wget -q example.invalid/thing"),
        ('ENTRYPOINT ["python", "-m"]', "ENTRYPOINT python -m"),
    ],
)
def test_what_is_broken_on_purpose_is_found(line: str, broken: str) -> None:
    assert line in TEXT
    assert len(faults(TEXT.replace(line, broken))) == 1


def test_every_package_of_the_project_is_in_the_image_and_no_tests() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = [rest for word, rest in instructions(TEXT) if word == "COPY"]
    assert set(copied) >= {f"{package} {package}" for package in packages}
    assert not [rest for rest in copied if rest.startswith("tests")]


def test_the_context_holds_what_is_copied_and_nothing_hidden() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    shown = {line[1:] for line in ignore if line.startswith("!")}
    copied = [rest.split()[:-1] for word, rest in instructions(TEXT) if word == "COPY" and "--from" not in rest]
    assert {source.split("/")[0] for sources in copied for source in sources} == shown
    assert "*" in ignore


def test_the_image_is_built_by_the_back_end_that_the_project_names() -> None:
    wanted = [line for line in (ROOT / "requirements/build.in").read_text().splitlines() if not line.startswith("#")]
    assert wanted == PROJECT["build-system"]["requires"]


def test_the_build_is_held_to_the_versions_of_all_other_locks() -> None:
    build, everything = (_locked(ROOT / "requirements" / name) for name in ("build.txt", "all.txt"))
    assert build.items() <= everything.items()


def _locked(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", file.read_text(), re.MULTILINE))

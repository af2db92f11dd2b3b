"""What is wrong with a Compose file, as sentences: references, health, tags, ports, privileges and passwords."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Compose = Mapping[str, Any]

OURS = "koppeling:local"
LOCAL_PASSWORD = "${KOPPELING_LOCAL_PASSWORD:-forlocaluseonly}"  # noqa: S105 (protects nothing, and says so)
_HEALTHY, _COMPLETED = "service_healthy", "service_completed_successfully"
_PINNED = re.compile(r"[a-z0-9./-]+:v?\d+(\.\d+)+")
_PASSWORD = re.compile(r"://[^:/@]+:([^@]*)@")


def is_one_shot(service: Compose) -> bool:
    """Whether it ends by itself: nothing starts it again and nobody asks for its health."""
    return "restart" not in service and "healthcheck" not in service


def faults(compose: Compose) -> list[str]:
    """Every fault, each beginning with the service's name."""
    found = [
        f"{name}: {fault}"
        for name, service in compose["services"].items()
        for check in (_dependencies, _health, _image, _ports, _privileges, _mounts)
        for fault in check(service, compose)
    ]
    found += [f"{name}: {fault}" for name, s in compose["services"].items() for fault in _passwords(s)]
    builders = [name for name, service in compose["services"].items() if "build" in service]
    return found + ([] if len(builders) == 1 else [f"our image is built by {builders}"])


def _dependencies(service: Compose, compose: Compose) -> Iterator[str]:
    services = compose["services"]
    for name, dependency in service.get("depends_on", {}).items():
        other = services.get(name)
        if other is None:
            yield f"depends on {name}, which does not exist"
        elif not set(other.get("profiles", ())) <= set(service.get("profiles", ())):
            yield f"depends on {name}, which only a profile starts"
        elif dependency["condition"] == _HEALTHY and "healthcheck" not in other:
            yield f"waits for the health of {name}, which has no health check"
        elif (dependency["condition"] == _COMPLETED) != is_one_shot(other):
            yield f"waits for {name} under a condition that it cannot fulfil"


def _health(service: Compose, _: Compose) -> Iterator[str]:
    if is_one_shot(service):
        return
    check = service.get("healthcheck", {})
    for field in ("test", "interval", "timeout", "retries", "start_period"):
        if field not in check:
            yield f"has no healthcheck.{field}"
    if "restart" not in service:
        yield "is not started again when it ends"


def _image(service: Compose, _: Compose) -> Iterator[str]:
    image = service.get("image", "")
    if image != OURS and "build" in service:
        yield "is built here and is not ours"
    if image != OURS and not _PINNED.fullmatch(image):
        yield f"image {image!r} names no version"
    if image == OURS and service.get("pull_policy") != "never":
        yield "is looked for in a registry"


def _ports(service: Compose, _: Compose) -> Iterator[str]:
    for port in service.get("ports", ()):
        if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", str(port)):
            yield f"port {port} is not on the loopback interface"


def _privileges(service: Compose, _: Compose) -> Iterator[str]:
    for key in ("privileged", "cap_add", "network_mode", "pid", "devices", "user"):
        if key in service:
            yield f"sets {key}"
    if service.get("image") != OURS:
        return
    if service.get("cap_drop") != ["ALL"] or service.get("security_opt") != ["no-new-privileges:true"]:
        yield "keeps privileges"
    if service.get("init") is not True:
        yield "is the first process, which heeds no signal before it asks for it"
    if service.get("read_only") is not True:
        yield "may write to its image"


def _mounts(service: Compose, compose: Compose) -> Iterator[str]:
    for volume in service.get("volumes", ()):
        source, _, target = volume.partition(":")
        if source.startswith("./"):
            if not target.endswith(":ro"):
                yield f"may write to {source}"
        elif source not in compose["volumes"]:
            yield f"mounts {source}, which is not declared"


def _passwords(service: Compose) -> Iterator[str]:
    for variable, value in service.get("environment", {}).items():
        found = _PASSWORD.search(str(value))
        password = str(value) if re.search("PASSWORD|SECRET|TOKEN", variable) else found and found[1]
        if password not in (None, LOCAL_PASSWORD):
            yield f"{variable} holds a password"

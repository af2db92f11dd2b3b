"""What a worker calls itself to Kafka, by which operators tell our workers in a group from strangers.

The broker adds from where somebody speaks, so no host is in it.
"""


def client_id(service: str, release: str) -> str:
    """Of a worker of this service and release."""
    return f"koppeling-{service}-{release}"


def release_of(found: str, service: str) -> str | None:
    """The release of a worker of this service that calls itself so; None of anybody else."""
    ours = client_id(service, "")
    return found.removeprefix(ours) if found.startswith(ours) else None

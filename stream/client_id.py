"""A worker's name for Kafka, by which operators tell our workers in a group from strangers.

It has no host in it, because the broker adds that.
"""


def client_id(service: str, release: str) -> str:
    """Of a worker of this service and release."""
    return f"koppeling-{service}-{release}"


def release_of(found: str, service: str) -> str | None:
    """The release of this service's worker with that name; None for anybody else."""
    ours = client_id(service, "")
    return found.removeprefix(ours) if found.startswith(ours) else None

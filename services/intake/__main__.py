"""`python -m services.intake`."""

from services.intake.decide import service
from services.intake.settings import IntakeSettings
from stream.run import Deployment, main


async def build(settings: IntakeSettings) -> Deployment:
    """The service under the terms of the environment."""
    return Deployment(service(settings.terms()))


if __name__ == "__main__":
    main(build, IntakeSettings)

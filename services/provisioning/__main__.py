"""`python -m services.provisioning`."""

from services.provisioning.decide import service
from services.provisioning.settings import ProvisioningSettings
from stream.run import Deployment, main


async def build(settings: ProvisioningSettings) -> Deployment:
    """The service under the terms of the environment."""
    return Deployment(service(settings.terms()))


if __name__ == "__main__":
    main(build, ProvisioningSettings)

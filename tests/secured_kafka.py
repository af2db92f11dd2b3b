"""A Kafka as a company has it: encrypted, with logins, and with nothing allowed that no rule allows."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest
from certificate import self_signed
from pydantic import SecretStr

from sandbox.kafka import KafkaCluster, KafkaNode, read_warmth
from sandbox.kafka_jars import kafka_store
from sandbox.ports import LOOPBACK, choose_ports
from sandbox.supervisor import Supervisor
from schemas.access import Permission
from stream.kafka_access import KafkaAccess

_RESOURCES = {"topic": 2, "group": 3}
_OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8}
_LITERAL, _ALLOW = 3, 3
"""Kafka's own numbers."""
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True)
class SecuredKafka:
    """`outer` is encrypted and takes logins; `inner` is the broker's own listener, in clear, and may do everything."""

    inner: KafkaAccess
    outer: str
    authorities: Path
    passwords: Mapping[str, str]

    def access(self, name: str) -> KafkaAccess:
        """How this principal logs in."""
        password = SecretStr(self.passwords[name])
        return KafkaAccess(self.outer, "SASL_SSL", "SCRAM-SHA-512", name, password, self.authorities)

    def variables(self, name: str) -> dict[str, str]:
        """The same, as environment variables of a process."""
        return {
            "KOPPELING_KAFKA_BOOTSTRAP": self.outer,
            "KOPPELING_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KOPPELING_KAFKA_USERNAME": name,
            "KOPPELING_KAFKA_PASSWORD": self.passwords[name],
            "KOPPELING_KAFKA_CA_FILE": str(self.authorities),
        }

    async def allow(self, permissions: Iterable[Permission]) -> None:
        """Allow exactly these, each by a rule for one literal name."""
        client = AIOKafkaClient(**self.inner.arguments())
        await client.bootstrap()
        try:
            said = await asyncio.gather(*[client.send(client.get_random_node(), _rule(one)) for one in permissions])
            assert {code for one in said for code, *_ in one.creation_responses} == {0}
        finally:
            await client.close()


@asynccontextmanager
async def secured_kafka(folder: Path, names: Iterable[str]) -> AsyncIterator[SecuredKafka]:
    """One node with a login for each of these names, none of whom may do anything yet."""
    jars = kafka_store()
    ports = choose_ports(("inner", "controller", "outer"), remembered_in=folder / "ports.json")
    passwords = {name: f"password-of-{name}" for name in names}
    certificate = self_signed(folder)
    node = KafkaNode(1, ports["inner"], ports["controller"], folder / "1", folder / "kafka.log")
    more = _more(ports, certificate)
    cluster = KafkaCluster((node,), folder, jars.classpath(), read_warmth(jars.warmth), more, passwords)
    supervisor = Supervisor(held=folder / "held", changed=lambda: None, asking=False)
    supervisor.new_rank()
    try:
        for step in cluster.format_steps():
            await supervisor.run(step)
        await supervisor.start_all(cluster.specs())
        yield SecuredKafka(cluster.access, f"{LOOPBACK}:{ports['outer']}", certificate, passwords)
    finally:
        await supervisor.stop()


def _rule(one: Permission) -> CreateAclsRequest:
    resource = _RESOURCES[one.resource], one.name, _LITERAL
    return CreateAclsRequest(*resource, f"User:{one.principal}", "*", _OPERATIONS[one.operation], _ALLOW)


def _more(ports: Mapping[str, int], certificate: Path) -> dict[str, object]:
    inner, outer = f"INNER://{LOOPBACK}:{ports['inner']}", f"OUTER://{LOOPBACK}:{ports['outer']}"
    return {
        "listeners": f"{inner},{outer},CONTROLLER://{LOOPBACK}:{ports['controller']}",
        "advertised.listeners": f"{inner},{outer}",
        "listener.security.protocol.map": "INNER:PLAINTEXT,OUTER:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "INNER",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.outer.scram-sha-512.sasl.jaas.config": _SCRAM,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": certificate,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": "User:ANONYMOUS",
    }

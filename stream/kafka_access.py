"""How Kafka is reached: where, encrypted or not, and as whom. Every client of Kafka is made with this one value.

There is no login without encryption: a password that is sent in clear may be anybody's.
"""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from stream.environment import CONFIG, PREFIX

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_SSL"]
SaslMechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]

_ADDRESS = re.compile(r"\s*(?:[^\s:,/\[\]]+|\[[0-9a-fA-F:]+(?:%[^\s:,/\[\]]+)?\])(?::([0-9]{1,5}))?\s*")
_PORTS = range(1, 65_536)


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """`bootstrap` is a list of HOST:PORT with commas; without a port aiokafka takes 9092.

    Without `ca_file` the machine's own authorities are trusted.
    """

    bootstrap: str
    protocol: SecurityProtocol = "PLAINTEXT"
    mechanism: SaslMechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None

    @property
    def principal(self) -> str:
        """Our name in Kafka's access rules, unless the cluster maps names."""
        return f"User:{self.username or 'ANONYMOUS'}"

    def tls(self) -> ssl.SSLContext | None:
        """What encrypts, and checks the brokers' certificates; None in clear. Raises OSError for a file that is none.

        An SSLError is an OSError.
        """
        return None if self.protocol == "PLAINTEXT" else ssl.create_default_context(cafile=self.ca_file)

    def arguments(self) -> dict[str, Any]:
        """What each client of aiokafka's is made with, by aiokafka's names."""
        told = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.protocol,
            "ssl_context": self.tls(),
        }
        if self.protocol != "SASL_SSL" or self.password is None:
            return told
        login = {"sasl_plain_username": self.username, "sasl_plain_password": self.password.get_secret_value()}
        return told | {"sasl_mechanism": self.mechanism} | login


class KafkaAccessSettings(BaseSettings):
    """The same from the environment. Each fault is reported under its own variable, beside all others."""

    model_config = CONFIG

    kafka_bootstrap: str
    kafka_security_protocol: SecurityProtocol = "PLAINTEXT"
    kafka_sasl_mechanism: SaslMechanism = "SCRAM-SHA-512"
    kafka_username: str | None = Field(default=None, min_length=1, validate_default=True)
    kafka_password: SecretStr | None = Field(default=None, min_length=1, validate_default=True)
    kafka_ca_file: Path | None = Field(default=None, description="PEM; otherwise this machine's own authorities")

    @field_validator("kafka_bootstrap")
    @classmethod
    def _names_brokers(cls, value: str) -> str:
        found = [_ADDRESS.fullmatch(server) for server in value.split(",")]
        if not all(address and (address[1] is None or int(address[1]) in _PORTS) for address in found):
            raise ValueError("is no list of HOST:PORT, separated by commas")
        return value

    @field_validator("kafka_username", "kafka_password")
    @classmethod
    def _belongs_to_a_login(cls, value: object, info: ValidationInfo) -> object:
        protocol = info.data.get("kafka_security_protocol")
        if protocol == "SASL_SSL" and value is None:
            raise ValueError(f"is not set, and {PREFIX}KAFKA_SECURITY_PROTOCOL=SASL_SSL logs in with it")
        if protocol in {"PLAINTEXT", "SSL"} and value is not None:
            raise ValueError(f"is set, and {PREFIX}KAFKA_SECURITY_PROTOCOL={protocol} logs nobody in: SASL_SSL does")
        return value

    @field_validator("kafka_ca_file")
    @classmethod
    def _holds_authorities(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return value
        if info.data.get("kafka_security_protocol") == "PLAINTEXT":
            raise ValueError(f"is set, and {PREFIX}KAFKA_SECURITY_PROTOCOL=PLAINTEXT checks no certificate")
        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"holds no certificates in PEM that can be read ({type(error).__name__})") from None
        return value

    @property
    def kafka_access(self) -> KafkaAccess:
        """How Kafka is reached."""
        return KafkaAccess(
            self.kafka_bootstrap,
            self.kafka_security_protocol,
            self.kafka_sasl_mechanism,
            self.kafka_username,
            self.kafka_password,
            self.kafka_ca_file,
        )

"""How the notifier sends: the mail server, and the limits of a sender. Units are in the names."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from payroll.correction_code import KEY_BYTES_MIN, CorrectionCodes
from services.notifier.mails.message import one_address
from stream import crash
from stream.environment import CONFIG, PREFIX
from stream.settings import Settings
from stream.step import Step

SENDER_CRASH_POINTS = ("claim", "body_started", "data", "sent")

Tls = Literal["none", "offered", "starttls", "tls"]
Address = Annotated[str, AfterValidator(one_address)]


class SenderSettings(BaseSettings):
    """What a sender needs to know.

    A claim that nobody renews goes back after `claim_s`. While its mail is being sent, the claim is renewed every
    quarter of that time.
    """

    model_config = CONFIG

    smtp_host: str = Field(min_length=1)
    smtp_port: int = Field(ge=1, le=65535)
    smtp_tls: Tls = Field(default="offered", description="starttls and tls: or no mail goes out")
    smtp_username: str | None = Field(default=None, min_length=1, validate_default=True)
    smtp_password: SecretStr | None = Field(default=None, min_length=1, validate_default=True)
    mail_from: Address = "koppeling@salariskoppeling.example"
    mail_reply_to: Address = "vragen@salariskoppeling.example"
    smtp_connections: int = Field(default=8, ge=1, le=64)
    smtp_timeout_s: float = Field(default=30, gt=0, le=3600, description="for each answer of the server")
    mails_per_connection_max: int = Field(default=100, ge=1)
    mail_attempts_max: int = Field(default=81, ge=1, description="three days, by the pauses below")
    mail_retry_s: float = Field(default=10, gt=0, description="doubled by each attempt")
    mail_retry_s_max: float = Field(default=3600, gt=0)
    mail_poll_s: float = Field(default=1, gt=0)
    claim_s: float = Field(default=10, gt=0)
    reconnect_s: float = Field(default=0.5, gt=0, description="doubled by each failure in a row")
    reconnect_s_max: float = Field(default=5, gt=0)

    @field_validator("smtp_username", "smtp_password")
    @classmethod
    def _goes_out_encrypted(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("smtp_tls") in {"none", "offered"}:
            tls = f"{PREFIX}SMTP_TLS={info.data['smtp_tls']}"
            raise ValueError(f"is set, and {tls} may send it in clear: starttls and tls never do")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _makes_a_login(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "smtp_username" in info.data and (value is None) != (info.data["smtp_username"] is None):
            raise ValueError(f"{PREFIX}SMTP_USERNAME and this make a login together, and one of them is not set")
        return value

    @property
    def mail_domain(self) -> str:
        """The host that we present ourselves as, also used in the ids of our messages."""
        return self.mail_from.partition("@")[2]

    @property
    def verdict_s(self) -> float:
        """How long after BODY_STARTED its sender may still note an end; an older row becomes UNCERTAIN."""
        return self.claim_s + 2 * self.smtp_timeout_s


class NotifierSettings(SenderSettings, Settings):
    """A worker's settings and those of the sender beside it; the key of the correction codes is intake's too."""

    correction_key: SecretStr = Field(min_length=KEY_BYTES_MIN)
    crash_at: str | None = Field(default=None, pattern=crash.one_of(*Step, *SENDER_CRASH_POINTS))

    @property
    def codes(self) -> CorrectionCodes:
        """What writes the codes into mails."""
        return CorrectionCodes(self.correction_key.get_secret_value().encode())

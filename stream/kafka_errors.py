"""Translates what Kafka's client raises into our tree of errors (stream/errors.py)."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    BrokerResponseError,
    ClusterAuthorizationFailedError,
    CommitFailedError,
    GroupAuthorizationFailedError,
    IllegalGenerationError,
    IllegalSaslStateError,
    IllegalStateError,
    InconsistentGroupProtocolError,
    InvalidSessionTimeoutError,
    KafkaConnectionError,
    KafkaError,
    OffsetOutOfRangeError,
    ProducerFenced,
    RebalanceInProgressError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownMemberIdError,
    UnsupportedSaslMechanismError,
)

from stream.environment import PREFIX
from stream.errors import (
    AccessDenied,
    Fenced,
    PublishRefused,
    SettingRefused,
    StateWentBack,
    StreamError,
    TransportUnavailable,
)
from stream.kafka_access import KafkaAccess

ASKED_MS_MAX = 5_000
_NO_LOGIN = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
_KINDS = {
    TopicAuthorizationFailedError: "topic",
    GroupAuthorizationFailedError: "group",
    # Raised to an idempotent producer that may write no topic at all; it needs no other right on the cluster.
    ClusterAuthorizationFailedError: "every topic that it writes",
}
DENIALS = tuple(_KINDS)


@contextmanager
def translated(access: KafkaAccess) -> Iterator[None]:
    """Raise whatever Kafka's client raises within as an error of ours."""
    try:
        yield
    except StreamError:
        raise
    except DENIALS as error:
        raise AccessDenied(denial(access, error)) from None
    except (CommitFailedError, IllegalGenerationError, UnknownMemberIdError, RebalanceInProgressError) as error:
        raise Fenced(type(error).__name__) from None
    except IllegalStateError:
        raise Fenced("the partition is not assigned") from None
    except OffsetOutOfRangeError as error:
        ((place, position),) = error.args[0].items()
        raise StateWentBack(f"{place.topic}/{place.partition}: position {position} is outside the log") from None
    except InconsistentGroupProtocolError as error:
        raise TransportUnavailable(f"another program holds places in our group: {type(error).__name__}") from error
    except InvalidSessionTimeoutError:
        bounds = "group.min.session.timeout.ms and group.max.session.timeout.ms"
        raise SettingRefused(f"{PREFIX}SESSION_TIMEOUT_MS is not within the brokers' {bounds}") from None
    except (KafkaError, OSError, TimeoutError) as error:
        raise TransportUnavailable(type(error).__name__) from error


@contextmanager
def acknowledged() -> Iterator[None]:
    """The sequence of a refused batch is never written, and the broker accepts none after such a gap."""
    try:
        yield
    except DENIALS:
        raise
    except (BrokerResponseError, ProducerFenced) as error:
        if error.retriable:
            raise
        raise PublishRefused(type(error).__name__) from error


async def refuse_barred(client: AIOKafkaClient, topics: Sequence[str]) -> None:
    """Raise TopicAuthorizationFailedError if we may not see one of these, which all seem to be missing.

    Kafka leaves such topics out of its list of all topics, and says so only if one is asked for by name.
    """
    if not topics:
        return
    await client.set_topics(topics)
    if barred := client.cluster.unauthorized_topics.intersection(topics):
        raise TopicAuthorizationFailedError(barred)


def denial(access: KafkaAccess, error: KafkaError) -> str:
    """Who may not do what, and where the needed permissions are described."""
    named = error.args[0] if error.args else ()
    # The argument is a name, a sentence that ends with it, or a collection of names.
    names = named.split()[-1:] if isinstance(named, str) else sorted(map(str, named))
    what = f"{_KINDS[type(error)]} {', '.join(names)}".rstrip()
    return (
        f"Kafka's access rules give {access.principal} too little at {what} ({type(error).__name__}): "
        "`koppeling acls` lists every permission that is needed"
    )


async def refusal(access: KafkaAccess) -> str | None:
    """Why we are not let in, if it is the login or the certificate; None if it is something else, or nothing.

    A client that could not connect gives no reason, so this asks the brokers once more, by hand.
    """
    if access.protocol == "PLAINTEXT":
        return None
    arguments = access.arguments()
    for host, port, _ in collect_hosts(arguments.pop("bootstrap_servers")):
        try:
            connection = await create_conn(host, port, request_timeout_ms=ASKED_MS_MAX, **arguments)
        except _NO_LOGIN as error:
            return (
                f"Kafka at {host}:{port} does not let {access.principal} in ({type(error).__name__}): look at "
                f"{PREFIX}KAFKA_USERNAME, {PREFIX}KAFKA_PASSWORD and {PREFIX}KAFKA_SASL_MECHANISM"
            )
        except ssl.SSLCertVerificationError as error:
            return (
                f"the certificate of Kafka at {host}:{port} is not trusted ({error.verify_message}): look at "
                f"{PREFIX}KAFKA_CA_FILE, and whether the certificate names that host"
            )
        except (KafkaError, OSError, TimeoutError):
            continue
        else:
            connection.close()
            return None
    return None


async def check_access(access: KafkaAccess, group: str, topics: Sequence[str]) -> None:
    """For callers that leave the rest to a library, which only logs what it may not read, and goes on.

    Raises AccessDenied, but nothing if Kafka is away.
    """
    with suppress(TransportUnavailable), translated(access):
        client = AIOKafkaClient(**access.arguments(), request_timeout_ms=ASKED_MS_MAX)
        try:
            await client.bootstrap()
            await refuse_barred(client, topics)
            await client.coordinator_lookup(CoordinationType.GROUP, group)
        except GroupAuthorizationFailedError:
            raise GroupAuthorizationFailedError(group) from None
        except KafkaConnectionError:
            if why := await refusal(access):
                raise AccessDenied(why) from None
        finally:
            await client.close()

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from faults.real.kafka_wire import KafkaExchange
from faults.real.postgres_wire import PostgresExchange
from faults.real.smtp_wire import SmtpExchange
from faults.real.wire import Exchange, Reply


def kafka_request(api_key: int, correlation: int) -> bytes:
    body = api_key.to_bytes(2) + (3).to_bytes(2) + correlation.to_bytes(4) + b"client"
    return len(body).to_bytes(4) + body


def kafka_reply(correlation: int) -> bytes:
    body = correlation.to_bytes(4) + b"whatever it says"
    return len(body).to_bytes(4) + body


def postgres(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4) + body


SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)
START_UP = (12).to_bytes(4) + (196608).to_bytes(4) + b"user"
READY = postgres(b"Z", b"I")


def seen(exchange: Exchange, data: bytes) -> list[tuple[Reply | None, bytes]]:
    return list(exchange.answered(data))


def replies(exchange: Exchange, data: bytes) -> list[Reply]:
    return [reply for reply, _ in seen(exchange, data) if reply is not None]


def started() -> PostgresExchange:
    exchange = PostgresExchange()
    exchange.asked(SSL_REQUEST)
    assert seen(exchange, b"N") == [(None, b"N")]
    exchange.asked(START_UP)
    assert replies(exchange, postgres(b"R", bytes(4)) + READY) == []
    return exchange


def test_kafka_s_replies_are_known_by_what_was_asked_under_their_number() -> None:
    exchange = KafkaExchange()
    exchange.asked(kafka_request(1, 7) + kafka_request(0, 8) + kafka_request(8, 9))
    assert seen(exchange, kafka_reply(7) + kafka_reply(8) + kafka_reply(9)) == [
        (None, kafka_reply(7)),
        (Reply.PRODUCE, kafka_reply(8)),
        (Reply.OFFSET_COMMIT, kafka_reply(9)),
    ]


def test_the_reply_to_a_statement_of_one_s_own_is_the_server_s_ready() -> None:
    exchange = started()
    exchange.asked(postgres(b"Q", b"update effect set x;\0"))
    assert seen(exchange, postgres(b"C", b"UPDATE 1\0") + READY) == [
        (None, postgres(b"C", b"UPDATE 1\0")),
        (Reply.LEDGER, READY),
    ]
    assert replies(exchange, READY) == []


def test_a_prepared_statement_is_known_by_its_name_when_it_is_run_again() -> None:
    exchange = started()
    exchange.asked(postgres(b"P", b"s1\0select settle($1)\0\0\0") + postgres(b"D", b"Ss1\0") + postgres(b"S", b""))
    assert replies(exchange, READY) == []
    for _ in range(2):
        exchange.asked(postgres(b"B", b"\0s1\0") + postgres(b"E", b"\0" + bytes(4)) + postgres(b"S", b""))
        assert replies(exchange, READY) == [Reply.SETTLE]
    exchange.asked(postgres(b"B", b"\0s2\0") + postgres(b"S", b""))
    assert replies(exchange, READY) == []


def test_the_line_after_the_final_dot_says_that_the_mail_was_accepted() -> None:
    exchange = SmtpExchange()
    exchange.asked(b"MAIL FROM:<a>\r\nRCPT TO:<b>\r\n")
    assert replies(exchange, b"250 ok\r\n250 ok\r\n") == []
    exchange.asked(b"DATA\r\n")
    assert replies(exchange, b"354 go on\r\n") == []
    exchange.asked(b"Subject: x\r\n\r\ny\r\n.")
    exchange.asked(b"\r\n")
    assert replies(exchange, b"250 kept\r\n") == [Reply.ACCEPTED]
    exchange.asked(b"QUIT\r\n")
    assert replies(exchange, b"250 odd\r\n") == []


def test_a_refused_body_is_no_accepted_mail() -> None:
    exchange = SmtpExchange()
    exchange.asked(b"x\r\n.\r\n")
    assert replies(exchange, b"451 later\r\n") == []


@given(st.lists(st.integers(0, 200), max_size=8))
def test_it_does_not_matter_in_what_pieces_bytes_come(cuts: list[int]) -> None:
    request = kafka_request(0, 1) + kafka_request(8, 2)
    reply = kafka_reply(1) + kafka_reply(2)
    exchange = KafkaExchange()
    edges = sorted({0, len(request), *(cut for cut in cuts if cut < len(request))})
    for start, end in pairwise(edges):
        exchange.asked(request[start:end])
    edges = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
    found = [one for start, end in pairwise(edges) for one in seen(exchange, reply[start:end])]
    assert [name for name, _ in found] == [Reply.PRODUCE, Reply.OFFSET_COMMIT]
    assert b"".join(whole for _, whole in found) == reply

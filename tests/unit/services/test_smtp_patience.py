"""A silent mail server is waited for as the settings say, however soon a service gives other servers up."""

import asyncio
import socket
from typing import Any

import pytest
from sending import settings
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.smtp_connection import SmtpServer
from stream.half_open import WatchfulLoop


class Seen(WatchfulLoop):
    """Knows the last connection that was made in it."""

    async def create_connection(self, *arguments: Any, **more: Any) -> Any:
        self.last, protocol = await super().create_connection(*arguments, **more)
        return self.last, protocol


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has it")
@pytest.mark.parametrize(("timeout_s", "whole_ms"), [(7.5, 8_000), (600, 600_000), (3_600, 3_600_000)])
def test_a_mail_server_may_be_silent_for_as_long_as_the_settings_say(timeout_s: float, whole_ms: int) -> None:
    async def silence_ms(loop: Seen) -> int:
        async with smtp_stub(SmtpStub()) as stub:
            connection = await SmtpServer(settings(stub.port, smtp_timeout_s=timeout_s))()
            option: int = loop.last.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            connection.close()
            return option

    loop = Seen()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(silence_ms(loop)) == whole_ms

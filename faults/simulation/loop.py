"""An event loop without threads, sockets or real time, shared by processes that can be stopped and killed.

Whose turn it is, is the seed's choice; within a process callbacks run in the order in which they became ready, as
asyncio promises. When nobody can go on, the clock jumps to the next timer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from random import Random
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Turn:
    """A callback that is to run, or a timer's."""

    __slots__ = ("args", "at_s", "callback", "context", "gone")

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...], context: Context, at_s: float) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self.at_s = at_s
        self.gone = False

    def cancel(self) -> None:
        """Do not run it."""
        self.gone = True

    def cancelled(self) -> bool:
        """Whether it will not run."""
        return self.gone

    def when(self) -> float:
        """When it is due."""
        return self.at_s


PROCESS: "ContextVar[Scheduled]" = ContextVar("process")


class Scheduled:
    """One process as the loop sees it: what it will do next, and whether it may."""

    __slots__ = ("context", "dead", "listed", "name", "ready", "stopped", "tasks")

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready: deque[Turn] = deque()
        self.tasks: list[asyncio.Task[Any]] = []
        self.listed = False
        self.stopped = False
        self.dead = False
        self.context = copy_context()
        self.context.run(PROCESS.set, self)


class VirtualLoop:
    """What asyncio's tasks, futures and timeouts need of a loop, and nothing else."""

    def __init__(self, random: Random) -> None:
        self._random = random.random
        self._now_s = 0.0
        self._timers: list[tuple[float, int, Turn]] = []
        self._timer_count = 0
        self._runnable: list[Scheduled] = []
        self._as_asyncio_has_it = cast("asyncio.AbstractEventLoop", self)
        self._world = Scheduled("world")
        self._processes = [self._world]
        self.turns = 0
        self.running = self._world

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run until this is done; whatever else is under way then is thrown away.

        Raises:
            RuntimeError: nobody can go on, and no timer is set.
        """
        asyncio._set_running_loop(self._as_asyncio_has_it)  # noqa: SLF001 (how a loop says that it runs)
        try:
            task = self.spawn(self._world, main)
            while not task.done():
                self._step()
            return task.result()
        finally:
            self._throw_away()
            asyncio._set_running_loop(None)  # noqa: SLF001

    def process(self, name: str) -> Scheduled:
        """One more process."""
        process = Scheduled(name)
        self._processes.append(process)
        return process

    def spawn(self, process: Scheduled, main: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin a task of this process."""
        return self.create_task(main, context=process.context.copy())

    def kill(self, process: Scheduled) -> None:
        """Let nothing of it ever run again: no `except`, no `finally`, as SIGKILL has it."""
        process.dead = True
        process.ready.clear()
        self._unlist(process)

    def stop_process(self, process: Scheduled) -> None:
        """SIGSTOP."""
        process.stopped = True
        self._unlist(process)

    def continue_process(self, process: Scheduled) -> None:
        """SIGCONT; what became due meanwhile runs first."""
        process.stopped = False
        self._list(process)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._now_s

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Turn:
        """Run it in its process's turn."""
        turn = Turn(callback, args, context or copy_context(), self._now_s)
        self._ready(turn)
        return turn

    def call_at(self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Turn:
        """Run it at this time."""
        turn = Turn(callback, args, context or copy_context(), when)
        self._timer_count += 1
        heappush(self._timers, (when, self._timer_count, turn))
        return turn

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Turn:
        """Run it after so many seconds."""
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def outside(self, delay: float, callback: Callable[[], object]) -> Turn:
        """Run it after so many seconds, as nobody's: whoever asks may be dead by then."""
        return self.call_at(self._now_s + delay, callback, context=self._world.context)

    def for_process(self, process: Scheduled, delay: float, callback: Callable[[], object]) -> Turn:
        """Run it after so many seconds in the turn of this process: something from outside reaches it."""
        return self.call_at(self._now_s + delay, callback, context=process.context)

    @property
    def outside_context(self) -> Context:
        """What runs in it is no process's: no kill ends it."""
        return self._world.context

    def create_future(self) -> "asyncio.Future[Any]":
        """A future of this loop."""
        return asyncio.Future(loop=self._as_asyncio_has_it)

    def create_task(
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> "asyncio.Task[T]":
        """A task of the process that asks; kept, so that a killed one is not closed either."""
        task = asyncio.Task(coro, loop=self._as_asyncio_has_it, name=name, context=context)
        process = (context or copy_context()).get(PROCESS, self._world)
        process.tasks.append(task)
        return task

    def get_debug(self) -> bool:
        """No."""
        return False

    def is_running(self) -> bool:
        """Yes."""
        return True

    def is_closed(self) -> bool:
        """No."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """A killed task whose error nobody fetched is no news; every process's end is looked at by who started it."""

    def _step(self) -> None:
        runnable = self._runnable
        if not runnable:
            self._next_timer()
            return
        index = int(self._random() * len(runnable)) if len(runnable) > 1 else 0
        process = runnable[index]
        turn = process.ready.popleft()
        if not process.ready:
            process.listed = False
            runnable[index] = runnable[-1]
            runnable.pop()
        if not turn.gone:
            self.turns += 1
            self.running = process
            turn.context.run(turn.callback, *turn.args)
            self.running = self._world

    def _next_timer(self) -> None:
        if not self._timers:
            raise RuntimeError("nobody can go on")
        when, _, turn = heappop(self._timers)
        if not turn.gone:
            self._now_s = max(self._now_s, when)
            self._ready(turn)

    def _ready(self, turn: Turn) -> None:
        process = turn.context.get(PROCESS, self._world)
        if not process.dead:
            process.ready.append(turn)
            if not process.listed:
                self._list(process)

    def _list(self, process: Scheduled) -> None:
        if process.ready and not (process.listed or process.stopped or process.dead):
            process.listed = True
            self._runnable.append(process)

    def _unlist(self, process: Scheduled) -> None:
        if process.listed:
            process.listed = False
            self._runnable.remove(process)

    def _throw_away(self) -> None:
        """End every task where it stands, the killed ones too, so that the collector finds nothing under way."""
        self._timers.clear()
        for process in self._processes:
            process.dead = process.stopped = False
            process.ready.clear()
            process.listed = False
        self._runnable.clear()
        pending = [task for process in self._processes for task in process.tasks if not task.done()]
        for task in pending:
            task.cancel()
        for _ in range(100 * len(pending)):
            if not self._runnable:
                break
            self._step()
        for task in pending:
            if not task.done():
                # Killed between two turns: nothing would wake it to be cancelled.
                with suppress(RuntimeError):
                    task.get_coro().close()

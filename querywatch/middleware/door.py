"""The middleware: pure ASGI, so that background tasks and streams stay what they are."""

from __future__ import annotations

import random
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from querywatch import capture
from querywatch.errors import ConfigurationError
from querywatch.middleware.exchange import Exchange
from querywatch.middleware.followers import Followers
from querywatch.middleware.guard import attempt
from querywatch.settings import Mode, Settings
from querywatch.sinks import default_sinks
from querywatch.watch import QueryWatch
from querywatch.watch.routes import method_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from querywatch.watch import Recorder

# Its presence in a scope tells a second middleware that the request is watched already.
_MARK: Final = "querywatch"

_announcing: Final = Lock()
_announced: list[str] = []


class QueryWatchMiddleware:
    """Record each HTTP request and WebSocket of *app* and report what is wrong with it.

    Options left None come from the environment, then from pyproject.toml; `Settings` says what
    each means. *watch* brings detectors and sinks of one's own, and cannot be given together
    with the limits, which belong to its detectors. Where two of these middlewares are around
    one another, the outer one records. Raises ConfigurationError.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        mode: Mode | None = None,
        max_queries: int | None = None,
        max_db_seconds: float | None = None,
        slow_seconds: float | None = None,
        exclude: Iterable[str] | None = None,
        sample_rate: float | None = None,
        server_timing: bool | None = None,
        watch: QueryWatch | None = None,
    ) -> None:
        limits = {
            "max_queries": max_queries,
            "max_db_seconds": max_db_seconds,
            "slow_seconds": slow_seconds,
        }
        door = {
            "mode": mode,
            "exclude": exclude,
            "sample_rate": sample_rate,
            "server_timing": server_timing,
        }
        self.app = app
        if watch is None:
            settings = Settings.load(**limits, **door)
            sinks = () if settings.mode == "observe" else default_sinks()
            watch = QueryWatch(sinks=sinks, settings=settings)
        else:
            _refuse_limits(limits)
            settings = _settings_beside(watch, door)
        self.watch = watch
        self.settings = settings
        self._followers = Followers(watch.sinks)
        self._has_announced = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, recording what it executes."""
        if not self.settings.enabled:
            await self.app(scope, receive, send)
            return
        if not self._has_announced:
            self._has_announced = True
            attempt(self._announce, None)
        if not attempt(lambda: self._watches(scope), otherwise=False):
            await self.app(scope, receive, send)
        elif random.random() >= self.settings.sample_rate:  # noqa: S311 - a sample, not a secret
            with capture.sampled_out():
                await self.app(scope, receive, send)
        else:
            await self._record(scope, receive, send)

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        recorder = attempt(lambda: self.watch.record(method_of(scope)).__enter__(), None)
        if recorder is None:
            await self.app(scope, receive, send)
            return
        scope[_MARK] = True
        self._followers.begin()
        exchange = self._exchange(scope, send, recorder)
        try:
            await self.app(scope, receive, exchange.send)
        except Exception:
            if not exchange.stopped:
                raise
        finally:
            exchange.finish()
            # Left open, a recording would go on taking what its context executes.
            if not attempt(lambda: _ended(recorder), otherwise=False):
                attempt(recorder.abandon, None)
        if exchange.error is not None:
            raise exchange.error

    def _exchange(self, scope: Scope, send: Send, recorder: Recorder) -> Exchange:
        timing = self.settings.server_timing
        if timing is None and "app" in scope:
            timing = attempt(lambda: bool(scope["app"].debug), otherwise=False)
        judge = self.settings.mode == "raise" and scope["type"] == "http"
        return Exchange(
            scope,
            send,
            recorder,
            judge=judge,
            timing=bool(timing),
            followers=self._followers,
        )

    def _watches(self, scope: Scope) -> bool:
        if scope["type"] not in {"http", "websocket"} or _MARK in scope:
            return False
        if scope.get("method") == "OPTIONS":
            return False
        return not self.settings.exclude or not self._excludes(scope)

    def _excludes(self, scope: Scope) -> bool:
        path: str = scope["path"]
        root_path: str = scope.get("root_path", "").rstrip("/")
        inner = path.removeprefix(root_path) if path.startswith(f"{root_path}/") else path
        return any(
            asked == excluded or (excluded != "/" and asked.startswith(f"{excluded}/"))
            for excluded in self.settings.exclude
            for asked in (path, inner)
        )

    def _announce(self) -> None:
        if _announced:
            return
        with _announcing:
            for sink in () if _announced else self.watch.sinks:
                announce = getattr(sink, "announce", None)
                if announce is not None:
                    _announced.append(self.settings.mode)
                    announce(self.settings.mode)


def _ended(recorder: Recorder) -> bool:
    recorder.__exit__(None, None, None)
    return True


def _settings_beside(watch: object, options: dict[str, Any]) -> Settings:
    if not isinstance(watch, QueryWatch):
        raise ConfigurationError(f"watch must be a QueryWatch, not {watch!r}")
    loaded = Settings.load(**options)
    if watch.settings == Settings():
        return loaded
    given = {name: getattr(loaded, name) for name in options if options[name] is not None}
    return replace(watch.settings, enabled=watch.settings.enabled and loaded.enabled, **given)


def _refuse_limits(limits: dict[str, Any]) -> None:
    for name, value in limits.items():
        if value is not None:
            raise ConfigurationError(
                f"{name}={value!r} conflicts with watch=...: give the limit to its detectors"
            )

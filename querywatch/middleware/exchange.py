"""One request on its way through: what was answered, and what is answered instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.errors import FindingsError
from querywatch.middleware.guard import attempt
from querywatch.model import plural
from querywatch.watch.routes import describe

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from querywatch.middleware.followers import Followers
    from querywatch.watch import Recorder

# What an application may go on sending after its response was replaced: enough for any that
# ends, and an end for one that streams for ever.
MAX_IGNORED: Final = 100
_SERVER_ERROR: Final = 500


class ResponseReplacedError(OSError):
    """The application streams on into a response that is over; ASGI's word for that is OSError."""


class Exchange:
    """The response of one request, watched as it leaves.

    `error` is set once a 500 has taken the response's place; what the application sends from
    then on is ignored, and `stopped` tells that it was stopped for sending without end.
    """

    def __init__(
        self,
        scope: Scope,
        send: Send,
        recorder: Recorder,
        *,
        judge: bool,
        timing: bool,
        followers: Followers,
    ) -> None:
        self.error: FindingsError | None = None
        self.stopped = False
        self._scope = scope
        self._send = send
        self._recorder = recorder
        self._judges = judge
        self._times = timing
        self._followers = followers
        self._status: int | None = None
        self._ignored = 0

    async def send(self, message: Message) -> None:
        """Send *message*, or what takes its place."""
        if self.error is not None:
            self._ignore()
            return
        if message["type"] == "http.response.start":
            for instead in self._begin(message):
                self._tell(instead)
                await self._send(instead)
            return
        if message["type"] == "websocket.http.response.start":
            self._status = message.get("status")
        self._tell(message)
        await self._send(message)

    def finish(self) -> None:
        """Tell the recorder what the request was, where the response has not done so."""
        if self._recorder.request is None:
            attempt(self._describe, None)

    def _tell(self, message: Message) -> None:
        # Whoever traces the request may end its span the moment the last message has left.
        if _is_last(message):
            self._followers.before_end(self._recorder.peek)

    def _begin(self, message: Message) -> list[Message]:
        self._status = message.get("status")
        attempt(self._describe, None)
        if self._judges and (answer := attempt(self._judge, None)):
            return answer
        if self._times:
            return [attempt(lambda: self._timed(message), message)]
        return [message]

    def _describe(self) -> None:
        self._recorder.request = describe(self._scope, self._status)

    def _judge(self) -> list[Message] | None:
        if self._status is not None and self._status >= _SERVER_ERROR:
            # The application failed by itself: that is what its client and its log should see.
            return None
        report = self._recorder.peek()
        if not report.findings:
            return None
        error = FindingsError(report)
        answer = _answer(error)
        self._status = _SERVER_ERROR
        attempt(self._describe, None)
        self.error = error
        return answer

    def _timed(self, message: Message) -> Message:
        count, seconds = self._recorder.queries_so_far()
        text = f'db;dur={seconds * 1e3:.1f};desc="{plural(count, "query", "queries")}"'
        header = (b"server-timing", text.encode("ascii"))
        return {**message, "headers": [*message.get("headers", ()), header]}

    def _ignore(self) -> None:
        self._ignored += 1
        if self._ignored > MAX_IGNORED:
            self.stopped = True
            raise ResponseReplacedError("querywatch has answered this request with a 500")


def _is_last(message: Message) -> bool:
    kind: str = message["type"]
    if kind == "http.response.body":
        return not message.get("more_body", False)
    return kind in {"http.response.pathsend", "websocket.close"}


def _answer(error: FindingsError) -> list[Message]:
    body = str(error).encode("utf-8", "backslashreplace")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode("ascii")),
    ]
    return [
        {"type": "http.response.start", "status": _SERVER_ERROR, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]

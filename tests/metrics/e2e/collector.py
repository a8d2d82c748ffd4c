"""A collector of OpenTelemetry's protocol over HTTP, within the process of the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

Attributes = frozenset[tuple[str, str]]
METRICS_PATH = "/v1/metrics"


@dataclass
class Collector:
    """What arrived so far at `url`: the latest data point of each series of each process."""

    url: str = ""
    _points: dict[tuple[str, str, Attributes], Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, body: bytes) -> None:
        """Keep every data point of one export; points are cumulative, so the latest counts."""
        export = ExportMetricsServiceRequest.FromString(body)
        for resource in export.resource_metrics:
            process = dict(_attributes(resource.resource)).get("service.instance.id", "")
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    data = getattr(metric, metric.WhichOneof("data"))
                    with self._lock:
                        for point in data.data_points:
                            self._points[process, metric.name, _attributes(point)] = point

    def total(self, name: str, part: str) -> Counter[Attributes]:
        """Sum one *part* ("value", "count" or "sum") of a metric over all processes."""
        sums: Counter[Attributes] = Counter()
        with self._lock:
            for (_, metric, attributes), point in self._points.items():
                if metric == name:
                    sums[attributes] += _part(point, part)
        return sums

    @property
    def processes(self) -> set[str]:
        """The processes that exported anything."""
        with self._lock:
            return {process for process, _, _ in self._points}


def _attributes(holder: Any) -> Attributes:
    return frozenset((pair.key, pair.value.string_value) for pair in holder.attributes)


def _part(point: Any, part: str) -> Any:
    return getattr(point, point.WhichOneof("value")) if part == "value" else getattr(point, part)


@contextmanager
def collector() -> Iterator[Collector]:
    """Listen on a free loopback port while the block runs."""
    collected = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == METRICS_PATH:
                collected.take(body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        collected.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield collected
        finally:
            server.shutdown()

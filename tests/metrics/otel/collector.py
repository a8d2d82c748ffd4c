"""A collector of OpenTelemetry's protocol over HTTP, which may be made to hang or to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """What arrived: the exports of each signal, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.metrics: list[ExportMetricsServiceRequest] = []
        self.traces: list[ExportTraceServiceRequest] = []
        self.logs: list[ExportLogsServiceRequest] = []
        self.status = 200
        self.answers = Event()
        self.answers.set()
        self.asked = Event()

    def take(self, path: str, body: bytes) -> None:
        """Keep one export."""
        if path == "/v1/metrics":
            self.metrics.append(ExportMetricsServiceRequest.FromString(body))
        elif path == "/v1/traces":
            self.traces.append(ExportTraceServiceRequest.FromString(body))
        else:
            self.logs.append(ExportLogsServiceRequest.FromString(body))

    def values(self, name: str) -> dict[tuple[str, ...], float]:
        """Read the latest export of one metric: the value of a counter, the count of a histogram.

        By the values of the attributes, sorted by their names.
        """
        found = {}
        for resource in self.metrics[-1].resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    if metric.name == name:
                        points = (metric.sum or metric.histogram).data_points
                        points = points or metric.histogram.data_points
                        for point in points:
                            key = tuple(
                                pair.value.string_value
                                for pair in sorted(point.attributes, key=lambda pair: pair.key)
                            )
                            found[key] = (
                                point.count
                                if hasattr(point, "bucket_counts")
                                else point.as_int or point.as_double
                            )
        return found


@contextmanager
def collector() -> Iterator[Collector]:
    """Listen on a free loopback port while the block runs."""
    collected = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collected.asked.set()
            collected.answers.wait(30)
            if collected.status == 200:
                collected.take(self.path, body)
            self.send_response(collected.status)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    collected.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield collected
    finally:
        collected.answers.set()
        server.shutdown()
        server.server_close()
        thread.join()

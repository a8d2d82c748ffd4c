"""Draw the dashboards with Grafana's UI library: `python -m tools.dashboards.draw`.

Needs Prometheus, Chromium, pngquant and node. A Prometheus of its own holds the sample;
each panel's queries are asked of it, and a page of `@grafana/ui`'s components draws the answers.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.prometheus import prometheus
from tools.dashboards import evaluate
from tools.dashboards.backfill import backfill
from tools.dashboards.files import dashboards
from tools.dashboards.grafana import Json
from tools.dashboards.sample import END

HERE = Path(__file__).parent
IMAGES = HERE.parents[2] / "docs" / "images"
WIDTH, CELL, HEADER = 1600, 38, 80
"""Pixels: of the page, of one row of the grid with its gap, of what is above the grid."""
CHROMIUM = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
    # Milliseconds, which pass as fast as the page has nothing left to do.
    "--virtual-time-budget=20000",
)


def main() -> None:
    """Draw every dashboard into `docs/images/`."""
    _build()
    with tempfile.TemporaryDirectory() as folder:
        backfill(Path(folder))
        with prometheus(Path(folder), {}) as server:
            pages = {made["uid"]: _data(server, made) for made in dashboards()}
    for uid, data in pages.items():
        print(_draw(uid, data))


def _build() -> None:
    if not (HERE / "node_modules").is_dir():
        _run("npm", "install", cwd=HERE)
    _run("npm", "run", "--silent", "build", "--", "--logLevel=warn", cwd=HERE)


def _run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, check=True, **options)


def _data(server: evaluate.Api, dashboard: Json) -> Json:
    values = evaluate.chosen(dashboard)
    asking = [one for one in dashboard["templating"]["list"] if one["type"] == "query"]
    return {
        "dashboard": dashboard,
        "values": values,
        "choices": {
            "datasource": [],
            **{one["name"]: evaluate.choices(server, one, values) for one in asking},
        },
        "answers": {
            panel["id"]: {
                target["refId"]: evaluate.answer(server, target, values)
                for target in panel["targets"]
            }
            for panel in evaluate.panels(dashboard)
        },
        "start": END - evaluate.SHOWN,
        "end": END,
    }


def _draw(uid: str, data: Json) -> Path:
    picture = IMAGES / f"{uid}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    places = [panel["gridPos"] for panel in data["dashboard"]["panels"]]
    rows = max(place["y"] + place["h"] for place in places)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page"
        shutil.copytree(HERE / "dist", page)
        (page / "data.json").write_text(json.dumps(data), encoding="utf-8")
        with _served(page) as url:
            size = f"--window-size={WIDTH},{HEADER + rows * CELL}"
            browse = partial(_run, *CHROMIUM, f"--user-data-dir={folder}/profile", size, url)
            shown = browse("--dump-dom", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            _look(uid, shown.decode(), list(evaluate.panels(data["dashboard"])))
            browse(f"--screenshot={picture}", stderr=subprocess.DEVNULL)
    # 256 colours are enough for graphs, and a third of the bytes.
    _run("pngquant", "--force", "--ext=.png", "256", picture)
    return picture


def _look(uid: str, page: str, panels: list[Json]) -> None:
    """End the program if a panel of the page is missing or has nothing to show."""
    missing = [one["title"] for one in panels if f"Panel header {one['title']}" not in page]
    if missing or 'class="no-data"' in page:
        raise SystemExit(f"{uid}: panels are empty or missing: {missing}")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()

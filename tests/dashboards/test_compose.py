"""The compose file and what it mounts fit together; nobody here can run it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from example_app.settings import Settings
from tests.dashboards.conftest import ROOT

FOLDER = ROOT / "dashboards"
PROVISIONING = FOLDER / "grafana" / "provisioning"


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


SERVICES = _read(FOLDER / "compose.yaml")["services"]


def test_every_service_is_there() -> None:
    """The application, Prometheus and Grafana."""
    assert set(SERVICES) == {"bookshop", "prometheus", "grafana"}


def test_images_are_named_exactly_and_without_a_host() -> None:
    """A version each, from wherever the user's Docker gets its images."""
    images = [service["image"] for service in SERVICES.values() if "image" in service]

    assert len(images) == 2
    assert all(re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", image) for image in images)


def test_what_is_mounted_and_built_from_exists() -> None:
    """Each path on the side of the host is a folder or a file of this project."""
    mounted = [one.split(":")[0] for each in SERVICES.values() for one in each.get("volumes", [])]
    build = SERVICES["bookshop"]["build"]

    assert all((FOLDER / path).exists() for path in mounted)
    assert (FOLDER / build["context"] / build["dockerfile"]).is_file()


def test_nothing_listens_beyond_this_machine() -> None:
    """Everyone who reaches Grafana may look: so only the machine itself reaches it."""
    ports = [port for each in SERVICES.values() for port in each["ports"]]

    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_application_exports_its_metrics() -> None:
    """What compose sets is what the bookshop reads."""
    assert Settings.from_environment(SERVICES["bookshop"]["environment"]).metrics


def test_prometheus_scrapes_the_application() -> None:
    """Its target is the service and the port the image listens on."""
    (scraped,) = _read(FOLDER / "prometheus/prometheus.yml")["scrape_configs"]
    ((target,),) = (one["targets"] for one in scraped["static_configs"])

    assert target.split(":")[0] in SERVICES
    assert f"EXPOSE {target.split(':')[1]}" in (ROOT / "example_app/Dockerfile").read_text()


def test_grafana_reads_what_is_mounted() -> None:
    """Dashboards are provisioned from the folder that compose mounts, and from Prometheus."""
    (provider,) = _read(PROVISIONING / "dashboards/querywatch.yml")["providers"]
    (source,) = _read(PROVISIONING / "datasources/querywatch.yml")["datasources"]
    mounted = [one.split(":")[1] for one in SERVICES["grafana"]["volumes"]]

    assert provider["options"]["path"] in mounted
    assert "/etc/grafana/provisioning" in mounted
    assert source["type"] == "prometheus"
    assert re.match(r"http://(\w+):", source["url"])[1] in SERVICES  # type: ignore[index]


def test_grafana_knows_how_often_is_scraped() -> None:
    """$__rate_interval is too short for a rate where the two differ."""
    (source,) = _read(PROVISIONING / "datasources/querywatch.yml")["datasources"]
    scraping = _read(FOLDER / "prometheus/prometheus.yml")["global"]

    assert source["jsonData"]["timeInterval"] == scraping["scrape_interval"]


def test_exemplars_lead_to_traces() -> None:
    """The label is the one the sinks write."""
    (source,) = _read(PROVISIONING / "datasources/querywatch.yml")["datasources"]

    (destination,) = source["jsonData"]["exemplarTraceIdDestinations"]
    assert destination["name"] == "trace_id"


def test_the_image_copies_what_it_needs() -> None:
    """Each path in the Dockerfile exists and is not kept out of the build."""
    lines = (ROOT / "example_app/Dockerfile").read_text(encoding="utf-8").splitlines()
    ignored = (ROOT / "example_app/Dockerfile.dockerignore").read_text(encoding="utf-8")
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]

    assert len(copied) == 7
    assert all((ROOT / name).exists() and f"!{name}\n" in ignored for name in copied)

"""Both sinks say the same to Prometheus: name for name, label for label, number for number."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from querywatch.sinks._metrics.table import POOL_METRICS, REQUEST_METRICS
from tests.metrics.e2e.conftest import Loaded
from tests.metrics.e2e.served import TRANSLATED
from tests.prometheus import check_metrics

pytestmark = pytest.mark.prometheus
# Which process exposes translated figures is left to chance where there are several.
one_worker = pytest.mark.parametrize("loaded", [1], indirect=True, ids=["1-workers"])

OWN = "querywatch_overhead"
Series = tuple[str, frozenset[tuple[str, str]]]


def exposed(loaded: Loaded, path: str = "/metrics") -> str:
    """Scrape what the bookshop exposes, as text."""
    return httpx.get(loaded.shop.url + path, trust_env=False).raise_for_status().text


def series(exposition: str) -> dict[Series, float]:
    """Read the series of querywatch's metrics, without what only one of the exporters knows.

    Those are the scope, of OpenTelemetry, and when a series began and which versions run, of
    Prometheus.
    """
    return {
        (
            sample.name,
            frozenset((k, v) for k, v in sample.labels.items() if "otel_scope" not in k),
        ): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
        if is_shared(sample.name)
    }


def is_shared(name: str) -> bool:
    """Tell the metrics that both have from those of the process and of one exporter."""
    own = name.endswith("_created") or name == "querywatch_build_info"
    return name.startswith("querywatch_") and not own


def test_promtool_has_nothing_to_object_to(loaded: Loaded) -> None:
    """Names, units and help texts follow the rules, in multiprocess mode too."""
    outcome = check_metrics(exposed(loaded))

    assert (outcome.code, outcome.text) == (0, "")


@one_worker
def test_promtool_has_nothing_to_object_to_in_the_translation(loaded: Loaded) -> None:
    """What OpenTelemetry's own exporter makes of the instruments."""
    outcome = check_metrics(exposed(loaded, TRANSLATED))

    assert (outcome.code, outcome.text) == (0, "")


def test_promtool_objects_to_what_is_wrong() -> None:
    """The twin: a counter without `_total`."""
    assert check_metrics("# HELP a_b Something.\n# TYPE a_b counter\na_b 1\n").code != 0


@one_worker
def test_both_have_the_same_series(loaded: Loaded) -> None:
    """One dashboard and one file of rules serve both."""
    prometheus, translated = (series(exposed(loaded, path)) for path in ("/metrics", TRANSLATED))

    assert set(prometheus) == set(translated)


@one_worker
def test_the_series_are_those_of_the_table(loaded: Loaded) -> None:
    """Every metric that was asked for is exposed, with its labels and its buckets."""
    expected = {
        (metric.name, *sorted(metric.labels), *map(str, metric.buckets))
        for metric in (*REQUEST_METRICS, *POOL_METRICS)
    }

    assert families(exposed(loaded)) == expected
    assert families(exposed(loaded, TRANSLATED)) == expected


@one_worker
def test_both_have_the_same_numbers(loaded: Loaded) -> None:
    """But for their own cost, which each tells of itself."""
    prometheus, translated = (
        {key: value for key, value in series(exposed(loaded, path)).items() if OWN not in key[0]}
        for path in ("/metrics", TRANSLATED)
    )

    assert prometheus == pytest.approx(translated)


def families(exposition: str) -> set[tuple[str, ...]]:
    """Read the name of each metric in the table's spelling, its labels and its buckets."""
    found = set()
    for family in text_string_to_metric_families(exposition):
        if not is_shared(family.name):
            continue
        labels = {name for sample in family.samples for name in sample.labels}
        bounds = dict.fromkeys(sample.labels.get("le") for sample in family.samples)
        suffix = "_total" if family.type == "counter" else ""
        found.add(
            (
                family.name + suffix,
                *sorted(label for label in labels - {"le"} if "otel_scope" not in label),
                *(bound for bound in bounds if bound not in {None, "+Inf"}),
            )
        )
    return found

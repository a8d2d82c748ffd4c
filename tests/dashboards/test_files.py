"""What is committed under dashboards/ is what the tool writes."""

from __future__ import annotations

import json

import pytest

from tests.dashboards.conftest import ROOT
from tools.dashboards.files import generated
from tools.dashboards.grafana import Json

COMMITTED = ROOT / "dashboards"


@pytest.mark.parametrize("name", sorted(generated()))
def test_a_generated_file_is_committed_as_it_is_generated(name: str) -> None:
    """Regenerating changes no byte: `python -m tools.dashboards` was run."""
    assert (COMMITTED / name).read_bytes() == generated()[name].encode()


def test_generating_twice_gives_the_same_bytes() -> None:
    """Nothing in a file depends on the time, the machine or the order of a set."""
    assert generated() == generated()


def test_no_dashboard_is_committed_that_is_not_generated() -> None:
    """A dashboard that was renamed leaves nothing behind."""
    committed = {path.name for path in (COMMITTED / "grafana" / "dashboards").iterdir()}

    assert committed == {name.rpartition("/")[2] for name in generated() if "dashboards/" in name}


def test_a_dashboard_can_be_linked_to(dashboard: Json) -> None:
    """Its uid is fixed and within Grafana's 40 characters, and it has no id of one server."""
    assert dashboard["uid"].startswith("querywatch-")
    assert len(dashboard["uid"]) <= 40
    assert "id" not in dashboard
    assert "__inputs" not in dashboard


def test_links_lead_to_dashboards_that_exist() -> None:
    """Each `/d/<uid>` in any file is the uid of a dashboard, and each variable in it is one."""
    files = generated()
    known = {
        made["uid"]: {one["name"] for one in made["templating"]["list"]}
        for made in map(json.loads, (files[name] for name in files if "dashboards/" in name))
    }

    linked = {uid: names for text in files.values() for uid, names in _links(text)}

    assert linked.keys() == known.keys()
    assert all(names <= known[uid] for uid, names in linked.items())


def _links(text: str) -> list[tuple[str, set[str]]]:
    found = []
    for rest in text.split('"/d/')[1:]:
        uid, _, query = rest.partition('"')[0].partition("?")
        names = {part.partition("=")[0] for part in query.split("&") if "=" in part}
        found.append((uid, {name.removeprefix("var-") for name in names}))
    return found

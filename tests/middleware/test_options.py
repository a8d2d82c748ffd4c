"""How the middleware is configured, and what it says when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from querywatch import ConfigurationError, QueryWatch, QueryWatchMiddleware, Report
from querywatch.middleware import door
from querywatch.settings import Settings
from querywatch.sinks import DefaultSink
from querywatch.watch import default_detectors


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this project's own pyproject.toml out of the tests, and announce anew."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(door, "_announced", [])


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("sample_rate", 3, "sample_rate must be between 0 and 1, not 3"),
        ("max_queries", 0, "max_queries must be a whole number above 0, not 0"),
        ("slow_seconds", -1, "slow_seconds must be a number of seconds above 0, not -1"),
        (
            "exclude",
            "/healthz",
            (
                'exclude must be a list of paths such as ["/healthz"],'
                " not the bare string '/healthz'"
            ),
        ),
        ("mode", "shout", "mode must be 'observe', 'warn' or 'raise', not 'shout'"),
    ],
)
def test_a_wrong_option_is_refused_at_construction(option: str, value: Any, words: str) -> None:
    """Before the first request, in words, with the value."""
    with pytest.raises(ConfigurationError) as refused:
        QueryWatchMiddleware(Starlette(), **{option: value})

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("limit", "value"), [("max_queries", 50), ("max_db_seconds", 0.5), ("slow_seconds", 1)]
)
def test_a_limit_beside_a_watch_is_refused(limit: str, value: Any) -> None:
    """The watch has its own detectors: the limit would be without effect."""
    with pytest.raises(ConfigurationError) as refused:
        QueryWatchMiddleware(Starlette(), watch=QueryWatch(), **{limit: value})

    assert str(refused.value) == (
        f"{limit}={value!r} conflicts with watch=...: give the limit to its detectors"
    )


@pytest.mark.parametrize("watch", [42, QueryWatch])
def test_a_watch_that_is_none_is_refused(watch: Any) -> None:
    """A number, or the class instead of one of its values."""
    with pytest.raises(ConfigurationError) as refused:
        QueryWatchMiddleware(Starlette(), watch=watch)

    assert str(refused.value) == f"watch must be a QueryWatch, not {watch!r}"


def test_paths_to_exclude_may_come_from_any_iterable() -> None:
    """A generator is read once, whatever else is configured."""
    watch = QueryWatch(settings=Settings(mode="raise"))
    paths = (path for path in ["/healthz", "/metrics"])

    settings = QueryWatchMiddleware(Starlette(), watch=watch, exclude=paths).settings

    assert settings.exclude == ("/healthz", "/metrics")


def test_limits_reach_the_detectors() -> None:
    """`max_queries=50` is a detector with that limit."""
    middleware = QueryWatchMiddleware(
        Starlette(), max_queries=50, max_db_seconds=0.5, slow_seconds=1
    )

    expected = Settings(max_queries=50, max_db_seconds=0.5, slow_seconds=1)
    assert middleware.watch.detectors == default_detectors(expected)


def test_without_a_watch_findings_go_to_the_default_sinks() -> None:
    """One line in the application is enough to see something."""
    (sink,) = QueryWatchMiddleware(Starlette()).watch.sinks

    assert isinstance(sink, DefaultSink)


def test_a_mode_that_observes_shows_nothing() -> None:
    """It feeds only the sinks one named."""
    assert QueryWatchMiddleware(Starlette(), mode="observe").watch.sinks == ()


def test_options_beside_a_watch_count_more_than_its_settings() -> None:
    """What stands in the line of code is what holds."""
    watch = QueryWatch(settings=Settings(mode="raise", sample_rate=0.5))

    settings = QueryWatchMiddleware(Starlette(), watch=watch, sample_rate=0.25).settings

    assert (settings.mode, settings.sample_rate) == ("raise", 0.25)


def test_a_watch_without_settings_leaves_the_environment_its_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Own sinks are no reason to lose `QUERYWATCH_MODE`."""
    monkeypatch.setenv("QUERYWATCH_MODE", "raise")

    assert QueryWatchMiddleware(Starlette(), watch=QueryWatch()).settings.mode == "raise"


def test_the_environment_switches_off_a_watch_with_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The off switch is stronger than any settings."""
    monkeypatch.setenv("QUERYWATCH_ENABLED", "0")
    watch = QueryWatch(settings=Settings(mode="raise"))

    assert not QueryWatchMiddleware(Starlette(), watch=watch).settings.enabled


class Herald:
    """A sink that keeps what it announced."""

    def __init__(self) -> None:
        self.modes: list[str] = []

    def __call__(self, report: Report) -> None:
        """Take no notice."""

    def announce(self, mode: str) -> None:
        """Keep *mode*."""
        self.modes.append(mode)


def test_the_start_is_announced_once_in_a_process() -> None:
    """By whichever middleware is called first, through the sinks that can."""
    herald = Herald()
    app = Starlette()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[herald, print]))
    second = Starlette()
    second.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[herald]))

    for each in (app, second, app):
        TestClient(each).get("/")

    assert herald.modes == ["warn"]


def test_nothing_is_announced_when_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off is off."""
    monkeypatch.setenv("QUERYWATCH_ENABLED", "0")
    herald = Herald()
    app = Starlette()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[herald]))

    TestClient(app).get("/")

    assert herald.modes == []

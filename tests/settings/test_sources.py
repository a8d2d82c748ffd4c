"""Where an option's value comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywatch.errors import ConfigurationError
from querywatch.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this project's own pyproject.toml and environment out of the tests."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QUERYWATCH_ENABLED", raising=False)


def test_without_any_source_every_option_has_its_default() -> None:
    """Nothing needs to be configured."""
    assert Settings.load() == Settings(
        enabled=True,
        mode="warn",
        max_queries=None,
        max_db_seconds=None,
        slow_seconds=0.5,
        exclude=(),
        sample_rate=1.0,
        server_timing=None,
        app_roots=(),
        ignore=(),
        backend="auto",
        max_recorded=10_000,
    )


def test_pyproject_is_read(tmp_path: Path) -> None:
    """`[tool.querywatch]` holds options under their own names."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.querywatch]\nmode = "raise"\nexclude = ["/healthz"]\nslow_seconds = 1\n'
    )

    assert Settings.load() == Settings(mode="raise", exclude=("/healthz",), slow_seconds=1.0)


def test_the_nearest_pyproject_upwards_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process started in a subdirectory finds its project's file."""
    (tmp_path / "pyproject.toml").write_text("[tool.querywatch]\nmax_queries = 7\n")
    (tmp_path / "src" / "app").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "src" / "app")

    assert Settings.load().max_queries == 7


def test_a_nearer_pyproject_hides_a_farther_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are not merged: the nearest one counts, whatever it holds."""
    (tmp_path / "pyproject.toml").write_text("[tool.querywatch]\nmax_queries = 7\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "pyproject.toml").write_text("[project]\nname = 'inner'\n")
    monkeypatch.chdir(tmp_path / "inner")

    assert Settings.load().max_queries is None


def test_the_environment_overrules_pyproject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment can change what the project wrote down."""
    (tmp_path / "pyproject.toml").write_text("[tool.querywatch]\nmax_queries = 7\n")
    monkeypatch.setenv("QUERYWATCH_MAX_QUERIES", "8")

    assert Settings.load().max_queries == 8


def test_code_overrules_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the application says about itself counts most."""
    monkeypatch.setenv("QUERYWATCH_MAX_QUERIES", "8")

    assert Settings.load(max_queries=9).max_queries == 9


def test_none_in_code_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A door can hand on all its parameters, whichever were given."""
    monkeypatch.setenv("QUERYWATCH_MODE", "observe")

    assert Settings.load(mode=None).mode == "observe"


def test_the_environment_switches_off_whatever_code_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """`QUERYWATCH_ENABLED=0` is the switch that needs no change of code."""
    monkeypatch.setenv("QUERYWATCH_ENABLED", "0")

    assert not Settings.load(enabled=True).enabled


def test_the_environment_does_not_switch_on_what_code_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the off switch is stronger than code."""
    monkeypatch.setenv("QUERYWATCH_ENABLED", "1")

    assert not Settings.load(enabled=False).enabled


@pytest.mark.parametrize(
    ("variable", "text", "option", "value"),
    [
        ("QUERYWATCH_ENABLED", "off", "enabled", False),
        ("QUERYWATCH_ENABLED", "TRUE", "enabled", True),
        ("QUERYWATCH_MODE", "raise", "mode", "raise"),
        ("QUERYWATCH_MAX_QUERIES", " 50 ", "max_queries", 50),
        ("QUERYWATCH_MAX_DB_SECONDS", "0.25", "max_db_seconds", 0.25),
        ("QUERYWATCH_SLOW_SECONDS", "inf", "slow_seconds", float("inf")),
        ("QUERYWATCH_EXCLUDE", "/healthz, /metrics/", "exclude", ("/healthz", "/metrics")),
        ("QUERYWATCH_SAMPLE_RATE", "0.1", "sample_rate", 0.1),
        ("QUERYWATCH_SERVER_TIMING", "yes", "server_timing", True),
        ("QUERYWATCH_APP_ROOTS", "prefect,airflow", "app_roots", ("prefect", "airflow")),
        ("QUERYWATCH_IGNORE", "QW201", "ignore", ("QW201",)),
        ("QUERYWATCH_BACKEND", "cursor", "backend", "cursor"),
        ("QUERYWATCH_MAX_RECORDED", "100", "max_recorded", 100),
    ],
)
def test_each_variable_is_read_by_its_type(
    variable: str, text: str, option: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words become booleans, digits numbers, commas lists."""
    monkeypatch.setenv(variable, text)

    assert getattr(Settings.load(), option) == value


def test_an_empty_variable_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that left a variable blank changes nothing."""
    monkeypatch.setenv("QUERYWATCH_MODE", "")

    assert Settings.load().mode == "warn"


def test_a_variable_of_somebody_else_is_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may use the prefix: an unknown variable is passed over."""
    monkeypatch.setenv("QUERYWATCH_TEST_POSTGRESQL_URL", "postgresql://nowhere")

    assert Settings.load() == Settings()


def test_a_broken_pyproject_is_named(tmp_path: Path) -> None:
    """A file that is not TOML is refused with its path and the parser's word."""
    (tmp_path / "pyproject.toml").write_text("[tool.querywatch\n")

    with pytest.raises(ConfigurationError) as refused:
        Settings.load()

    assert str(refused.value).startswith(f"{tmp_path / 'pyproject.toml'} is not TOML: ")


def test_a_pyproject_that_is_not_text_is_named(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigurationError, match=r"pyproject.toml is not TOML: "):
        Settings.load()


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    """Most projects configure other tools."""
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 100\n")

    assert Settings.load() == Settings()

"""Values an option cannot have, and the words they are refused with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from querywatch.errors import ConfigurationError, QueryWatchError
from querywatch.model import KINDS
from querywatch.settings import Settings
from querywatch.settings.checks import CODES


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this project's own pyproject.toml out of the tests."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)


REFUSED: list[tuple[str, Any, str]] = [
    ("enabled", 1, "enabled must be true or false, not 1"),
    ("mode", "loud", "mode must be 'observe', 'warn' or 'raise', not 'loud'"),
    ("max_queries", 0, "max_queries must be a whole number above 0, not 0"),
    ("max_queries", -5, "max_queries must be a whole number above 0, not -5"),
    ("max_queries", True, "max_queries must be a whole number above 0, not True"),
    ("max_queries", 2.5, "max_queries must be a whole number above 0, not 2.5"),
    ("max_queries", "50", "max_queries must be a whole number above 0, not '50'"),
    ("max_db_seconds", 0, "max_db_seconds must be a number of seconds above 0, not 0"),
    ("max_db_seconds", -0.1, "max_db_seconds must be a number of seconds above 0, not -0.1"),
    ("slow_seconds", False, "slow_seconds must be a number of seconds above 0, not False"),
    ("slow_seconds", float("nan"), "slow_seconds must be a number of seconds above 0, not nan"),
    (
        "exclude",
        "/healthz",
        "exclude must be a list of paths such as [\"/healthz\"], not the bare string '/healthz'",
    ),
    ("exclude", 7, 'exclude must be a list of paths such as ["/healthz"], not 7'),
    (
        "exclude",
        ["/ok", 7],
        'exclude must be a list of paths such as ["/healthz"], all of them words, not 7',
    ),
    ("exclude", ["healthz"], "exclude must hold paths that start with a slash, not 'healthz'"),
    ("sample_rate", 3, "sample_rate must be between 0 and 1, not 3"),
    ("sample_rate", -0.1, "sample_rate must be between 0 and 1, not -0.1"),
    ("sample_rate", True, "sample_rate must be between 0 and 1, not True"),
    ("sample_rate", float("nan"), "sample_rate must be between 0 and 1, not nan"),
    ("server_timing", "yes", "server_timing must be true or false, not 'yes'"),
    (
        "app_roots",
        [""],
        "app_roots must be a list of names such as [\"app\"], all of them words, not ''",
    ),
    ("ignore", ["QW999"], "ignore must hold codes from QW101 to QW407, not 'QW999'"),
    ("ignore", ["n_plus_one"], "ignore must hold codes from QW101 to QW407, not 'n_plus_one'"),
    ("backend", "magic", "backend must be 'auto', 'dialect' or 'cursor', not 'magic'"),
    ("max_recorded", 0, "max_recorded must be a whole number above 0, not 0"),
]


@pytest.mark.parametrize(("option", "value", "words"), REFUSED)
def test_a_wrong_value_in_code_is_refused_with_option_and_value(
    option: str, value: object, words: str
) -> None:
    """The text names both, and what would be right."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(**{option: value})

    assert str(refused.value) == words


@pytest.mark.parametrize(("option", "value", "words"), REFUSED)
def test_a_wrong_value_is_refused_at_construction_too(option: str, value: Any, words: str) -> None:
    """Settings made by hand are held to the same rules."""
    with pytest.raises(ConfigurationError) as refused:
        Settings(**{option: value})

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("QUERYWATCH_SAMPLE_RATE", "3", "QUERYWATCH_SAMPLE_RATE must be between 0 and 1, not 3"),
        (
            "QUERYWATCH_SAMPLE_RATE",
            "half",
            "QUERYWATCH_SAMPLE_RATE must be between 0 and 1, not 'half'",
        ),
        (
            "QUERYWATCH_MAX_QUERIES",
            "many",
            "QUERYWATCH_MAX_QUERIES must be a whole number above 0, not 'many'",
        ),
        ("QUERYWATCH_ENABLED", "maybe", "QUERYWATCH_ENABLED must be true or false, not 'maybe'"),
        (
            "QUERYWATCH_EXCLUDE",
            "healthz",
            "QUERYWATCH_EXCLUDE must hold paths that start with a slash, not 'healthz'",
        ),
        (
            "QUERYWATCH_IGNORE",
            "QW1",
            "QUERYWATCH_IGNORE must hold codes from QW101 to QW407, not 'QW1'",
        ),
    ],
)
def test_a_wrong_variable_is_refused_by_its_name(
    variable: str, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever set the variable reads its name, not that of an option."""
    monkeypatch.setenv(variable, text)

    with pytest.raises(ConfigurationError) as refused:
        Settings.load()

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("sample_rate = 3", "[tool.querywatch] sample_rate must be between 0 and 1, not 3"),
        (
            'exclude = "/healthz"',
            (
                '[tool.querywatch] exclude must be a list of paths such as ["/healthz"],'
                " not the bare string '/healthz'"
            ),
        ),
        (
            "max_querys = 5",
            "unknown option [tool.querywatch] max_querys: did you mean max_queries?",
        ),
    ],
)
def test_a_wrong_value_in_pyproject_is_refused_with_its_table(
    table: str, words: str, tmp_path: Path
) -> None:
    """The text says in which of the places to look."""
    (tmp_path / "pyproject.toml").write_text(f"[tool.querywatch]\n{table}\n")

    with pytest.raises(ConfigurationError) as refused:
        Settings.load()

    assert str(refused.value) == words


def test_a_misspelt_option_is_refused_with_the_nearest_one() -> None:
    """A typo is not silently without effect."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(samplerate=0.5)

    assert str(refused.value) == "unknown option samplerate: did you mean sample_rate?"


def test_an_option_like_no_other_is_refused_with_all_there_are() -> None:
    """Where nothing is near, the text lists every option."""
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(xyzzy=1)

    assert str(refused.value).startswith("unknown option xyzzy: there are enabled, mode,")


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    """`querywatch = 3` below `[tool]` is no table of options."""
    (tmp_path / "pyproject.toml").write_text("[tool]\nquerywatch = 3\n")

    with pytest.raises(ConfigurationError) as refused:
        Settings.load()

    assert str(refused.value) == "[tool.querywatch] must be a table, not 3"


def test_a_refusal_is_both_ours_and_a_value_error() -> None:
    """One root catches everything of querywatch; ValueError is what Python calls it."""
    with pytest.raises(ConfigurationError) as refused:
        Settings(sample_rate=3)

    assert isinstance(refused.value, QueryWatchError)
    assert isinstance(refused.value, ValueError)


def test_right_values_are_taken_in_their_final_form() -> None:
    """Lists become tuples, whole seconds floats, and a closing slash goes."""
    settings = Settings.load(exclude=["/a/", "/"], slow_seconds=2, ignore=["QW101"])

    assert settings == Settings(exclude=("/a", "/"), slow_seconds=2.0, ignore=("QW101",))


def test_the_codes_one_can_ignore_are_those_of_the_rule_book() -> None:
    """Two rooms of one floor keep the list; they keep the same one."""
    assert frozenset(KINDS) == CODES

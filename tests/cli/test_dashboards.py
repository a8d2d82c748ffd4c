"""`querywatch dashboards export DIR`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import querywatch
from querywatch.cli import main
from tests.prometheus import promtool

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "dashboards"
OVERVIEW = Path("grafana/dashboards/querywatch-overview.json")
PROGRAM = "import sys; from querywatch.cli import main; sys.exit(main())"
RULES = Path("prometheus/querywatch.rules.yml")


def _files(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_an_export_is_what_is_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dashboards, rules, provisioning and mixin arrive byte for byte, and each is named."""
    target = tmp_path / "made" / "on demand"

    assert main(["dashboards", "export", str(target)]) == 0

    exported = _files(target)
    committed = _files(COMMITTED)
    assert exported == {
        path: content for path, content in committed.items() if path.name != "compose.yaml"
    }
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(
        str(target / path) for path in exported
    )


def test_what_is_exported_is_a_dashboard(tmp_path: Path) -> None:
    """The file can be imported as it is."""
    main(["dashboards", "export", str(tmp_path)])

    assert json.loads((tmp_path / OVERVIEW).read_text("utf-8"))["uid"] == "querywatch-overview"


def test_exporting_again_changes_nothing(tmp_path: Path) -> None:
    """Files that are already as they should be are in nobody's way."""
    main(["dashboards", "export", str(tmp_path)])

    assert main(["dashboards", "export", str(tmp_path)]) == 0


def test_a_file_that_differs_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing at all is written, and the error names the file and the cure."""
    own = tmp_path / OVERVIEW
    own.parent.mkdir(parents=True)
    own.write_text("mine")

    assert main(["dashboards", "export", str(tmp_path)]) == 1

    assert _files(tmp_path) == {OVERVIEW: b"mine"}
    printed = capsys.readouterr()
    assert printed.out == ""
    assert str(own) in printed.err
    assert "--force" in printed.err


def test_force_overwrites_it(tmp_path: Path) -> None:
    """What differed is then what is shipped."""
    own = tmp_path / OVERVIEW
    own.parent.mkdir(parents=True)
    own.write_text("mine")

    assert main(["dashboards", "export", str(tmp_path), "--force"]) == 0

    assert own.read_bytes() == (COMMITTED / OVERVIEW).read_bytes()


def test_a_file_where_the_folder_should_be_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what is wrong with which path."""
    (tmp_path / "taken").write_text("")

    assert main(["dashboards", "export", str(tmp_path / "taken")]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("querywatch: ")
    assert "taken" in line


def test_a_folder_where_a_file_should_be_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error names it, with and without --force."""
    (tmp_path / OVERVIEW).mkdir(parents=True)

    assert main(["dashboards", "export", str(tmp_path)]) == 1
    assert main(["dashboards", "export", str(tmp_path), "--force"]) == 1
    assert all(OVERVIEW.name in line for line in capsys.readouterr().err.splitlines())


def test_alerts_lead_where_they_are_told_to(tmp_path: Path) -> None:
    """`--runbooks` and `--grafana` go before the path of every link, and nowhere else."""
    main(
        [
            *("dashboards", "export", str(tmp_path)),
            *("--runbooks", "https://wiki.example/db/", "--grafana", "https://grafana.example"),
        ]
    )

    alerts = yaml.safe_load((tmp_path / RULES).read_text("utf-8"))["groups"][1]["rules"]
    for alert in alerts:
        links = alert["annotations"]
        assert links["runbook_url"] == f"https://wiki.example/db/{alert['alert']}.md"
        assert links["dashboard_url"].startswith("https://grafana.example/d/querywatch-")
    assert (tmp_path / OVERVIEW).read_bytes() == (COMMITTED / OVERVIEW).read_bytes()
    assert json.loads((tmp_path / RULES).with_suffix(".json").read_text("utf-8")) == yaml.safe_load(
        (tmp_path / RULES).read_text("utf-8")
    )


@pytest.mark.prometheus
def test_the_tests_of_the_rules_are_exported_with_them(tmp_path: Path) -> None:
    """Whoever changes a rule can test it, with links of one's own as well."""
    main(["dashboards", "export", str(tmp_path), "--runbooks", "https://a.b", "--grafana", "g"])

    outcome = promtool("test", "rules", str(tmp_path / RULES.with_suffix(".test.yml")))

    assert outcome.code == 0, outcome.text


@pytest.mark.parametrize("arguments", [[], ["dashboards"], ["dashboards", "export"], ["dance"]])
def test_arguments_that_make_no_sense_end_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The usage is printed, as of any command."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "usage: querywatch" in capsys.readouterr().err


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """`querywatch --version` says which one is installed."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"querywatch {querywatch.__version__}\n"


def test_the_command_loads_no_framework(tmp_path: Path) -> None:
    """An export imports neither SQLAlchemy nor Starlette nor what the sinks need."""
    code = (
        "import sys; from querywatch.cli import main; "
        f"assert main(['dashboards', 'export', {str(tmp_path)!r}]) == 0; "
        "loaded = {name.partition('.')[0] for name in sys.modules}; "
        "print(loaded & {'sqlalchemy', 'starlette', 'prometheus_client', 'opentelemetry'})"
    )

    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.splitlines()[-1] == "set()"


def test_the_wheel_carries_what_is_exported(tmp_path: Path) -> None:
    """Built into a wheel and unpacked elsewhere, the command finds its files in the package."""
    subprocess.run(
        [
            *(sys.executable, "-m", "hatchling", "build", "--target", "wheel"),
            *("--directory", str(tmp_path)),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")

    run = subprocess.run(
        [
            *(
                sys.executable,
                "-c",
                PROGRAM,
            ),
            *("dashboards", "export", str(tmp_path / "out")),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(_unpacked(wheel))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert _files(tmp_path / "out")[OVERVIEW] == (COMMITTED / OVERVIEW).read_bytes()


def _unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    assert (folder / "querywatch" / "dashboards_data" / "mixin.libsonnet").is_file()
    return folder

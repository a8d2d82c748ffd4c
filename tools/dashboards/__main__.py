"""Write the dashboards and the rules: `python -m tools.dashboards`."""

from __future__ import annotations

from pathlib import Path

from tools.dashboards.files import generated

DASHBOARDS = Path(__file__).parents[2] / "dashboards"


def main() -> None:
    """Write every generated file, and say which."""
    for name, text in generated().items():
        path = DASHBOARDS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main()

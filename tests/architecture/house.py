"""The floors of the house and the imports that never happen in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.imports import Import, imports_of, private_names, replaced_names

ROOT = Path(__file__).parents[2]
PACKAGE = "querywatch"

FLOORS = {
    8: ("__init__",),
    7: ("middleware", "pytest_plugin", "cli", "testing"),
    6: ("watch",),
    5: ("sinks", "ui"),
    4: ("analysis", "limits", "store", "resolve"),
    3: ("capture", "detectors", "render", "allowances"),
    2: ("model", "settings"),
    1: ("errors", "fingerprint"),
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

# An error names the type of what it carries, so it looks up one floor, but for types only.
TYPES_ONLY = {("errors", "model")}

DOORS = ("querywatch.middleware", "querywatch.pytest_plugin", "querywatch.cli")
NEVER = {
    "querywatch.capture": (
        "querywatch.fingerprint",
        "querywatch.detectors",
        "querywatch.sinks",
        "logging",
        "re",
    ),
    "querywatch.detectors": ("sqlalchemy", "starlette", "time", "querywatch.settings"),
    "querywatch.model": ("sqlalchemy",),
    "querywatch.sinks": ("querywatch.watch", *DOORS),
    "querywatch.ui": ("querywatch.watch", "querywatch.capture", "querywatch.sinks"),
}

CORE = {"sqlalchemy", "starlette"}
ONLY_IN = {
    "prometheus_client": "querywatch.sinks.prometheus",
    "opentelemetry": "querywatch.sinks.opentelemetry",
    "jinja2": "querywatch.ui",
    "pytest": "querywatch.pytest_plugin",
    # Frames of an awaiting coroutine hang on the parent greenlet.
    "greenlet": "querywatch.capture",
}

PRIVATE_ALLOWED = "querywatch.capture.orm"
PATCHING_ALLOWED = "querywatch.capture.pool"


def sources() -> Iterator[tuple[str, bool, str]]:
    """Yield every module of the package: its name, whether it is a package, its text."""
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        yield name, is_package, path.read_text(encoding="utf-8")


def objections(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """List what the house objects to in one module's *source*."""
    found = []
    for item in imports_of(source, module, is_package=is_package, rooms=FLOOR_OF):
        found += [f"{module}:{item.line} {text}" for text in _import_objections(module, item)]
    if not _within(module, PRIVATE_ALLOWED):
        found += [
            f"{module}:{line} reads {name}: only {PRIVATE_ALLOWED} reads private names of"
            " SQLAlchemy"
            for name, line in private_names(source)
        ]
    if not _within(module, PATCHING_ALLOWED):
        found += [
            f"{module}:{line} replaces {name}: nothing of SQLAlchemy is patched"
            for name, line in replaced_names(source)
        ]
    return list(dict.fromkeys(found))


def _import_objections(module: str, item: Import) -> Iterator[str]:
    if _within(item.target, PACKAGE):
        yield from _floor_objections(module, item)
    else:
        yield from _dependency_objections(module, item.target)
    for room, banned in NEVER.items():
        if _within(module, room) and any(_within(item.target, name) for name in banned):
            yield f"imports {item.target}, which {room} never does"
    if _is_other_sink(module, item.target):
        yield f"imports {item.target}: a sink never imports another sink"


def _floor_objections(module: str, item: Import) -> Iterator[str]:
    here, there = _room(module), _room(item.target)
    if here == there or (item.types_only and (here, there) in TYPES_ONLY):
        return
    for room in (here, there):
        if room not in FLOOR_OF:
            yield f"room {room} has no floor"
            return
    if FLOOR_OF[there] >= FLOOR_OF[here]:
        yield (
            f"imports {item.target}: floor {FLOOR_OF[here]} ({here}) may not import"
            f" floor {FLOOR_OF[there]} ({there})"
        )


def _dependency_objections(module: str, target: str) -> Iterator[str]:
    top = target.partition(".")[0]
    if top in CORE or top in sys.stdlib_module_names:
        return
    home = ONLY_IN.get(top.removeprefix("_"))
    if home is None:
        yield f"imports {target}, which is no dependency"
    elif not _within(module, home):
        yield f"imports {target}, which only {home} may"


def _is_other_sink(module: str, target: str) -> bool:
    sinks = f"{PACKAGE}.sinks"
    if not (_within(module, sinks) and target.startswith(f"{sinks}.")):
        return False
    here, there = module.split(".")[2:3], target.split(".")[2]
    if not here:
        # The room's own face may offer the sinks that need the core alone.
        return any(_within(target, home) for home in ONLY_IN.values())
    # What sinks share lies in modules with an underscore.
    return here != [there] and not there.startswith("_")


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")

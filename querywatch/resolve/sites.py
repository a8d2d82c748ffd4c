"""From a code object and an instruction to a line somebody can click on."""

from __future__ import annotations

import linecache
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture.frames import template_line
from querywatch.capture.origins import module_path
from querywatch.model import CallSite

if TYPE_CHECKING:
    from types import CodeType

_MAX_CODES: Final = 10_000
_COMPREHENSION: Final = re.compile(r"(\.<(listcomp|genexpr|dictcomp|setcomp)>)+$")

# By id, because hashing a code object reads all of it; the code object is kept with its sites,
# so that its id cannot be reused.
_sites: dict[int, tuple[CodeType, dict[int, CallSite]]] = {}


def stack_of(frames: tuple[Any, ...]) -> tuple[CallSite, ...]:
    """Turn the kept frames into call sites, innermost first, each place once."""
    stack: list[CallSite] = []
    for code, instruction in zip(frames[::2], frames[1::2], strict=True):
        site = site_of(code, instruction)
        if site not in stack:
            stack.append(site)
    return tuple(stack)


def site_of(code: CodeType, instruction: int) -> CallSite:
    """Return the call site of *instruction* in *code*."""
    known = _sites.get(id(code))
    if known is None:
        if len(_sites) >= _MAX_CODES:
            _sites.clear()
        known = _sites[id(code)] = (code, {})
    site = known[1].get(instruction)
    if site is None:
        site = known[1][instruction] = _make_site(code, instruction)
    return site


def _make_site(code: CodeType, instruction: int) -> CallSite:
    filename = code.co_filename
    line = line_of(code, instruction)
    if not filename.endswith(".py"):
        line = template_line(filename, line) or (line if filename.startswith("<") else 0)
    return CallSite(
        file=display_path(filename),
        line=line,
        function=function_name(code.co_qualname),
        source=linecache.getline(filename, line).strip() if line else "",
    )


def line_of(code: CodeType, instruction: int) -> int:
    """Return the line of *instruction*, 0 where the compiler left none."""
    for start, end, line in code.co_lines():
        if start <= instruction < end:
            return line or 0
    return 0


def function_name(qualified: str) -> str:
    """Name the function a programmer would: without `<locals>` and comprehensions."""
    return _COMPREHENSION.sub("", qualified.replace(".<locals>", ""))


def display_path(filename: str) -> str:
    """Return *filename* relative to the project, or from its installed package on."""
    path = filename.replace("\\", "/")
    shortened = module_path(path)
    if shortened != path:
        return shortened
    return path.removeprefix(project_root() + "/")


@lru_cache(maxsize=1)
def project_root() -> str:
    """Find the project: the nearest directory upwards with a pyproject.toml or a repository."""
    here = Path.cwd()
    for directory in (here, *here.parents):
        if (directory / "pyproject.toml").exists() or (directory / ".git").exists():
            return directory.as_posix()
    return here.as_posix()

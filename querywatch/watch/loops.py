"""Where the code of a function loops."""

from __future__ import annotations

import dis
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_BACK: Final = frozenset(
    code
    for name, code in dis.opmap.items()
    if "JUMP_BACKWARD" in name and "NO_INTERRUPT" not in name
)
_ENDS: Final = frozenset({"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"})


@lru_cache(maxsize=1024)
def loops_in(code: CodeType) -> tuple[tuple[int, int], ...]:
    """Return where each loop of *code* begins and ends: it jumps back, as an `await` does too.

    Only what runs without an exception counts: a handler jumps back to where it goes on, and
    what goes on there alone tries again.
    """
    if _BACK.isdisjoint(code.co_code[::2]):
        return ()
    instructions = {one.offset: one for one in dis.get_instructions(code)}
    return tuple((one.argval, one.offset) for one in _reached(instructions) if one.opcode in _BACK)


def _reached(instructions: dict[int, dis.Instruction]) -> Iterator[dis.Instruction]:
    offsets = list(instructions)
    after = dict(pairwise(offsets))
    todo, seen = offsets[:1], set(offsets[:1])
    while todo:
        one = instructions[todo.pop()]
        yield one
        jumps = one.opcode in dis.hasjrel or one.opcode in dis.hasjabs
        targets = [one.argval] if jumps else []
        if one.opname not in _ENDS and not (jumps and one.opname.startswith("JUMP")):
            targets.append(after.get(one.offset))
        new = [offset for offset in targets if offset in instructions and offset not in seen]
        seen.update(new)
        todo += new

"""What the fixture hands out: `with` blocks inside a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from querywatch.limits import Counted, Limits
from querywatch.limits.verdict import judged
from querywatch.pytest_plugin.running import Run

if TYPE_CHECKING:
    from querywatch.pytest_plugin.state import State
    from querywatch.watch import Recorder


class RecorderBlock(Run):
    """One block that is held to its own limits; it yields the recorder, which has the report."""

    def __init__(self, state: State, label: str, **limits: Any) -> None:
        self.limits = Limits(**limits)
        self._state = state
        super().__init__(state.watch, label, self._judged)

    def _judged(self, recorder: Recorder, ended_well: bool) -> str:  # noqa: FBT001
        if not ended_well:
            return ""
        counted = Counted(recorder.report)
        objected = self.limits.objected(counted.findings)

        def accepting(higher: str) -> str:
            said = higher or f'allow=["{objected[0].subject}"]'
            return f"To accept: querywatch_recorder({said})"

        text = judged(counted, self.limits, objected, accepting)
        return self._state.adapted(text) if text else ""

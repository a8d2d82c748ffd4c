"""What follows from a recording is worked out once."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from querywatch import Recording


def test_what_detectors_share_is_made_once_for_each_recording() -> None:
    """The second detector gets what the first had made; a changed recording begins anew."""
    seen: list[Recording] = []

    def work(recording: Recording) -> int:
        seen.append(recording)
        return len(seen)

    recording = Recording("scene")
    other = replace(recording, label="other")

    assert [recording.once(work), recording.once(work), other.once(work)] == [1, 1, 2]
    assert seen == [recording, other]


def test_a_copy_begins_anew() -> None:
    """What detectors made of a recording goes by the identity of its queries."""
    recording = Recording("scene")
    assert recording.once(len_of_label) == 5

    copy = deepcopy(recording)

    assert copy == recording
    assert vars(copy).keys() < vars(recording).keys()
    assert copy.once(len_of_label) == 5


def len_of_label(recording: Recording) -> int:
    """Stand for what a detector works out."""
    return len(recording.label)

"""What operators say about tracks and identities; the matcher abides by it."""

from __future__ import annotations

from collections.abc import Sequence

from reid_app.domain import Decision, TrackKey, Verdict
from reid_app.errors import GalleryError

from .parts import Part
from .state import Outcome, State


class OperatorDesk:
    """Carries out what operators say.

    Args:
        state: What the matcher knows.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def assign(self, track: TrackKey, identity: int | None) -> list[Outcome]:
        """Give a watched track to an identity, or to a new one, for good."""
        state = self._state
        parts = state.watch.of_track(track)
        if not parts:
            raise GalleryError(f"track {track} is not watched any more; split it out of its identity instead")
        person = state.book.create(state.now_ns) if identity is None else state.book[identity]
        outcomes: list[Outcome] = []
        for part in parts:
            previous = part.identity
            if previous is not None and previous != person.number:
                state.book.tell_apart(previous, person.number)
            outcomes.append(state.give(part, person, Verdict.CONFIRMED, "an operator said so"))
            part.fixed = True
        return outcomes

    def merge(self, kept: int, absorbed: int) -> list[Outcome]:
        """Make two identities one."""
        if kept == absorbed:
            raise GalleryError(f"identity {kept} cannot be merged into itself; name two identities")
        self._state.book.take_back_apart(kept, absorbed)
        return [self._state.merge(kept, absorbed, None, "an operator said so")]

    def unmerge(self, kept: int, absorbed: int) -> list[Outcome]:
        """Take a merge back; the two stay apart."""
        outcome = self._state.undo_merge(kept, absorbed, "an operator took the merge back")
        self._state.book.tell_apart(kept, absorbed)
        return [outcome]

    def split(self, identity: int, tracks: Sequence[TrackKey]) -> list[Outcome]:
        """Move tracks out of an identity into a new one; the two stay apart."""
        if not tracks:
            raise GalleryError(f"no track was named to be split out of identity {identity}; name at least one")
        state = self._state
        person = state.book[identity]
        new = state.book.create(state.now_ns)
        state.book.move_views(person, new, tracks)
        state.book.tell_apart(identity, new.number)
        outcomes: list[Outcome] = []
        for track in sorted(set(tracks)):
            parts = [part for part in state.watch.of_track(track) if part.identity == identity]
            outcomes += [self._confirm(part, new.number) for part in parts] or [self._gone(track, identity, new.number)]
        return outcomes

    def _confirm(self, part: Part, number: int) -> Decision:
        decision = self._state.give(part, self._state.book[number], Verdict.CONFIRMED, "an operator split it off")
        part.fixed = True
        return decision

    def _gone(self, track: TrackKey, previous: int, number: int) -> Decision:
        """The decision on a track that is not watched any more; the records know its parts."""
        return self._state.decision(track, None, number, Verdict.CONFIRMED, "an operator split it off", previous)

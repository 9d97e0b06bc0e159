"""Operators' actions as they are recorded, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reid_app.records.values import Action
from reid_app.runtime.context import SiteContext
from reid_app.runtime.facade import Author, OperatorAction

WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "merge": lambda data: f"merged {data['absorbed']} into {data['kept']}",
    "split": lambda data: f"split {', '.join(data['tracks'])} out of {data['identity']} as {data['new']}",
    "answer": lambda data: (
        f"said that {data['track']} is {'' if data['same'] else 'not '}{data['candidate']}"  # a track, an identity
    ),
    "rename": lambda data: f"named {data['identity']} {data['name']!r}",
    "annotate": lambda data: f"changed note and tags of {data['identity']}",
    "enrol": lambda data: f"put {data['name']!r} on the watch list",
    "withdraw": lambda data: f"took {data['name']!r} off the watch list",
    "acknowledge": lambda data: f"took over alarm {data['alarm']}",
    "undo": lambda data: f"took back: {data['what']}",
}
"""What each kind of action is in words, from its data."""


def words(action: Action) -> str:
    """Say what an action was."""
    return WORDS[action.kind](action.data) if action.kind in WORDS else action.kind


class ActionLog:
    """Records actions and tells of them.

    Args:
        context: The site's parts.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context

    def note(self, author: Author, kind: str, data: Mapping[str, object], undoes: int | None = None) -> int:
        """Record an action; return its number, which what follows from it names."""
        return self._context.records.write_operator_action(
            author.operator, kind, reason=author.reason, data=data, undoes=undoes
        )

    def confirm(self, action: int, kind: str, data: Mapping[str, object]) -> None:
        """Wait until an action, and what followed from it, is on disk; then tell everybody.

        Raises:
            RecordsError: It cannot be written now; it is tried again.
        """
        self._context.records.flush()
        self._context.events.publish("action", {"action": action, "what": kind, **data})

    def newest(self, limit: int) -> tuple[OperatorAction, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.actions`."""
        self._context.refresh()
        actions = self._context.records.actions(limit=limit)
        # What takes an action back is newer than it, so it is among these.
        undone = {action.undoes for action in actions}
        return tuple(
            OperatorAction(action.time_ns, action.operator, words(action), action.reason, action.number in undone)
            for action in actions
        )

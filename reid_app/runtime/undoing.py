"""Taking back what an operator did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reid_app.domain import Merge, TrackKey
from reid_app.errors import GalleryError
from reid_app.records.values import Action, Annotation
from reid_app.runtime.actions import ActionLog, words
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Author
from reid_app.runtime.operations import Operations
from reid_app.runtime.watching import WatchList

_TAKEN_BACK = "an operator took the merge back"


class Undo:
    """Takes back the newest action of an operator that still stands; that is an action, too.

    Args:
        context: The site's parts.
        log: Records the actions.
        operations: What is taken back.
        watch_list: What is taken back of the watch list.
    """

    def __init__(self, context: SiteContext, log: ActionLog, operations: Operations, watch_list: WatchList) -> None:
        self._context = context
        self._records = context.records
        self._log = log
        self._operations = operations
        self._watch_list = watch_list
        self._one_by_one = threading.Lock()
        self._ways: Mapping[str, Callable[[Action, int], Sequence[int]]] = {
            "merge": self._unmerge,
            "split": self._unsplit,
            "answer": self._unanswer,
            "rename": self._give_name_back,
            "annotate": self._give_note_back,
            "enrol": self._take_off,
            "withdraw": self._put_back,
            "acknowledge": self._open_again,
        }

    def undo(self, author: Author) -> str | None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.undo`."""
        with self._one_by_one:
            self._records.flush()
            undone = self._records.newest_standing_action(author.operator)
            if undone is None or undone.kind not in self._ways:
                return None
            what = words(undone)
            data = {"what": what}
            with self._context.deciding:
                action = self._log.note(author, "undo", data, undoes=undone.number)
                changed = self._ways[undone.kind](undone, action)
            self._log.confirm(action, "undo", data)
            if changed:
                self._operations.recall(changed)
            return what

    # Each takes the action that is undone and the number of the one that undoes it, and
    # returns the identities that the gallery has to learn anew from the records.

    def _unmerge(self, undone: Action, action: int) -> Sequence[int]:
        changed: list[int] = []
        for recorded in reversed(self._records.merges(action=undone.number, limit=EVERYTHING)):
            if recorded.merge.undone:
                continue
            kept, absorbed = recorded.merge.kept, recorded.merge.absorbed
            try:
                outcomes = self._context.matcher.unmerge(kept, absorbed)
            except GalleryError:
                # Too long ago for the gallery, or of an earlier run: the records know it.
                outcomes = [Merge(kept, absorbed, self._context.now_ns(), None, _TAKEN_BACK, undone=True)]
                changed += [absorbed, self._context.register.final(kept)]
            self._context.record(outcomes, action)
        return changed

    def _unsplit(self, undone: Action, action: int) -> Sequence[int]:
        final = self._context.register.final
        identity, new = final(_number(undone.data, "identity")), final(_number(undone.data, "new"))
        if identity != new:
            self._context.record([self._operations.joined(identity, new)], action)
        return ()

    def _unanswer(self, undone: Action, action: int) -> Sequence[int]:
        """Open the question again."""
        data = undone.data
        identity, candidate = _number(data, "identity"), _number(data, "candidate")
        changed: Sequence[int] = ()
        if data["same"]:
            changed = self._unmerge(undone, action)
        else:
            self._ask_again(undone, action)
        self._records.write_apart(identity, candidate, apart=False)
        self._context.matcher.forget_apart(identity, candidate)
        return changed

    def _ask_again(self, undone: Action, action: int) -> None:
        """Put back the decision that an answer replaced, unless the matcher has decided anew since."""
        track = TrackKey(str(undone.data["camera"]), _number(undone.data, "number"))
        decisions = self._records.decisions(track=track, limit=EVERYTHING)
        for said in (one for one in decisions if one.action == undone.number):
            part = [one for one in decisions if one.decision.since_ns == said.decision.since_ns]
            place = part.index(said)
            if place == len(part) - 1 and place > 0:
                self._context.record([part[place - 1].decision], action)

    def _give_name_back(self, undone: Action, action: int) -> Sequence[int]:
        del action
        self._context.register.rename(_number(undone.data, "identity"), str(undone.data["before"]))
        return ()

    def _give_note_back(self, undone: Action, action: int) -> Sequence[int]:
        del action
        before: Any = undone.data["before"]
        annotation = Annotation(str(before["note"]), tuple(str(tag) for tag in before["tags"]))
        self._records.write_annotation(_number(undone.data, "identity"), annotation)
        return ()

    def _take_off(self, undone: Action, action: int) -> Sequence[int]:
        del action
        self._watch_list.remove(_number(undone.data, "entry"))
        return ()

    def _put_back(self, undone: Action, action: int) -> Sequence[int]:
        del action
        self._watch_list.put_back(undone)
        return ()

    def _open_again(self, undone: Action, action: int) -> Sequence[int]:
        del action
        self._records.write_acknowledgement(_number(undone.data, "alarm"), "", "")
        return ()


def _number(data: Mapping[str, Any], name: str) -> int:
    return int(data[name])

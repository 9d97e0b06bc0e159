"""What operators say about tracks and identities."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reid_app.domain import Decision, Merge, TrackKey, Verdict
from reid_app.errors import RecordsError, SettingsError
from reid_app.records.values import Annotation, Part
from reid_app.runtime.actions import ActionLog
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Author
from reid_app.runtime.questions import OpenQuestion, Questions

_SAID_SO = "an operator said so"


class Operations:
    """Carries out what operators say: in the matcher, the records, and for all who follow them.

    Each call returns when what it did is on disk. Identities that the gallery let go are
    changed in the records alone, or called back to it first.

    Args:
        context: The site's parts.
        log: Records the actions.
        questions: Those that can be answered.
    """

    def __init__(self, context: SiteContext, log: ActionLog, questions: Questions) -> None:
        self._context = context
        self._records = context.records
        self._matcher = context.matcher
        self._log = log
        self._questions = questions

    def answer(self, track: TrackKey, same: bool, author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.answer`.

        Raises:
            RecordsError: No question about the track is open.
        """
        self._context.refresh()
        with self._context.deciding:
            question = self._questions.find(track)
            data: dict[str, object] = {
                "track": str(track),
                "camera": track.camera,
                "number": track.number,
                "same": same,
                "identity": question.identity,
                "candidate": question.candidate,
            }
            action = self._log.note(author, "answer", data)
            if same:
                self._context.record([self.joined(question.candidate, question.identity)], action)
            else:
                self._tell_apart(question, action)
        self._log.confirm(action, "answer", data)

    def merge(self, kept: int, absorbed: int, author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.merge`.

        Raises:
            RecordsError: There is no such identity.
            SettingsError: They are one identity already.
        """
        self._context.refresh()
        with self._context.deciding:
            kept, absorbed = self._known(kept), self._known(absorbed)
            if kept == absorbed:
                raise SettingsError(f"both are identity {kept} already; name two identities")
            outcome = self.joined(kept, absorbed)
            data: dict[str, object] = {"kept": outcome.kept, "absorbed": outcome.absorbed}
            action = self._log.note(author, "merge", data)
            self._context.record([outcome], action)
        self._log.confirm(action, "merge", data)

    def split(self, tracks: Sequence[TrackKey], author: Author) -> int:
        """See :meth:`reid_app.runtime.facade.SiteFacade.split`.

        Raises:
            SettingsError: The tracks do not belong to one identity, or nothing of it would be left.
        """
        self._context.refresh()
        with self._context.deciding:
            identity, parts = self._common_identity(tracks)
            if not self._matcher.knows(identity):
                self._recall([identity])
            if self._matcher.knows(identity):
                outcomes = self._matcher.split(identity, sorted(set(tracks)))
                new = outcomes[0].identity if isinstance(outcomes[0], Decision) else self._matcher.reserve()
            else:
                outcomes, new = [], self._matcher.reserve()
            decisions = self._for_parts(parts, new, [one for one in outcomes if isinstance(one, Decision)])
            names = [str(track) for track in sorted(set(tracks))]
            data: dict[str, object] = {"identity": identity, "new": new, "tracks": names}
            action = self._log.note(author, "split", data)
            self._context.record(decisions, action)
        self._log.confirm(action, "split", data)
        with self._context.deciding:
            self._recall([identity, new])
        return new

    def rename(self, identity: int, name: str, author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.rename`.

        Raises:
            RecordsError: There is no such identity.
        """
        self._context.refresh()
        number = self._known(identity)
        name = " ".join(name.split())
        with self._context.deciding:
            before = self._context.register.name(number)
            data: dict[str, object] = {"identity": number, "name": name, "before": before}
            action = self._log.note(author, "rename", data)
            self._context.register.rename(number, name)
        self._log.confirm(action, "rename", data)

    def annotate(self, identity: int, note: str, tags: Sequence[str], author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.annotate`.

        Raises:
            RecordsError: There is no such identity.
        """
        self._context.refresh()
        number = self._known(identity)
        kept = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
        with self._context.deciding:
            before = self._records.annotation(number)
            data: dict[str, object] = {
                "identity": number,
                "note": note,
                "tags": list(kept),
                "before": {"note": before.note, "tags": list(before.tags)},
            }
            action = self._log.note(author, "annotate", data)
            self._records.write_annotation(number, Annotation(note, kept))
        self._log.confirm(action, "annotate", data)

    # Also for taking back, with ``deciding`` held

    def joined(self, kept: int, absorbed: int) -> Merge:
        """Make two identities one in the matcher, as far as it knows them; return what is to be recorded."""
        if self._matcher.knows(absorbed) and not self._matcher.knows(kept):
            self._recall([kept])
        if self._matcher.knows(absorbed) and not self._matcher.knows(kept):
            kept, absorbed = absorbed, kept  # the one that people are still matched to lives on
        if self._matcher.knows(kept) and self._matcher.knows(absorbed):
            for outcome in self._matcher.merge(kept, absorbed):
                if isinstance(outcome, Merge):
                    return outcome
        return Merge(kept, absorbed, self._context.now_ns(), None, _SAID_SO)

    def recall(self, numbers: Collection[int]) -> None:
        """Have the gallery hold identities as the records now have them; those without views stay away."""
        self._context.refresh()
        with self._context.deciding:
            self._recall(numbers)

    def _recall(self, numbers: Collection[int]) -> None:
        wanted = set(numbers)
        since_ns = min(self._records.identity(number).last_ns for number in wanted)
        views = self._context.settings.matcher.views_per_identity
        snapshot = self._records.gallery_snapshot(self._matcher.gallery.model, views, since_ns)
        for known in snapshot.identities:
            if known.number in wanted:
                self._matcher.recall(known, snapshot.model)

    def _tell_apart(self, question: OpenQuestion, action: int) -> None:
        """Record that the track of a question is not its candidate; that closes the question."""
        identity, candidate = question.identity, question.candidate
        self._records.write_apart(identity, candidate)
        if self._matcher.knows(identity) and self._matcher.knows(candidate):
            self._matcher.keep_apart(identity, candidate)
        asked = question.decision
        decision = self._decision(
            asked.track, asked.since_ns, identity, None, f"an operator said it is not {candidate}"
        )
        self._context.record([decision], action)

    def _decision(
        self, track: TrackKey, since_ns: int | None, identity: int, previous: int | None, reason: str
    ) -> Decision:
        return Decision(
            track=track,
            time_ns=self._context.now_ns(),
            verdict=Verdict.CONFIRMED,
            identity=identity,
            score=None,
            runner_up=None,
            runner_up_score=None,
            thresholds=self._matcher.thresholds,
            model=self._matcher.gallery.model,
            previous=previous,
            reason=reason,
            since_ns=since_ns,
        )

    def _for_parts(self, parts: Sequence[Part], new: int, decided: Sequence[Decision]) -> list[Decision]:
        """Return one decision for each part: the matcher's, or for parts that it watches no more an own one."""
        known = {(decision.track, decision.since_ns): decision for decision in decided}
        return [
            known.get((part.track, part.since_ns))
            or self._decision(part.track, part.since_ns, new, part.identity, "an operator split it off")
            for part in parts
        ]

    def _common_identity(self, tracks: Sequence[TrackKey]) -> tuple[int, list[Part]]:
        """Return the identity that has all ``tracks``, and the parts of them that are its own."""
        if not tracks:
            raise SettingsError("no track is named; choose those that are another person")
        candidates = {self._identity_of(track) for track in tracks}
        if len(candidates) > 1:
            numbers = ", ".join(map(str, sorted(candidates)))
            raise SettingsError(f"the tracks belong to several identities ({numbers}); split them one by one")
        identity = candidates.pop()
        parts = self._records.parts(identity, limit=EVERYTHING)
        mine = [part for part in parts if part.track in set(tracks)]
        if len(mine) == len(parts):
            raise SettingsError(f"these are all tracks of identity {identity}; leave at least one out")
        return identity, mine

    def _identity_of(self, track: TrackKey) -> int:
        decisions = self._records.decisions(track=track, limit=EVERYTHING)
        if not decisions:
            raise SettingsError(f"track {track} has no identity; choose another")
        latest = {one.decision.since_ns or 0: one.decision.identity for one in decisions}
        return self._context.register.final(latest[max(latest)])

    def _known(self, number: int) -> int:
        """Return the number that an identity goes by now.

        Raises:
            RecordsError: There is no such identity.
        """
        final = self._context.register.final(number)
        if not self._records.identity(final).tracks:
            raise RecordsError(f"there is no identity {number} on record; choose another")
        return final

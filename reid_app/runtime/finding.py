"""Searching for a person by a picture."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from reid_app.domain import FloatArray, IdentityViews, ImageArray
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Candidate
from reid_app.runtime.people import People
from reid_app.runtime.portrait import Portraits


class Finder:
    """Compares a picture with everybody in the gallery, and with those on record who left it.

    Args:
        context: The site's parts.
        people: Gives what is shown of an identity.
        portraits: Find and embed the person in a picture.
    """

    def __init__(self, context: SiteContext, people: People, portraits: Portraits) -> None:
        self._context = context
        self._people = people
        self._portraits = portraits

    def search(
        self, image: ImageArray, since_ns: int | None, until_ns: int | None, limit: int
    ) -> tuple[Candidate, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.search`; a larger picture is searched for its person.

        Raises:
            SettingsError: It is no picture, or nobody can be found in it.
        """
        vector = self._portraits.look(image).embedding.vector
        self._context.refresh()
        matcher = self._context.matcher
        seen = {
            known.number: known.last_ns
            for known in self._context.records.identities(since_ns=since_ns, until_ns=until_ns, limit=EVERYTHING)
        }
        scored = {number: score for number, score in matcher.rank(vector, matcher.identities) if number in seen}
        left = [number for number in seen if not matcher.knows(number)]
        if left:
            scored |= self._on_record(vector, left, min(seen[number] for number in left))
        best = sorted(scored.items(), key=lambda pair: (-pair[1], pair[0]))
        return self._people.candidates(best[: max(limit, 0)])

    def _on_record(self, vector: FloatArray, numbers: Collection[int], since_ns: int) -> dict[int, float]:
        """Score identities that the gallery does not hold."""
        wanted = set(numbers)
        views = self._context.settings.matcher.views_per_identity
        snapshot = self._context.records.gallery_snapshot(self._context.matcher.gallery.model, views, since_ns)
        return {known.number: _score(vector, known) for known in snapshot.identities if known.number in wanted}


def _score(vector: FloatArray, known: IdentityViews) -> float:
    """The mean, over cameras, of the cosine to the mean look there: as restored identities are compared."""
    cosines = []
    for camera in dict.fromkeys(known.cameras):
        mine = np.array([name == camera for name in known.cameras])
        total = known.qualities[mine] @ known.vectors[mine]
        cosines.append(float(total @ vector / max(float(np.linalg.norm(total)), 1e-9)))
    return float(np.mean(cosines))

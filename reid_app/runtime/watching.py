"""The watch list: who is on it, and the alarms when somebody on it is seen."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np

from reid_app.domain import Embedding, FloatArray, ImageArray
from reid_app.errors import SettingsError
from reid_app.records import values
from reid_app.runtime.actions import ActionLog
from reid_app.runtime.context import EVERYTHING, SiteContext
from reid_app.runtime.facade import Alarm, Author, PictureRating, RatedPicture, WatchEntry
from reid_app.runtime.people import People
from reid_app.runtime.portrait import Portraits

_NEWEST = 200


class WatchList:
    """The people to alarm on, and what operators do with them and with alarms.

    Their embeddings are those of the model that runs: pictures that another model embedded
    are embedded again when the site opens.

    Args:
        context: The site's parts.
        log: Records the actions.
        people: Says scores in words.
        portraits: Judge and embed pictures.
    """

    def __init__(self, context: SiteContext, log: ActionLog, people: People, portraits: Portraits) -> None:
        self._context = context
        self._records = context.records
        self._log = log
        self._people = people
        self._portraits = portraits
        self._lock = threading.Lock()
        self._looks = {entry.number: self._looks_of(entry) for entry in self._records.watch_list()}
        self._names = {
            int(str(action.data["entry"])): str(action.data["name"])
            for action in self._records.actions(limit=EVERYTHING)
            if action.kind == "enrol"
        }
        self._names |= {entry.number: entry.name for entry in self._records.watch_list()}

    def looks(self) -> Mapping[int, FloatArray]:
        """Return the embeddings (K, D) of every entry, by its number."""
        with self._lock:
            return dict(self._looks)

    def entries(self) -> tuple[WatchEntry, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.watch_list`."""
        self._context.refresh()
        return tuple(_shown(entry) for entry in reversed(self._records.watch_list()))

    def enrol(self, name: str, images: Sequence[ImageArray], author: Author) -> WatchEntry:
        """See :meth:`reid_app.runtime.facade.SiteFacade.enrol`; poor pictures are left out."""
        name = " ".join(name.split())
        if not name:
            raise SettingsError("the person has no name; give one")
        looks = [self._portraits.look(image) for image in images]
        rated = [(look, self._portraits.judge(look)) for look in looks]
        usable = [(look, rating) for look, rating in rated if rating.rating is not PictureRating.POOR]
        if not usable:
            reasons = "; ".join(sorted({rating.why for _, rating in rated})) or "there is none"
            raise SettingsError(f"no picture is good enough to know {name} by ({reasons}); give others")
        pictures = [(look.crop.image, look.embedding, rating.rating.value, rating.why) for look, rating in usable]
        entry = self._add(name, author.operator, pictures, author.reason)
        data: dict[str, object] = {"entry": entry.number, "name": name}
        self._log.confirm(self._log.note(author, "enrol", data), "enrol", data)
        return _shown(entry)

    def withdraw(self, entry: int, author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.withdraw`.

        Raises:
            SettingsError: There is no such entry.
        """
        self._context.refresh()
        known = next((one for one in self._records.watch_list() if one.number == entry), None)
        if known is None:
            raise SettingsError(f"nobody is on the watch list under number {entry}; look at the list again")
        data: dict[str, object] = {
            "entry": entry,
            "name": known.name,
            "operator": known.operator,
            "note": known.note,
            "pictures": [{"key": view.thumbnail, "rating": view.rating, "why": view.why} for view in known.views],
        }
        self.remove(entry)
        self._log.confirm(self._log.note(author, "withdraw", data), "withdraw", data)

    def alarms(self, limit: int) -> tuple[Alarm, ...]:
        """See :meth:`reid_app.runtime.facade.SiteFacade.alarms`."""
        self._context.refresh()
        with self._lock:
            names = dict(self._names)
        return tuple(
            Alarm(
                number=alarm.number,
                entry=alarm.entry,
                name=names.get(alarm.entry, ""),
                identity=self._context.register.final(alarm.identity),
                track=alarm.track,
                time_ns=alarm.time_ns,
                score=alarm.score,
                likelihood=self._people.words(alarm.score),
                owner=alarm.owner,
                note=alarm.note,
            )
            for alarm in self._records.alarms(limit=limit)
        )

    def alarm(self, number: int) -> Alarm | None:
        """Return one alarm, None if there is none of that number among the newest."""
        return next((alarm for alarm in self.alarms(_NEWEST) if alarm.number == number), None)

    def acknowledge(self, alarm: int, note: str, author: Author) -> None:
        """See :meth:`reid_app.runtime.facade.SiteFacade.acknowledge`.

        Raises:
            SettingsError: There is no such alarm.
        """
        self._context.refresh()
        if all(known.number != alarm for known in self._records.alarms(limit=EVERYTHING)):
            raise SettingsError(f"there is no alarm {alarm}; look at the alarms again")
        data: dict[str, object] = {"alarm": alarm}
        self._records.write_acknowledgement(alarm, author.operator, note)
        self._log.confirm(self._log.note(author, "acknowledge", data), "acknowledge", data)

    # Also for taking back

    def remove(self, entry: int) -> None:
        """Take an entry off the list; nothing is said of it."""
        self._records.write_unwatch(entry)
        with self._lock:
            self._looks.pop(entry, None)

    def put_back(self, withdrawn: values.Action) -> None:
        """Put an entry that was withdrawn on the list again; it gets a new number."""
        pictures: list[tuple[ImageArray, Embedding, str, str]] = []
        kept = withdrawn.data["pictures"]
        for picture in kept if isinstance(kept, list) else []:
            image = self._records.thumbnails.image(str(picture["key"]))
            pictures.append((image, self._embed(image), str(picture["rating"]), str(picture["why"])))
        self._add(str(withdrawn.data["name"]), str(withdrawn.data["operator"]), pictures, str(withdrawn.data["note"]))

    def _add(
        self, name: str, operator: str, pictures: Sequence[tuple[ImageArray, Embedding, str, str]], note: str
    ) -> values.WatchEntry:
        entry = self._records.write_watch(name, operator, pictures, note)
        looks = self._looks_of(entry)
        with self._lock:
            self._looks[entry.number] = looks
            self._names[entry.number] = name
        return entry

    def _looks_of(self, entry: values.WatchEntry) -> FloatArray:
        model, dimension = self._context.matcher.gallery.model, self._context.matcher.gallery.dimension
        vectors = [
            view.embedding.vector
            if view.embedding.model == model
            else self._embed(self._records.thumbnails.image(view.thumbnail)).vector
            for view in entry.views
        ]
        return np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)

    def _embed(self, image: ImageArray) -> Embedding:
        return self._portraits.embed(image).embedding


def _shown(entry: values.WatchEntry) -> WatchEntry:
    return WatchEntry(
        number=entry.number,
        name=entry.name,
        pictures=tuple(RatedPicture(PictureRating(view.rating), view.why, view.thumbnail) for view in entry.views),
        enrolled_ns=entry.added_ns,
        operator=entry.operator,
        reason=entry.note,
    )

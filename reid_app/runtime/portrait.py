"""Pictures that an operator gives: where the person is, how good it is, what the network says of it."""

from __future__ import annotations

import numpy as np

from reid_app.config import EmbedderSettings
from reid_app.detect.crops import COMFORTABLE_HEIGHT, cut, sharpness
from reid_app.domain import Crop, FloatArray, Frame, ImageArray, Quality, Sighting, TrackKey
from reid_app.errors import SettingsError
from reid_app.runtime.facade import PictureRating, RatedPicture
from reid_app.runtime.sharing import SharedDetector, SharedEmbedder

UPRIGHT = 1.2
"""A picture at least that much higher than wide can be the crop of one person."""

_FOUND = 0.35
_BLURRED, _UNCLEAR = 0.15, 0.4
_FEW_LANDMARKS = 0.5
_NOBODY = "nobody can be found in the picture; draw a box around one person, or choose another picture"
_PICTURE = TrackKey("picture", 0)


class Portraits:
    """Finds, judges and embeds the one person that a picture is about.

    Args:
        detector: Finds people.
        embedder: Embeds them.
        settings: The smallest person that is embedded.
    """

    def __init__(self, detector: SharedDetector, embedder: SharedEmbedder, settings: EmbedderSettings) -> None:
        self._detector = detector
        self._embedder = embedder
        self._settings = settings

    def look(self, image: ImageArray) -> Sighting:
        """Find the person in ``image`` and embed it.

        Args:
            image: (h, w, 3) BGR ``uint8``: a person's crop, or a picture with a person in it,
                of several the one that fills most of it.

        Raises:
            SettingsError: It is no picture, or nobody can be found in it.
            ModelError: The network failed.
        """
        person = self._person(checked(image))
        if person is None:
            raise SettingsError(_NOBODY)
        return self.embed(person)

    def embed(self, person: ImageArray) -> Sighting:
        """Embed the crop (h, w, 3) of one person.

        Raises:
            ModelError: The network failed.
        """
        height, width = person.shape[:2]
        quality = Quality(size=min(1.0, height / COMFORTABLE_HEIGHT), sharpness=sharpness(person))
        crop = Crop(_PICTURE, 0, 0, np.array([0, 0, width, height], np.float32), person, 1.0, quality)
        return self._embedder.embed([crop])[0]

    def rate(self, image: ImageArray) -> RatedPicture:
        """See :meth:`reid_app.runtime.facade.SiteFacade.rate_picture`."""
        try:
            return self.judge(self.look(image))
        except SettingsError as error:
            return RatedPicture(PictureRating.POOR, str(error))

    def judge(self, look: Sighting) -> RatedPicture:
        """Say how much a look at a picture is worth."""
        quality, height = look.crop.quality, look.crop.image.shape[0]
        if height < self._settings.min_height:
            why = f"the person is only {height} pixels high; {self._settings.min_height} are needed"
            return RatedPicture(PictureRating.POOR, why)
        if quality.sharpness < _BLURRED:
            return RatedPicture(PictureRating.POOR, "the picture is blurred")
        if height < COMFORTABLE_HEIGHT * 0.75:
            return RatedPicture(PictureRating.MIXED, f"the person is small, {height} pixels high")
        if quality.landmarks < _FEW_LANDMARKS:
            return RatedPicture(PictureRating.MIXED, "much of the person is hidden")
        if quality.sharpness < _UNCLEAR:
            return RatedPicture(PictureRating.MIXED, "the picture is not sharp")
        return RatedPicture(PictureRating.GOOD)

    def _person(self, image: ImageArray) -> ImageArray | None:
        """Cut the person out; a crop in which the detector sees nobody is taken as it is."""
        found = self._detector.detect([Frame("picture", 0, 0, image)])[0]
        sure = found.boxes[found.scores >= _FOUND]
        if len(sure):
            person = cut(image, max(sure, key=_area))
            if person.size:
                return np.ascontiguousarray(person)
        height, width = image.shape[:2]
        return image if height >= UPRIGHT * width else None


def checked(image: ImageArray) -> ImageArray:
    """Return ``image`` if it is a picture.

    Raises:
        SettingsError: It is none.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or min(image.shape[:2]) < 8:
        raise SettingsError("this is no colour picture of at least 8 x 8 pixels; choose another picture")
    return np.ascontiguousarray(image)


def _area(box: FloatArray) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))

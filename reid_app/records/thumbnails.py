"""Small pictures of people, as JPEG files named by the hash of their bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from pathlib import Path

import numpy as np

from reid_app.domain import ImageArray
from reid_app.errors import RecordsError
from reid_app.imaging import cv2

HEIGHT = 192
"""Largest height in pixels; taller crops are made smaller."""

WIDTH = 192
"""Largest width in pixels."""

JPEG_QUALITY = 85

_KEY = re.compile(r"^[0-9a-f]{32}$")


class Thumbnails:
    """A folder of pictures; the same picture is kept once."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; it is made when the first picture is put."""
        self._folder = folder

    def put(self, image: ImageArray) -> str:
        """Keep a picture and return its key, 32 hexadecimal digits.

        The file appears whole or not at all, also when the process is killed.

        Args:
            image: (h, w, 3) BGR ``uint8``.

        Raises:
            RecordsError: The file cannot be written.
        """
        data = encode(image)
        key = hashlib.sha256(data).hexdigest()[:32]
        path = self.path(key)
        if path.exists() and path.stat().st_size == len(data):
            return key
        part = path.with_name(f".{key}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise RecordsError(
                f"The thumbnail {path} cannot be written ({error.strerror}); free some space or check the folder."
            ) from error
        return key

    def path(self, key: str) -> Path:
        """Return where the picture ``key`` lies, whether it is there or not.

        Raises:
            RecordsError: ``key`` is no key of a picture.
        """
        if not _KEY.match(key):
            raise RecordsError(f"{key[:40]!r} is no thumbnail's key; a key has 32 hexadecimal digits.")
        return self._folder / key[:2] / f"{key[2:]}.jpg"

    def get(self, key: str) -> bytes:
        """Return the JPEG bytes of the picture ``key``.

        Raises:
            RecordsError: There is no such picture, or its file is damaged.
        """
        try:
            data = self.path(key).read_bytes()
        except OSError as error:
            raise RecordsError(f"There is no thumbnail {key} in {self._folder}; it may have been deleted.") from error
        if hashlib.sha256(data).hexdigest()[:32] != key:
            raise RecordsError(f"The thumbnail {key} in {self._folder} is damaged; delete it.")
        return data

    def image(self, key: str) -> ImageArray:
        """Return the picture ``key`` as (h, w, 3) BGR ``uint8``.

        Raises:
            RecordsError: There is no such picture, or its file is damaged.
        """
        picture = cv2.imdecode(np.frombuffer(self.get(key), np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise RecordsError(f"The thumbnail {key} in {self._folder} is no picture; delete it.")
        return picture.astype(np.uint8, copy=False)


def encode(image: ImageArray) -> bytes:
    """Make ``image`` (h, w, 3) fit :data:`WIDTH` x :data:`HEIGHT` and return it as JPEG."""
    height, width = image.shape[:2]
    factor = min(1.0, HEIGHT / height, WIDTH / width)
    if factor < 1.0:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise RecordsError("A thumbnail cannot be encoded as JPEG; the OpenCV installation lacks it.")
    return data.tobytes()

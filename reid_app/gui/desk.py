"""The window's line to the site: questions and orders go through threads, answers and events come back queued."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QImage

from reid_app.domain import Event
from reid_app.errors import ReidAppError
from reid_app.gui.frames import to_qimage
from reid_app.gui.i18n import translate
from reid_app.runtime.facade import Author, SiteFacade

T = TypeVar("T")
PICTURES_KEPT = 400


class Desk(QObject):
    """Asks the site in worker threads and hands the answers to the GUI thread.

    Answers to a question that was asked again under the same key since are dropped.

    Args:
        site: The site.
        operator: Name of the operator.
        parent: Qt parent.
    """

    heard = pyqtSignal(object)
    """An :class:`Event` of the site, in order, in the GUI thread."""
    failed = pyqtSignal(str, str)
    """Something went wrong: what was wanted, and why it failed."""
    did = pyqtSignal(str)
    """An order was carried out; what it was, in words."""
    _answered = pyqtSignal(int, object, object)
    _came = pyqtSignal(object)

    def __init__(self, site: SiteFacade, operator: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = site
        self.operator = operator
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[str, Callable[[object], None]]] = {}
        self._newest: dict[str, int] = {}
        self._askers = ThreadPoolExecutor(3, "window-ask")
        self._urgent = ThreadPoolExecutor(1, "window-urgent")
        self._orders = ThreadPoolExecutor(1, "window-order")
        self._sequence = 0
        self._closed = threading.Event()
        self._pictures: OrderedDict[str, QImage] = OrderedDict()
        self._answered.connect(self._take_answer)
        self._came.connect(self._take_event)
        self._unsubscribe = site.subscribe(self._listen)

    def close(self) -> None:
        """End the subscription and the threads; answers that are under way are dropped."""
        self._closed.set()
        self._unsubscribe()
        self._askers.shutdown(wait=True, cancel_futures=True)
        self._urgent.shutdown(wait=True, cancel_futures=True)
        self._orders.shutdown(wait=True, cancel_futures=False)
        self._waiting.clear()

    def author(self, reason: str = "") -> Author:
        """Return who acts, for an order."""
        return Author(self.operator, reason.strip())

    def refuse(self, why: str) -> None:
        """Say why something that the operator wanted was not done; called in the GUI thread."""
        self.failed.emit("", why)

    def ask(
        self,
        key: str,
        question: Callable[[SiteFacade], T],
        answer: Callable[[T], None],
        *,
        urgent: bool = False,
    ) -> None:
        """Ask the site something; ``answer`` is called in the GUI thread.

        Args:
            key: What is asked; a newer question under the same key replaces this one.
            question: Called in a worker thread.
            answer: Called with what it returned.
            urgent: Whether the operator waits for it: it does not stand behind what the panels ask by themselves.
        """
        self._submit(self._urgent if urgent else self._askers, key, question, answer)

    def order(self, words: str, deed: Callable[[SiteFacade], T], done: Callable[[T], None] | None = None) -> None:
        """Have the site do something; orders are carried out one after the other, in the order given.

        Args:
            words: What it is, for the messages.
            deed: Called in a worker thread.
            done: Called in the GUI thread with what it returned.
        """

        def finish(result: T) -> None:
            self.did.emit(words)
            if done is not None:
                done(result)

        self._submit(self._orders, f"order {next(self._numbers)}", deed, finish, words)

    def picture(self, key: str, show: Callable[[QImage], None]) -> None:
        """Have ``show`` called with a recorded thumbnail: at once if it is at hand, else when it is there."""
        kept = self._pictures.get(key)
        if kept is not None:
            self._pictures.move_to_end(key)
            show(kept)
            return

        def keep(image: QImage) -> None:
            self._pictures[key] = image
            while len(self._pictures) > PICTURES_KEPT:
                self._pictures.popitem(last=False)
            show(image)

        name = f"picture {key} {next(self._numbers)}"
        self._submit(self._askers, name, lambda site: to_qimage(site.picture(key)), keep, translate("Desk", "Picture"))

    def export(
        self, kinds: tuple[str, ...], folder: Path, identity: int, done: Callable[[tuple[Path, ...]], None]
    ) -> None:
        """Write exports of several kinds of one identity."""

        def write(site: SiteFacade) -> tuple[Path, ...]:
            return tuple(path for kind in kinds for path in site.export(kind, folder, identity))

        self.order(translate("Desk", "Export of {0}").format(identity), write, done)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        key: str,
        question: Callable[[SiteFacade], T],
        answer: Callable[[T], None],
        words: str = "",
    ) -> None:
        if self._closed.is_set():
            return
        number = next(self._numbers)
        self._waiting[number] = (words or key, answer)  # type: ignore[assignment]
        self._waiting.pop(self._newest.get(key, 0), None)
        self._newest[key] = number

        def work() -> None:
            try:
                result, error = question(self.site), ""
            except (ReidAppError, OSError, ValueError) as failure:
                result, error = None, str(failure) or type(failure).__name__
            if not self._closed.is_set():
                self._answered.emit(number, result, error)

        pool.submit(work)

    def _take_answer(self, number: int, result: object, error: str) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is None:
            return
        words, answer = waiting
        for key in [key for key, newest in self._newest.items() if newest == number]:
            del self._newest[key]
        if error:
            self.failed.emit(words, error)
        else:
            answer(result)

    def _listen(self, event: Event) -> None:
        if not self._closed.is_set():
            self._came.emit(event)

    def _take_event(self, event: Event) -> None:
        missed = self._sequence and event.sequence > self._sequence + 1
        since, self._sequence = self._sequence, max(self._sequence, event.sequence)
        if not missed:
            self.heard.emit(event)
            return
        last = event.sequence

        def tell(events: tuple[Event, ...]) -> None:
            for old in events:
                if old.sequence <= last:
                    self.heard.emit(old)

        self.ask(f"events since {since}", lambda site: site.events_since(since), tell)

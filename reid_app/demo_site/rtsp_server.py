"""Serves video files and test patterns as RTSP cameras, with GStreamer.

Run it with the system's Python, which has GStreamer's bindings (Debian:
``python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base
gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly``);
it imports nothing of this application::

    /usr/bin/python3 rtsp_server.py --port 8554 yard=yard.mp4 test=pattern:640x360@25

Each NAME=SOURCE becomes ``rtsp://HOST:PORT/NAME``. A source is an H.264 MP4
file, sent as it is in real time and from the start again at its end, or
``pattern:WIDTHxHEIGHT@FPS``, a moving test picture; with ``/mjpeg`` behind it, as
Motion JPEG. All clients of a name share one stream, as with a camera. When it listens it writes one line of JSON to its
standard output: ``{"port": 8554, "urls": {"yard": "rtsp://..."}}``. It ends on
SIGTERM, SIGINT, or when its standard input is closed.

Lines on standard input steer it, so that a test can be a bad camera:
``drop NAME`` cuts the clients of NAME off and refuses new ones, ``restore NAME``
lets them in again, ``stall NAME`` stops sending without a word, ``resume NAME``
goes on. Each is answered with ``{"done": "drop yard"}``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]  # the system Python has it

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402  (versions first)

PATTERN = re.compile(r"pattern:(\d{2,4})x(\d{2,4})@(\d{1,3})(/mjpeg)?$")
H264 = "video/x-h264,stream-format=byte-stream,alignment=au"
JPEG = "image/jpeg"


class Feed:
    """One camera: a pipeline that always runs and pushes packets to whoever watches.

    Args:
        name: Last part of the address.
        source: File or pattern.
    """

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.stalled = False
        self._offset = 0
        self._last = 0
        self._sinks: list[Any] = []
        self._clock_base = 0
        pattern = PATTERN.match(source)
        if pattern:
            width, height, fps, jpeg = pattern.groups()
            encoder = f"x264enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max={fps}"
            head = (
                f"videotestsrc is-live=true pattern=ball ! video/x-raw,width={width},height={height},framerate={fps}/1 "
                f"! {'videoconvert ! video/x-raw,format=I420 ! jpegenc' if jpeg else encoder} "
            )
            self._loops = False
        else:
            quoted = str(Path(source).resolve()).replace("\\", "\\\\").replace('"', '\\"')
            head = f'filesrc location="{quoted}" ! qtdemux '
            self._loops = True
        self.is_jpeg = bool(pattern and pattern[4])
        self._pipeline = Gst.parse_launch(
            f"{head}! {JPEG if self.is_jpeg else f'h264parse config-interval=-1 ! {H264}'} "
            "! appsink name=out emit-signals=true sync=true max-buffers=4 drop=false"
        )
        out = self._pipeline.get_by_name("out")
        out.connect("new-sample", self._on_sample)
        bus = self._pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self._on_message)

    def start(self) -> None:
        """Begin to run; a file is prepared for gapless looping first."""
        if self._loops:
            self._pipeline.set_state(Gst.State.PAUSED)
            self._pipeline.get_state(10 * Gst.SECOND)
            flags = Gst.SeekFlags.FLUSH | Gst.SeekFlags.SEGMENT
            self._pipeline.seek(1.0, Gst.Format.TIME, flags, Gst.SeekType.SET, 0, Gst.SeekType.NONE, -1)
        self._pipeline.set_state(Gst.State.PLAYING)

    def attach(self, appsrc: Any) -> None:
        """Send to ``appsrc`` from the next key frame on."""
        self._sinks.append([appsrc, False])

    def detach_all(self) -> None:
        """Forget everybody who watches."""
        self._sinks.clear()

    def _on_message(self, _bus: Any, message: Any) -> None:
        if message.type == Gst.MessageType.SEGMENT_DONE:
            self._pipeline.seek(1.0, Gst.Format.TIME, Gst.SeekFlags.SEGMENT, Gst.SeekType.SET, 0, Gst.SeekType.NONE, -1)
        elif message.type == Gst.MessageType.EOS and self._loops:
            flags = Gst.SeekFlags.FLUSH | Gst.SeekFlags.SEGMENT
            self._pipeline.seek(1.0, Gst.Format.TIME, flags, Gst.SeekType.SET, 0, Gst.SeekType.NONE, -1)
        elif message.type == Gst.MessageType.ERROR:
            error, _ = message.parse_error()
            sys.stderr.write(f"{self.name}: {error.message}\n")
            sys.exit(2)

    def _on_sample(self, sink: Any) -> Any:
        buffer = sink.emit("pull-sample").get_buffer()
        if self.stalled:
            return Gst.FlowReturn.OK
        key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
        for entry in list(self._sinks):
            appsrc, begun = entry
            if not begun and not key:
                continue
            entry[1] = True
            packet = buffer.copy_deep()
            packet.pts = packet.dts = Gst.CLOCK_TIME_NONE
            if appsrc.emit("push-buffer", packet) != Gst.FlowReturn.OK and entry in self._sinks:
                self._sinks.remove(entry)
        return Gst.FlowReturn.OK


class Factory(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]  # GStreamer's bindings have no types
    """Makes the one shared stream of a feed when the first client comes."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._feed = feed
        self.set_shared(True)
        self.set_launch(
            "( appsrc name=in is-live=true do-timestamp=true format=time block=false "
            + (
                f"caps={JPEG} ! jpegparse ! rtpjpegpay name=pay0 pt=26 )"
                if feed.is_jpeg
                else f"caps={H264} ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 )"
            )
        )
        self.connect("media-configure", self._on_configure)

    def _on_configure(self, _factory: Any, media: Any) -> None:
        self._feed.attach(media.get_element().get_by_name("in"))


class Server:
    """The RTSP server with its feeds."""

    def __init__(self, host: str, port: int, feeds: list[Feed], login: tuple[str, str] | None) -> None:
        self._server = GstRtspServer.RTSPServer()
        self._server.set_address(host)
        self._server.set_service(str(port))
        self._host = host
        self._feeds = {feed.name: feed for feed in feeds}
        self._login = login
        self._role = "viewer"
        if login is not None:
            auth = GstRtspServer.RTSPAuth()
            token = GstRtspServer.RTSPToken()
            token.set_string("media.factory.role", self._role)
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*login), token)
            self._server.set_auth(auth)
        for feed in feeds:
            self._mount(feed)
            feed.start()
        if not self._server.attach(None):
            raise SystemExit(f"cannot listen on {host}:{port}; choose another --port")

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.get_bound_port())

    def urls(self) -> dict[str, str]:
        """Address of each feed, without the password."""
        return {name: f"rtsp://{self._host}:{self.port}/{name}" for name in self._feeds}

    def _mount(self, feed: Feed) -> None:
        factory = Factory(feed)
        if self._login is not None:
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role(self._role, "media.factory.access", True)
            permissions.add_permission_for_role(self._role, "media.factory.construct", True)
            factory.set_permissions(permissions)
        self._server.get_mount_points().add_factory(f"/{feed.name}", factory)

    def command(self, line: str) -> bool:
        """Obey one line of standard input; False when it makes no sense."""
        verb, _, name = line.strip().partition(" ")
        feed = self._feeds.get(name)
        if feed is None:
            return False
        if verb in {"stall", "resume"}:
            feed.stalled = verb == "stall"
        elif verb == "drop":
            self._server.get_mount_points().remove_factory(f"/{name}")
            feed.detach_all()
            path = f"/{name}"
            self._server.client_filter(lambda _server, client: self._cut(client, path))
        elif verb == "restore":
            self._mount(feed)
        else:
            return False
        return True

    @staticmethod
    def _cut(client: Any, path: str) -> Any:
        """Close the connection of a client that watches ``path``."""
        watching = []

        def look(_client: Any, session: Any) -> Any:
            if session.get_media(path)[0] is not None:
                watching.append(session)
            return GstRtspServer.RTSPFilterResult.KEEP

        client.session_filter(look)
        return GstRtspServer.RTSPFilterResult.REMOVE if watching else GstRtspServer.RTSPFilterResult.KEEP


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(description="Serve files and test patterns as RTSP cameras.")
    parser.add_argument("sources", nargs="+", metavar="NAME=SOURCE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8554, help="0 takes a free one")
    parser.add_argument("--user", help="ask clients for this name; the password comes from RTSP_PASSWORD")
    options = parser.parse_args()
    Gst.init(None)
    feeds = []
    for text in options.sources:
        name, equals, source = text.partition("=")
        if not equals or not re.fullmatch(r"[\w.-]+", name):
            parser.error(f"{text!r} is not NAME=SOURCE with a NAME of letters, digits, _ . and -")
        if not PATTERN.match(source) and not Path(source).is_file():
            parser.error(f"{source!r} is neither a file nor pattern:WIDTHxHEIGHT@FPS[/mjpeg]")
        feeds.append(Feed(name, source))
    login = (options.user, os.environ.get("RTSP_PASSWORD", "")) if options.user else None
    server = Server(options.host, options.port, feeds, login)
    loop = GLib.MainLoop()
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)

    def listen(channel: Any, condition: Any) -> bool:
        line = channel.readline() if condition & GLib.IO_IN else ""
        if not line:
            loop.quit()
            return False
        answer = {"done": line.strip()} if server.command(line) else {"error": f"unknown command {line.strip()!r}"}
        say(answer)
        return True

    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP | GLib.IO_ERR, listen)
    say({"port": server.port, "urls": server.urls()})
    loop.run()
    return 0


def say(value: dict[str, Any]) -> None:
    """Write one line of JSON to standard output."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

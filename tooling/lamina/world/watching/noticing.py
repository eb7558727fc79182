"""The one watch there is: it waits for the kernel's events, and looks for itself at times; only that where none come."""

import errno
import math
import select
import socket
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from time import monotonic

from lamina.world.watching.folders import Folders, Told
from lamina.world.watching.looks import by_content, by_stat, look, look_again
from lamina.world.watching.mounts import silent_mount

_MOST_DELAY = 0.01  # seconds from the first event to the answer, however many follow
_POLL = 0.5  # seconds between looks where there are no events
# What takes long is done less often: a look beside events takes a fiftieth of the time at most, one in their place a tenth.
_SHARE, _SHARE_ALONE = 50, 10
# What the kernel says by other words, which speak of disks (inotify(7)).
_LIMITS = {
    errno.ENOSPC: "fs.inotify.max_user_watches allows no more",
    errno.EMFILE: "fs.inotify.max_user_instances, or the limit of open files, allows no more",
}


class Noticing:
    """A watch on places; `watching` makes it."""

    def __init__(self, places: Sequence[str], debounce: float, sweep: float) -> None:
        self._places, self._debounce, self._sweep = tuple(places), debounce, sweep
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._using, self._closed = Lock(), False
        self._folders: Folders | None = None
        self._silence = ""
        self._arm()
        if not self._folders:
            self._look()

    @property
    def how(self) -> str:
        """How changes are noticed, for people."""
        return "events" if self._folders else f"polling every {self._pause:.1f} s, since {self._silence}"

    def wait(self, seconds: float | None = None) -> bool:
        """True as soon as something may have changed since the last True; False when the time is over, or when closed."""
        with self._using:
            answer = self._waited(math.inf if seconds is None else monotonic() + seconds)
        if self._closed:
            self._free()
        return answer

    def wake(self) -> None:
        """Have `wait` return True now; other threads and signal handlers may call it."""
        with suppress(OSError):  # full: it rings already; closed: nobody listens
            self._bell.send(b"!")

    def close(self) -> None:
        """Give all back; a thread that waits gets False."""
        self._closed = True
        self.wake()
        self._free()

    def _waited(self, end: float) -> bool:
        while not self._closed:
            if self._rung(min(end, self._next)):
                return not self._closed
            if self._happened() or (monotonic() >= self._next and self._missed()):
                return True
            if monotonic() >= end:
                return False
        return False

    def _rung(self, until: float) -> bool:
        """Wait for events or the bell; whether it was the bell."""
        poll = select.poll()
        for source in (self._ear, self._folders):
            if source:
                poll.register(source, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(max(0, math.ceil((until - monotonic()) * 1000)))]
        if self._ear.fileno() not in ready:
            return False
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        return True

    def _happened(self) -> bool:
        """Whether events are there about the places; further ones are taken along, until it is quiet or time to answer."""
        if not self._folders or not (told := self._folders.read()):
            return False
        told |= self._rest(self._folders)
        # What a later look compares with is what was there before the answer: so a change after it is never taken for told.
        if told.folders:
            self._arm()
            self._look()
        else:
            look_again(self._seen, told.paths, self._places, by_stat)
        return True

    def _rest(self, folders: Folders) -> Told:
        told, latest = Told(), monotonic() + _MOST_DELAY
        poll = select.poll()
        poll.register(folders, select.POLLIN)
        while (left := latest - monotonic()) > 0 and poll.poll(math.ceil(min(left, self._debounce) * 1000)):
            told |= folders.read()
        return told

    def _missed(self) -> bool:
        """Look at everything: whether something changed that no event told of."""
        before = self._seen
        self._look()
        if before == self._seen:
            return False
        self._arm()
        return True

    def _look(self) -> None:
        begun = monotonic()
        self._seen = look(self._places, by_stat if self._folders else by_content)
        ended = monotonic()
        least, share = (self._sweep, _SHARE) if self._folders else (_POLL, _SHARE_ALONE)
        self._pause = max(least, share * (ended - begun))
        self._next = ended + self._pause

    def _arm(self) -> None:
        """Have the kernel watch what is there now; where it cannot, say why, and look from now on."""
        before = self._folders
        self._silence = silent_mount(self._places) or ""
        try:
            if self._silence:
                self._disarm()
            elif self._folders:
                self._folders.arm()
            else:
                self._folders = Folders(self._places)
        except OSError as error:
            self._disarm()
            self._silence = _LIMITS.get(error.errno or 0, f"the system gives no events: {error.strerror or error}")
        if (before is None) != (self._folders is None):  # looks of one kind are not compared with those of the other
            self._look()

    def _disarm(self) -> None:
        if self._folders:
            self._folders.close()
        self._folders = None

    def _free(self) -> None:
        """Close what is open, unless a thread waits: it does so when it returns."""
        if self._using.acquire(blocking=False):
            try:
                self._disarm()
                self._bell.close()
                self._ear.close()
            finally:
                self._using.release()

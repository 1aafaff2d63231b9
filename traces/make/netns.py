"""Enter a named network namespace, and come back.

    with inside("name"):
        sock = socket.socket()

A socket stays for ever in the namespace where it was made, so one program
can hold both ends of a conversation. Needs root. (os.setns came with
Python 3.12; this works with older ones too.)
"""

import contextlib
import ctypes
import os

CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)


def enter(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        errno = ctypes.get_errno()
        raise OSError(errno, "cannot enter the network namespace: " + os.strerror(errno))


@contextlib.contextmanager
def inside(name):
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    there = os.open("/run/netns/" + name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(there)
        try:
            yield
        finally:
            enter(home)
    finally:
        os.close(there)
        os.close(home)

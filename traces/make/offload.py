"""Switch off what lets an interface leave TCP's work to the hardware.

    offload.py NAMESPACE INTERFACE ...

Does what `ethtool -K INTERFACE tx off sg off tso off gso off gro off` does,
by the same ioctl. Without it the kernel hands over segments far larger than
the MTU with checksums not yet computed, and that is what a capture would show.
"""

import array
import fcntl
import socket
import struct
import sys

from netns import inside

SIOCETHTOOL = 0x8946

# linux/ethtool.h: the commands that set one feature each, dependants first
SETTERS = {"gro": 0x2C, "gso": 0x24, "tso": 0x1F, "sg": 0x19, "tx": 0x17}


def switch_off(sock, interface, command):
    value = array.array("I", [command, 0])
    address, _ = value.buffer_info()
    request = struct.pack("16sP16x", interface.encode(), address)
    fcntl.ioctl(sock, SIOCETHTOOL, request)


def main():
    namespace, interfaces = sys.argv[1], sys.argv[2:]
    with inside(namespace), socket.socket() as sock:
        for interface in interfaces:
            for feature, command in SETTERS.items():
                try:
                    switch_off(sock, interface, command)
                except OSError as err:
                    sys.exit(f"offload.py: cannot switch {feature} off on {interface}: {err}")


if __name__ == "__main__":
    main()

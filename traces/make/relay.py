"""A link in user space: delays every packet, and does harm to named ones.

    relay.py NAMESPACE_A NAMESPACE_B [--delay-ms 10] [--rate-mbps 20]
             [--drop SIDE@OFFSET[*TIMES]] [--late SIDE@OFFSET+MS]

Each namespace must have a TUN device called `line`; what the kernel sends
into one comes out of the other. IPv4 only.

The victim is named by the side that sends it (a or b) and by a byte of its
stream: `--drop b@28960*2` loses the segment with byte 28960 of what b sends,
counted from 0 just after the SYN, the first two times it is seen. `--late
b@28960+15` holds that segment back for 15 ms more, once, so that later ones
overtake it.

Prints "ready", then one line for every packet harmed. Ends on SIGTERM.
"""

import argparse
import fcntl
import heapq
import os
import re
import select
import signal
import struct
import sys
import time

from netns import inside

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
TCP, SYN = 6, 0x02


def open_tun(namespace):
    with inside(namespace):
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", b"line", IFF_TUN | IFF_NO_PI))
    return tun


class Fault:
    """What shall happen to the segment that holds one byte of a stream."""

    def __init__(self, text, times=1, late_ms=0):
        match = re.fullmatch(r"([ab])@(\d+)(?:([*+])(\d+))?", text)
        if not match or (match[3] == "+") != bool(late_ms):
            sys.exit(f"relay.py: cannot read the fault {text!r}")
        self.text = text
        self.side = match[1]
        self.byte = int(match[2])
        self.late = int(match[4]) / 1000 if late_ms else 0
        self.left = int(match[4]) if match[3] == "*" else times

    def hits(self, side, start, length):
        return self.left > 0 and side == self.side and start <= self.byte < start + length


class Direction:
    """One way through the link: finds the stream offset of each segment."""

    def __init__(self, side):
        self.side = side
        self.first_byte = {}  # (ports) -> sequence number of stream byte 0
        self.line_free = 0.0  # when the last bit of the packet before has left

    def place(self, packet):
        """(start, length) of the packet's text in its stream; None: no TCP."""
        if packet[0] >> 4 != 4 or packet[9] != TCP:
            return None
        total = int.from_bytes(packet[2:4], "big")
        tcp = packet[(packet[0] & 15) * 4 : total]
        ports = tcp[0:4]
        seq = int.from_bytes(tcp[4:8], "big")
        if tcp[13] & SYN:
            self.first_byte[ports] = seq + 1
        if ports not in self.first_byte:
            return None
        return (seq - self.first_byte[ports]) % 2**32, len(tcp) - (tcp[12] >> 4) * 4


class Link:
    def __init__(self, delay, bytes_per_second, faults):
        self.delay = delay
        self.bytes_per_second = bytes_per_second
        self.faults = faults
        self.flying = []  # heap of (due, order, out, packet)
        self.order = 0    # equal times leave in the order of arrival

    def carry(self, direction, packet, out, now):
        late = 0.0
        place = direction.place(packet)
        for fault in self.faults if place else []:
            if not fault.hits(direction.side, *place):
                continue
            fault.left -= 1
            start, length = place
            what = f"late by {fault.late * 1000:g} ms" if fault.late else "dropped"
            print(f"{fault.text}: bytes {start}..{start + length - 1} {what}", flush=True)
            if not fault.late:
                return
            late += fault.late
        if self.bytes_per_second:
            now = max(now, direction.line_free) + len(packet) / self.bytes_per_second
            direction.line_free = now
        self.order += 1
        heapq.heappush(self.flying, (now + self.delay + late, self.order, out, packet))

    def deliver(self, now):
        """Sends what is due; how long until the next, None: nothing flies."""
        while self.flying and self.flying[0][0] <= now:
            _, _, out, packet = heapq.heappop(self.flying)
            os.write(out, packet)
        return self.flying[0][0] - now if self.flying else None


def run(link, tun_a, tun_b):
    ways = {tun_a: (Direction("a"), tun_b), tun_b: (Direction("b"), tun_a)}
    while True:
        wait = link.deliver(time.monotonic())
        readable, _, _ = select.select(list(ways), [], [], wait)
        for tun in readable:
            direction, out = ways[tun]
            link.carry(direction, os.read(tun, 65535), out, time.monotonic())


def main():
    parser = argparse.ArgumentParser(description="a link with delay and named losses")
    parser.add_argument("namespace_a")
    parser.add_argument("namespace_b")
    parser.add_argument("--delay-ms", type=float, default=10)
    parser.add_argument("--rate-mbps", type=float, default=0, help="0: no limit")
    parser.add_argument("--drop", action="append", default=[], metavar="SIDE@OFFSET[*TIMES]")
    parser.add_argument("--late", action="append", default=[], metavar="SIDE@OFFSET+MS")
    args = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    faults = [Fault(text) for text in args.drop]
    faults += [Fault(text, late_ms=1) for text in args.late]
    tun_a, tun_b = open_tun(args.namespace_a), open_tun(args.namespace_b)
    print("ready", flush=True)
    run(Link(args.delay_ms / 1000, args.rate_mbps * 1e6 / 8, faults), tun_a, tun_b)


if __name__ == "__main__":
    main()

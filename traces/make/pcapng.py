"""Rewrites a capture of tcpdump as pcapng with nothing but its packets.

    pcapng.py IN.pcap OUT.pcapng

One section, one interface, one enhanced packet block a packet, and no
options but the resolution of the time: no comment, no name of a machine,
interface, program or operating system.
"""

import struct
import sys

RESOLUTIONS = {0xA1B2C3D4: 6, 0xA1B23C4D: 9}  # magic -> decimals of a second
SHB, IDB, EPB = 0x0A0D0D0A, 1, 6
OPT_END, IF_TSRESOL = 0, 9


def padded(data):
    return data + bytes(-len(data) % 4)


def block(kind, body):
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value)


def convert(pcap):
    magic, _, _, _, _, snaplen, link_type = struct.unpack_from("<IHHiIII", pcap)
    if magic not in RESOLUTIONS:
        sys.exit("pcapng.py: this is not a capture that tcpdump wrote on this machine")
    decimals = RESOLUTIONS[magic]
    options = option(IF_TSRESOL, bytes([decimals])) + option(OPT_END, b"")
    yield block(SHB, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    yield block(IDB, struct.pack("<HHI", link_type, 0, snaplen) + options)
    at = 24
    while at < len(pcap):
        seconds, fraction, kept, length = struct.unpack_from("<IIII", pcap, at)
        at += 16
        ticks = seconds * 10**decimals + fraction
        head = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, kept, length)
        yield block(EPB, head + padded(pcap[at : at + kept]))
        at += kept


def main():
    with open(sys.argv[1], "rb") as source:
        pcap = source.read()
    with open(sys.argv[2], "wb") as target:
        target.writelines(convert(pcap))


if __name__ == "__main__":
    main()

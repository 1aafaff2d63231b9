#!/usr/bin/env python3
"""Writes captures that no reader should be surprised by into a directory.

    tests/make_bad_captures.py DIRECTORY

Prints a table, one line a file, columns separated by tabs:

    name  outcome  records  what it is

`outcome` says what a careful reader does: `refuse` the file with a reason,
read `records` and then say where the file is `cut` (damaged, or changes into
something that cannot be followed), or read the `whole` of it. A record can be
read and still hold nonsense: reading is about the file, not the packet.

Where these files are not cut they hold the same eight packets, if the
description does not say otherwise: a handshake, 16 bytes, and a close.
"""

import gzip
import os
import struct
import sys

from craft import *  # one vocabulary for packets and files

CASES = []


def case(name, outcome, records, what):
    def keep(make):
        CASES.append((name, outcome, records, what, make))
        return make
    return keep


def add(name, outcome, records, what, content):
    CASES.append((name, outcome, records, what, lambda: content))


def edited(at, new, data):
    return data[:at] + new + data[at + len(new):]


GOOD = pcap(frames())
GOOD_NG = section() + interface() + all_enhanced(frames())
FRAME = frames()[0]


# --- files that are no captures ---------------------------------------------

add("empty.pcap", "refuse", 0, "no byte at all", b"")
add("one-byte.pcap", "refuse", 0, "the first byte of a pcap", GOOD[:1])
add("short-header.pcap", "refuse", 0, "a pcap header without its last byte", GOOD[:23])
add("wrong-magic.pcap", "refuse", 0,
    "a magic number that nobody uses", b"\xde\xad\xbe\xef" + GOOD[4:])
add("zeros.pcap", "refuse", 0, "4096 zeros", bytes(4096))
add("text.pcap", "refuse", 0, "a text", b"This is not a capture.\n")
add("scenario.pcap", "refuse", 0, "JSON under the name of a capture", b'{"hosts": []}\n')
add("gzip.pcap.gz", "refuse", 0, "a good capture, compressed by gzip", gzip.compress(GOOD, mtime=0))
add("major-3.pcap", "refuse", 0, "pcap version 3.4, which never was", pcap(frames(), major=3))


# --- pcap: unusual, but right -----------------------------------------------

add("good.pcap", "whole", 8, "nothing wrong, for comparison", GOOD)
add("header-only.pcap", "whole", 0, "a header and no packet", GOOD[:24])
add("big-endian.pcap", "whole", 8, "written on a big-endian machine", pcap(frames(), order=">"))
add("nanoseconds.pcap", "whole", 8, "times in nanoseconds, 10 us apart",
    pcap(frames(), magic=0xA1B23C4D))
add("nanoseconds-big-endian.pcap", "whole", 8, "nanoseconds, big-endian",
    pcap(frames(), magic=0xA1B23C4D, order=">"))
add("minor-3.pcap", "whole", 8, "pcap version 2.3 of 1990s' machines", pcap(frames(), minor=3))
add("snaplen-0.pcap", "whole", 8, "the header says that packets have at most 0 bytes",
    pcap(frames(), snaplen=0))
add("snaplen-2gib.pcap", "whole", 8, "the header says that packets have up to 2 GiB",
    pcap(frames(), snaplen=2**31))


@case("modified.pcap", "whole", 8, "Kuznetsov's variant: 8 bytes more in each record's header")
def modified():
    return pcap_header(magic=0xA1B2CD34) + b"".join(
        record(f, n, extra=bytes(8)) for n, f in enumerate(frames()))


# --- pcap: damaged ----------------------------------------------------------

add("cut-record-header.pcap", "cut", 7, "the last record's header ends after 7 of 16 bytes",
    pcap(frames()[:7]) + record(FRAME)[:7])
add("cut-record.pcap", "cut", 7, "the last packet ends in its middle", GOOD[:-30])
add("caplen-2gib.pcap", "cut", 2, "the third record claims 2 GiB of captured bytes",
    pcap(frames()[:2]) + record(FRAME, kept=2**31) + record(FRAME))
add("caplen-16mib.pcap", "cut", 2, "the third record claims 16 MiB of captured bytes",
    pcap(frames()[:2]) + record(FRAME, kept=2**24, length=2**24) + bytes(4096))
add("caplen-over-len.pcap", "whole", 3,
    "the third record has more captured bytes than the packet had",
    pcap(frames()[:2]) + record(frames()[2], 2, length=20))
add("caplen-0.pcap", "whole", 3, "the third record has captured nothing of its packet",
    pcap(frames()[:2]) + record(b"", 2, length=54))
add("len-4gib.pcap", "whole", 3, "the third packet was 4 GiB long on the wire, it says",
    pcap(frames()[:2]) + record(frames()[2], 2, length=2**32 - 1))
add("caplen-over-snaplen.pcap", "whole", 8,
    "the header says 40 bytes at most, the records have more",
    pcap(frames(), snaplen=40))


@case("snapped.pcap", "whole", 8, "only the first 48 bytes of each frame: TCP headers are cut")
def snapped():
    return pcap_header(snaplen=48) + b"".join(
        record(f[:48], n, length=len(f)) for n, f in enumerate(frames()))


# --- pcap: strange times ----------------------------------------------------


def at_times(times):
    data = zip(frames(), times)
    return pcap_header() + b"".join(record(f, seconds=s, fraction=u) for f, (s, u) in data)


def one_odd_time(seconds, fraction):
    times = [(START, n * 10000) for n in range(8)]
    times[3] = (seconds, fraction)
    return at_times(times)


add("microseconds-2000000.pcap", "whole", 8,
    "the fourth time has 2,000,000 microseconds in its second",
    one_odd_time(START, 2_000_000))
add("microseconds-max.pcap", "whole", 8, "the fourth time has 2^32-1 microseconds, or minus one",
    one_odd_time(START, 2**32 - 1))
add("seconds-max.pcap", "whole", 8, "the fourth time is in the year 2106, or minus one second",
    one_odd_time(2**32 - 1, 0))
add("seconds-0.pcap", "whole", 8, "all times are 0", at_times([(0, 0)] * 8))
add("times-equal.pcap", "whole", 8, "all packets at the same time", at_times([(START, 7)] * 8))
add("times-backwards.pcap", "whole", 8, "each packet 10 ms before the one in front of it",
    at_times([(START, 900000 - n * 10000) for n in range(8)]))
add("ten-years.pcap", "whole", 8, "ten years between the fourth packet and the fifth",
    at_times([(START + (n > 3) * 315_360_000, n * 10000) for n in range(8)]))


# --- link types -------------------------------------------------------------


def link(name, kind, what, wrap, outcome="whole"):
    data = [wrap(to_server, packet) for to_server, packet in conversation()]
    add(f"link-{name}.pcap", outcome, 8, what, pcap(data, link=kind))


def cooked_v1(to_server, packet):
    kind = 4 if to_server else 0
    return struct.pack(">HHH8sH", kind, 1, 6, CLIENT_MAC + b"\0\0", ETHER_IP) + packet


def cooked_v2(to_server, packet):
    return struct.pack(">HHIHBB8s", ETHER_IP, 0, 2, 1, 4 if to_server else 0, 6,
                       CLIENT_MAC + b"\0\0") + packet


def tagged(count, packet):
    tags = b"".join(struct.pack(">HH", n + 1, 0x8100) for n in range(count - 1))
    return ethernet(tags + struct.pack(">HH", count, ETHER_IP) + packet, kind=0x8100)


def labelled(count, packet):
    labels = b"".join(struct.pack(">I", (16 + n) << 12 | (n == count - 1) << 8 | 64)
                      for n in range(count))
    return ethernet(labels + packet, kind=0x8847)


def over_pppoe(packet):
    header = struct.pack(">BBHHH", 0x11, 0, 1, 2 + len(packet), 0x0021)
    return ethernet(header + packet, kind=0x8864)


link("null", NULL, "BSD loopback, little-endian family", lambda _, p: struct.pack("<I", 2) + p)
link("null-big-endian", NULL, "BSD loopback, big-endian family in a little-endian file",
     lambda _, p: struct.pack(">I", 2) + p)
link("loop", LOOP, "OpenBSD loopback", lambda _, p: struct.pack(">I", 2) + p)
link("raw", RAW, "raw IP", lambda _, p: p)
link("raw-bsd", 12, "raw IP under the number of an old BSD", lambda _, p: p)
link("ipv4", IPV4, "raw IPv4", lambda _, p: p)
link("ipv6-lies", IPV6, "declared as raw IPv6, but all packets are IPv4", lambda _, p: p)
link("sll", SLL, "Linux cooked, version 1", cooked_v1)
link("sll2", SLL2, "Linux cooked, version 2", cooked_v2)
link("vlan", ETHERNET, "one VLAN tag", lambda _, p: tagged(1, p))
link("vlan-8", ETHERNET, "eight VLAN tags", lambda _, p: tagged(8, p))
link("vlan-300", ETHERNET, "three hundred VLAN tags", lambda _, p: tagged(300, p))
link("mpls-16", ETHERNET, "sixteen MPLS labels", lambda _, p: labelled(16, p))
link("pppoe", ETHERNET, "PPP over Ethernet", lambda _, p: over_pppoe(p))
link("ppp", PPP, "PPP", lambda _, p: b"\xff\x03\x00\x21" + p)
link("padding", ETHERNET, "Ethernet frames filled up to 60 bytes with 0xff",
     lambda s, p: ethernet(p, to_server=s).ljust(60, b"\xff"))
link("fcs", 0x24000001, "Ethernet with its check sequence, declared in the header",
     lambda s, p: ethernet(p, to_server=s) + b"\xde\xad\xbe\xef")
link("radiotap", RADIOTAP, "Wi-Fi: a radiotap header and nothing after it",
     lambda *_: bytes([0, 0, 8, 0, 0, 0, 0, 0]))
link("bluetooth", BLUETOOTH, "Bluetooth, no IP at all", lambda *_: bytes(12))
link("usb", USB, "USB, no IP at all", lambda *_: bytes(64))
link("9999", 9999, "a link type that does not exist", lambda s, p: ethernet(p, to_server=s))
link("short", ETHERNET, "frames of 13 bytes, shorter than an Ethernet header",
     lambda *_: FRAME[:13])


# --- captures without a whole connection ------------------------------------

add("only-arp.pcap", "whole", 4, "ARP only", pcap([arp_request()] * 4))
add("only-udp.pcap", "whole", 4, "UDP only",
    pcap([ethernet(ipv4(udp(b"not TCP"), protocol=PROTO_UDP))] * 4))
add("one-direction.pcap", "whole", 5, "the client's packets only",
    pcap([f for f, (to_server, _) in zip(frames(), conversation()) if to_server]))
add("mid-stream.pcap", "whole", 5, "begins with the data: no handshake", pcap(frames()[3:]))
add("no-end.pcap", "whole", 4, "ends with the data: no close", pcap(frames()[:4]))
add("lone-ack.pcap", "whole", 1, "one ACK of a connection and nothing else", pcap(frames()[2:3]))
add("duplicates.pcap", "whole", 16, "each packet twice, as a mirror port shows them",
    pcap([f for f in frames() for _ in range(2)]))
add("ack-before-data.pcap", "whole", 8, "the ACK was captured before the data that it acknowledges",
    pcap([frames()[n] for n in (0, 1, 2, 4, 3, 5, 6, 7)]))
add("offload-checksums.pcap", "whole", 8, "TCP checksums which were left to the network card",
    pcap([edited(50, b"\x12\x34", f) for f in frames()]))


@case("super-packet.pcap", "whole", 9, "a segment of 60,000 bytes before the network card cut it")
def super_packet():
    seq = CLIENT_ISS + 1 + len(HELLO)
    big = ethernet(ipv4(tcp(ACK, seq, SERVER_ISS + 1, b"x" * 60000)))
    return pcap(frames()[:5] + [big] + frames()[5:])


# --- one odd packet between good ones ---------------------------------------


def odd(name, what, *odd_frames):
    """Between the third packet, the end of the handshake, and the fourth."""
    data = frames()[:3] + list(odd_frames) + frames()[3:]
    add(f"packet-{name}.pcap", "whole", len(data), what, pcap(data))


def data_segment(text=HELLO, **fields):
    return tcp(PSH | ACK, CLIENT_ISS + 1, SERVER_ISS + 1, text, **fields)


def odd_ip(name, what, addresses=None, **fields):
    segment = data_segment(addresses=addresses)
    odd(name, what, ethernet(ipv4(segment, addresses=addresses, **fields)))


def odd_ipv6(name, what, before=b"", **fields):
    segment = data_segment(addresses=(CLIENT6, SERVER6))
    odd(name, what, ethernet(ipv6(before + segment, **fields), kind=ETHER_IPV6))


def odd_icmp(name, what, kind, code, quote):
    message = struct.pack(">BBHI", kind, code, 0, 0) + quote
    message = edited(2, struct.pack(">H", internet_checksum(message)), message)
    odd(name, what, ethernet(ipv4(message, to_server=False, protocol=PROTO_ICMP), to_server=False))


def odd_tcp(name, what, flags=PSH | ACK, seq=CLIENT_ISS + 1, ack=SERVER_ISS + 1, text=HELLO,
            addresses=None, **fields):
    segment = tcp(flags, seq, ack, text, addresses=addresses, **fields)
    odd(name, what, ethernet(ipv4(segment, addresses=addresses)))


def odd_option(name, what, options):
    odd_tcp("option-" + name, what, options=options)


odd_ip("ip-version-5", "IP version 5", version=5)
odd_ip("ip-header-16", "an IP header of 16 bytes, less than the least", words=4)
odd_ip("ip-header-60", "an IP header length field past its right end", words=15)
odd_ip("ip-total-0", "IP total length 0, as before the network card cuts a large segment", total=0)
odd_ip("ip-total-19", "IP total length below the header's", total=19)
odd_ip("ip-total-1500", "IP total length beyond what was captured", total=1500)
odd_ip("ip-checksum", "a wrong IP checksum", checksum=0x1234)
odd_ip("ip-ttl-0", "time to live 0", ttl=0)
odd_ip("ip-option-0", "an IP option of length 0", options=b"\x07\x00\x04\x00")
odd_ip("ip-multicast", "from a multicast address", addresses=(bytes([224, 0, 0, 1]), SERVER))
odd_ip("ip-fragment-tiny", "a first fragment with 8 bytes of TCP header", fragment=0x2000, total=28)
odd_ip("ip-fragment-end", "a fragment that would end past byte 65535", fragment=0x1FFF)
odd("ip-fragments-overlap", "two fragments that contradict each other",
    ethernet(ipv4(data_segment()[:24], fragment=0x2000, ident=77)),
    ethernet(ipv4(b"X" * 20, fragment=0x0002, ident=77)))
odd_ipv6("ipv6-headers-200", "IPv6 with 200 extension headers", next_header=60,
         before=b"\x3c\0\1\4\0\0\0\0" * 199 + b"\x06\0\1\4\0\0\0\0")
odd_ipv6("ipv6-header-overrun", "an IPv6 hop-by-hop header longer than the packet",
         next_header=0, before=b"\x06\xff" + bytes(6))
odd_ipv6("ipv6-length-0", "IPv6 payload length 0", length=0)
odd_icmp("icmp-quote-short", "ICMP unreachable, quoting 4 bytes of TCP", 3, 1, packets()[3][:24])
odd_icmp("icmp-mtu-0", "ICMP fragmentation needed, with an MTU of 0", 3, 4, packets()[3][:28])
odd_tcp("land", "source and target are the same host and port",
        ports=(SERVER_PORT, SERVER_PORT), addresses=(SERVER, SERVER))
odd_tcp("port-0", "port 0", ports=(0, SERVER_PORT))
odd_tcp("header-16", "TCP header of 16 bytes, less than the least", offset=4)
odd_tcp("header-60", "TCP header length past the segment's end", text=b"", offset=15)
odd("header-cut", "TCP header cut after 12 bytes", ethernet(ipv4(data_segment()[:12])))
odd_tcp("checksum", "a wrong TCP checksum", checksum=0x1234)
odd_tcp("checksum-0", "TCP checksum 0", checksum=0)
odd_option("length-0", "an option of length 0", b"\x08\x00\x01\x01")
odd_option("length-1", "an option of length 1", b"\x08\x01\x01\x01")
odd_option("overrun", "an option that reaches past the header", b"\x08\x28\x01\x01")
odd_option("kind-only", "an option without its length at the header's end", b"\x01\x01\x01\x08")
odd_option("unknown", "experimental option 253", b"\xfd\x04\x12\x34")
odd_option("junk-after-end", "something else than zeros after End of Option List",
           b"\x00\xff\xff\xff")
odd_option("scale-late", "a window scale outside a SYN", b"\x03\x03\x07\x00")
odd_option("sack-backwards", "a SACK block whose right edge is left of its left",
           b"\x01\x01\x05\x0a" + struct.pack(">II", 9000, 5000))
odd_option("sack-length", "a SACK option with half a block", b"\x01\x01\x05\x06" + bytes(4))
odd_option("timestamp-length", "a timestamp option of 8 bytes", b"\x08\x08" + bytes(6))
odd_tcp("syn-options", "a second SYN: two MSS options, one of 0, and window scale 255",
        flags=SYN, seq=CLIENT_ISS, ack=0, text=b"",
        options=b"\x02\x04\x05\xb4\x02\x04\x00\x00\x03\x03\xff\x00")
odd_tcp("null", "no flag at all", flags=0)
odd_tcp("christmas", "all flags at once", flags=0x3F)
odd_tcp("syn-fin", "SYN and FIN", flags=SYN | FIN)
odd_tcp("fin-no-ack", "FIN without ACK", flags=FIN)
odd_tcp("urgent-far", "an urgent pointer far past the text", flags=URG | ACK, urgent=65535)
odd_tcp("out-of-window", "text half the sequence space away", seq=CLIENT_ISS + 2**31)
odd_tcp("ack-of-unsent", "an ACK of what the server never sent", ack=SERVER_ISS + 100000)
odd_tcp("reset-outside", "a reset outside of the window",
        flags=RST, seq=CLIENT_ISS - 5000, text=b"")
odd_tcp("other-text", "the same sequence numbers, other bytes", text=HELLO.swapcase())


add("wrap.pcap", "whole", 8, "sequence numbers pass 2^32 in the middle of the text",
    pcap(frames(2**32 - 9)))


# --- pcapng -----------------------------------------------------------------

add("good.pcapng", "whole", 8, "nothing wrong, for comparison", GOOD_NG)
add("ng-big-endian.pcapng", "whole", 8, "written on a big-endian machine",
    section(order=">") + interface(order=">") + all_enhanced(frames(), order=">"))
add("ng-section-only.pcapng", "refuse", 0, "a section header and nothing else", section())
add("ng-no-packets.pcapng", "whole", 0,
    "a section and an interface, no packet", section() + interface())
add("ng-short.pcapng", "refuse", 0, "a section header without its last byte", section()[:-1])
add("ng-byte-order.pcapng", "refuse", 0, "a byte-order mark that is none", section(bom=0x12345678))
add("ng-version-2.pcapng", "refuse", 0, "pcapng version 2.0, which is not yet",
    section(major=2) + interface() + all_enhanced(frames()))
add("ng-packet-first.pcapng", "refuse", 0, "a packet before any interface",
    section() + all_enhanced(frames()) + interface())
add("ng-interface-7.pcapng", "cut", 2, "the third packet is from interface 7, and there is only 0",
    section() + interface() + all_enhanced(frames()[:2]) + enhanced(FRAME, interface_id=7))
add("ng-cut-block.pcapng", "cut", 7, "the last block ends in its middle", GOOD_NG[:-30])
add("ng-cut-block-header.pcapng", "cut", 7, "the last block ends after 5 bytes",
    section() + interface() + all_enhanced(frames()[:7]) + enhanced(FRAME)[:5])
add("ng-trailer.pcapng", "cut", 2, "the third packet's two lengths differ",
    section() + interface() + all_enhanced(frames()[:2]) + enhanced(FRAME, trailer=4))
add("ng-length-8.pcapng", "cut", 2, "the third block says that it has 8 bytes, less than the least",
    section() + interface() + all_enhanced(frames()[:2]) + enhanced(FRAME, length=8))
add("ng-length-odd.pcapng", "cut", 2, "the third block's length is no multiple of 4",
    section() + interface() + all_enhanced(frames()[:2]) + enhanced(FRAME, length=107) + bytes(64))
add("ng-length-1gib.pcapng", "cut", 2, "the third block says that it has 1 GiB",
    section() + interface() + all_enhanced(frames()[:2])
    + enhanced(FRAME, length=2**30) + bytes(64))
add("ng-caplen-over-block.pcapng", "cut", 2,
    "the third packet has more captured bytes than its block",
    section() + interface() + all_enhanced(frames()[:2]) + enhanced(FRAME, kept=5000))
add("ng-two-link-types.pcapng", "cut", 4,
    "four packets of Ethernet, then an interface of raw IP and its four",
    section() + interface() + all_enhanced(frames()[:4])
    + interface(link=RAW) + all_enhanced(packets()[4:], interface_id=1))
add("ng-two-link-types-first.pcapng", "cut", 0,
    "the same, both interfaces first: libpcap reads nothing",
    section() + interface() + interface(link=RAW) + all_enhanced(frames()[:4])
    + all_enhanced(packets()[4:], interface_id=1))
add("ng-two-snaplens.pcapng", "cut", 4, "a second interface with another limit on packets' lengths",
    section() + interface() + all_enhanced(frames()[:4])
    + interface(snaplen=96) + all_enhanced(frames()[4:], interface_id=1))
add("ng-two-interfaces.pcapng", "whole", 8, "two interfaces of the same kind",
    section() + interface() + interface() + all_enhanced(frames()[:4])
    + all_enhanced(frames()[4:], interface_id=1))
add("ng-unknown-block.pcapng", "whole", 8, "a block of an unknown kind between good ones",
    section() + interface() + block(0x0BADBEEF, bytes(32)) + all_enhanced(frames()))
add("ng-simple-packets.pcapng", "whole", 8, "simple packet blocks, which have no time",
    section() + interface() + b"".join(simple(f) for f in frames()))
add("ng-nanoseconds.pcapng", "whole", 8, "times in nanoseconds",
    section() + interface(options=option(9, b"\x09") + option(0, b""))
    + b"".join(enhanced(f, ticks=START * 10**9 + n * 10**7) for n, f in enumerate(frames())))
add("ng-resolution-255.pcapng", "refuse", 0, "times in units of 2^-127 seconds",
    section() + interface(options=option(9, b"\xff") + option(0, b""))
    + all_enhanced(frames()))
add("ng-resolution-long.pcapng", "refuse", 0, "a resolution of 4 bytes instead of one",
    section() + interface(options=option(9, b"\x06\0\0\0") + option(0, b""))
    + all_enhanced(frames()))
add("ng-offset-huge.pcapng", "whole", 8, "all times 10^15 seconds later",
    section() + interface(options=option(14, struct.pack("<q", 10**15)) + option(0, b""))
    + all_enhanced(frames()))
add("ng-option-overrun.pcapng", "refuse", 0, "an interface option that reaches past its block",
    section() + interface(options=option(9, b"\x06", length=4000)) + all_enhanced(frames()))
add("ng-two-sections.pcapng", "whole", 8, "a second section in the same byte order",
    section() + interface() + all_enhanced(frames()[:4])
    + section() + interface() + all_enhanced(frames()[4:]))
add("ng-two-byte-orders.pcapng", "cut", 4, "a second section in the other byte order",
    section() + interface() + all_enhanced(frames()[:4])
    + section(order=">") + interface(order=">") + all_enhanced(frames()[4:], order=">"))
add("ng-other-blocks.pcapng", "whole", 8,
    "names, statistics, secrets and a custom block among the packets",
    section() + interface() + all_enhanced(frames()[:4])
    + block(4, struct.pack("<HH", 0, 0)) + block(5, struct.pack("<III", 0, 0, 0))
    + block(10, struct.pack("<II", 0x544C534B, 0)) + block(0xBAD, struct.pack("<I", 32473))
    + all_enhanced(frames()[4:]))


# ----------------------------------------------------------------------------


def make_special(directory):
    """What is no file, or none that everybody may read."""
    os.makedirs(os.path.join(directory, "directory.pcap"), exist_ok=True)
    yield "directory.pcap", "refuse", 0, "a directory"
    dangling = os.path.join(directory, "dangling.pcap")
    if not os.path.islink(dangling):
        os.symlink("nowhere.pcap", dangling)
    yield "dangling.pcap", "refuse", 0, "a link to a file that is not there"


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    rows = []
    for name, outcome, records, what, make in CASES:
        with open(os.path.join(directory, name), "wb") as out:
            out.write(make())
        rows.append((name, outcome, records, what))
    rows += make_special(directory)
    for row in rows:
        print(*row, sep="\t")


if __name__ == "__main__":
    main()

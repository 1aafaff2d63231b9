"""Frames and capture files, byte by byte, for tests that need odd ones.

Everything is a plain `bytes`; every function makes the right thing unless its
arguments say otherwise. No clock, no chance: the same call, the same bytes.
"""

import struct

CLIENT, SERVER = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])
CLIENT6 = bytes.fromhex("20010db8000000000000000000000001")
SERVER6 = bytes.fromhex("20010db8000000000000000000000002")
CLIENT_MAC, SERVER_MAC = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
PROTO_ICMP, PROTO_TCP, PROTO_UDP = 1, 6, 17
ETHER_IP, ETHER_ARP, ETHER_IPV6 = 0x0800, 0x0806, 0x86DD

ETHERNET, PPP, RAW, LOOP, SLL = 1, 9, 101, 108, 113
NULL, RADIOTAP, BLUETOOTH, USB, IPV4, IPV6, SLL2 = 0, 127, 201, 220, 228, 229, 276

CLIENT_PORT, SERVER_PORT = 40000, 80
CLIENT_ISS, SERVER_ISS = 1000, 5000
START = 1_700_000_000


# --- packets ----------------------------------------------------------------


def internet_checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(source, target, protocol, length):
    if len(source) == 4:
        return source + target + struct.pack(">BBH", 0, protocol, length)
    return source + target + struct.pack(">IHBB", length, 0, 0, protocol)


def tcp(flags, seq, ack=0, text=b"", *, to_server=True, options=b"", offset=None, checksum=None,
        window=64240, urgent=0, ports=None, addresses=None):
    """One segment. `options` of a multiple of 4 bytes; `offset` in words."""
    source, target = addresses or ((CLIENT, SERVER) if to_server else (SERVER, CLIENT))
    if ports is None:
        ports = (CLIENT_PORT, SERVER_PORT) if to_server else (SERVER_PORT, CLIENT_PORT)
    if offset is None:
        offset = 5 + len(options) // 4
    header = struct.pack(">HHIIBBHHH", *ports, seq % 2**32, ack % 2**32, offset << 4,
                         flags, window, 0, urgent)
    segment = header + options + text
    if checksum is None:
        pseudo = pseudo_header(source, target, PROTO_TCP, len(segment))
        checksum = internet_checksum(pseudo + segment)
    return segment[:16] + struct.pack(">H", checksum) + segment[18:]


def udp(text, *, to_server=True):
    source, target = (CLIENT, SERVER) if to_server else (SERVER, CLIENT)
    datagram = struct.pack(">HHHH", 5353, 5353, 8 + len(text), 0) + text
    checksum = internet_checksum(pseudo_header(source, target, PROTO_UDP, len(datagram)) + datagram)
    return datagram[:6] + struct.pack(">H", checksum) + datagram[8:]


def ipv4(payload, *, to_server=True, protocol=PROTO_TCP, version=4, words=None, total=None,
         fragment=0x4000, ident=1, ttl=64, checksum=None, options=b"", addresses=None):
    """`words` is the header length field; `fragment` flags and offset."""
    source, target = addresses or ((CLIENT, SERVER) if to_server else (SERVER, CLIENT))
    if words is None:
        words = 5 + len(options) // 4
    if total is None:
        total = 20 + len(options) + len(payload)
    header = struct.pack(">BBHHHBBH", version << 4 | words, 0, total, ident, fragment, ttl,
                         protocol, 0) + source + target + options
    if checksum is None:
        checksum = internet_checksum(header)
    return header[:10] + struct.pack(">H", checksum) + header[12:] + payload


def ipv6(payload, *, to_server=True, next_header=PROTO_TCP, length=None):
    source, target = (CLIENT6, SERVER6) if to_server else (SERVER6, CLIENT6)
    if length is None:
        length = len(payload)
    return struct.pack(">IHBB", 6 << 28, length, next_header, 64) + source + target + payload


def ethernet(packet, *, to_server=True, kind=ETHER_IP):
    macs = SERVER_MAC + CLIENT_MAC if to_server else CLIENT_MAC + SERVER_MAC
    return macs + struct.pack(">H", kind) + packet


def arp_request():
    body = struct.pack(">HHBBH", 1, ETHER_IP, 6, 4, 1)
    return ethernet(body + CLIENT_MAC + CLIENT + bytes(6) + SERVER, kind=ETHER_ARP)


# --- a conversation ---------------------------------------------------------

HELLO = b"Hello, server.\r\n"


def conversation(iss=CLIENT_ISS):
    """(to_server, IPv4 packet) of a handshake, 16 bytes, and a close: 8 packets."""
    after = iss + 1 + len(HELLO)
    segments = [
        (True, SYN, iss, 0, b""),
        (False, SYN | ACK, SERVER_ISS, iss + 1, b""),
        (True, ACK, iss + 1, SERVER_ISS + 1, b""),
        (True, PSH | ACK, iss + 1, SERVER_ISS + 1, HELLO),
        (False, ACK, SERVER_ISS + 1, after, b""),
        (True, FIN | ACK, after, SERVER_ISS + 1, b""),
        (False, FIN | ACK, SERVER_ISS + 1, after + 1, b""),
        (True, ACK, after + 1, SERVER_ISS + 2, b""),
    ]
    return [
        (s, ipv4(tcp(flags, seq, ack, text, to_server=s), to_server=s, ident=ident))
        for ident, (s, flags, seq, ack, text) in enumerate(segments, 1)
    ]


def packets():
    return [packet for _, packet in conversation()]


def frames(iss=CLIENT_ISS):
    return [ethernet(packet, to_server=to_server) for to_server, packet in conversation(iss)]


# --- pcap -------------------------------------------------------------------


def pcap_header(*, order="<", magic=0xA1B2C3D4, major=2, minor=4, snaplen=262144, link=ETHERNET):
    return struct.pack(order + "IHHiIII", magic, major, minor, 0, 0, snaplen, link)


def record(data, n=0, *, order="<", seconds=None, fraction=None, kept=None, length=None, extra=b""):
    """Record `n` comes 10 ms after the one before."""
    seconds = START if seconds is None else seconds
    fraction = n * 10000 if fraction is None else fraction
    kept = len(data) if kept is None else kept
    length = len(data) if length is None else length
    return struct.pack(order + "IIII", seconds, fraction, kept, length) + extra + data


def pcap(data, **header):
    """A capture of all of `data`, one record each."""
    order = header.get("order", "<")
    return pcap_header(**header) + b"".join(record(d, n, order=order) for n, d in enumerate(data))


# --- pcapng -----------------------------------------------------------------


def padded(data):
    return data + bytes(-len(data) % 4)


def block(kind, body, *, order="<", length=None, trailer=None):
    length = 12 + len(body) if length is None else length
    trailer = length if trailer is None else trailer
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", trailer)


def option(code, value, *, order="<", length=None):
    length = len(value) if length is None else length
    return struct.pack(order + "HH", code, length) + padded(value)


def section(*, order="<", bom=0x1A2B3C4D, major=1, minor=0, options=b""):
    body = struct.pack(order + "IHHq", bom, major, minor, -1) + options
    return block(0x0A0D0D0A, body, order=order)


def interface(*, order="<", link=ETHERNET, snaplen=262144, options=b""):
    return block(1, struct.pack(order + "HHI", link, 0, snaplen) + options, order=order)


def enhanced(data, n=0, *, order="<", interface_id=0, ticks=None, kept=None, **lengths):
    ticks = START * 1_000_000 + n * 10000 if ticks is None else ticks
    kept = len(data) if kept is None else kept
    high, low = divmod(ticks, 2**32)
    head = struct.pack(order + "IIIII", interface_id, high, low, kept, len(data))
    return block(6, head + padded(data), order=order, **lengths)


def simple(data):
    return block(3, struct.pack("<I", len(data)) + padded(data))


def all_enhanced(data, **arguments):
    return b"".join(enhanced(d, n, **arguments) for n, d in enumerate(data))

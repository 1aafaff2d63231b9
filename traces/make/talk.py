"""The conversations that the captures hold, one function each.

    talk.py NAMESPACE_A NAMESPACE_B CONVERSATION

The client lives in namespace A (10.0.0.1, 2001:db8::1), the server in B
(10.0.0.2, 2001:db8::2). Both ends are sockets of this one program, so that a
conversation reads from top to bottom; the segments are the kernel's.
"""

import select
import socket
import struct
import sys
import time

from netns import inside

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8::2"
REQUEST = (
    b"GET /hello.txt HTTP/1.1\r\n"
    b"Host: www.example.com\r\n"
    b"User-Agent: tcplab\r\n"
    b"Connection: close\r\n\r\n"
)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def new_socket(namespace, address, port):
    with inside(namespace):
        sock = socket.socket(family_of(address), socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    sock.settimeout(20)  # a conversation that hangs is an error
    sock.bind((address, port))
    return sock


def listen(namespace, address, port):
    sock = new_socket(namespace, address, port)
    sock.listen(64)
    return sock


def connect(namespace, address, port, peer):
    sock = new_socket(namespace, address, port)
    sock.connect(peer)
    return sock


def numbered(size):
    """`size` bytes of text, a multiple of 32: each line names its own offset."""
    return b"".join(b"byte %8d of this stream ..\n" % at for at in range(0, size, 32))


def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            sys.exit(f"talk.py: the stream ended after {len(data)} of {size} bytes")
        data += piece
    return data


def read_to_end(sock):
    data = b""
    while piece := sock.recv(65536):
        data += piece
    return data


def pump(sender, receiver, data):
    """Sends all of `data` while the other end reads it."""
    sender.setblocking(False)
    sent, got = 0, 0
    while got < len(data):
        writers = [sender] if sent < len(data) else []
        readable, writable, _ = select.select([receiver], writers, [], 20)
        if not readable and not writable:
            sys.exit(f"talk.py: the transfer stands still at byte {got}")
        if writable:
            sent += sender.send(data[sent : sent + 65536])
        if readable:
            got += len(receiver.recv(65536))
    sender.settimeout(20)


def abort(sock):
    """Closes with a RST instead of a FIN: SO_LINGER with a time of 0."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def response(body):
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    ) + body


def http(a, b, client_address, server_address, body):
    """One request, one answer, and the server closes first."""
    listener = listen(b, server_address, 80)
    client = connect(a, client_address, 40000, (server_address, 80))
    server, _ = listener.accept()
    client.sendall(REQUEST)
    server.recv(4096)
    server.sendall(response(body))
    server.close()
    read_to_end(client)
    client.close()
    listener.close()


def fetch(a, b):
    http(a, b, CLIENT, SERVER, b"Hello, world.\n")


def ipv6(a, b):
    http(a, b, CLIENT6, SERVER6, numbered(4096))


def cooked(a, b):
    """The same request twice: over the link, and from A to itself."""
    http(a, b, CLIENT, SERVER, b"From the other side of the link.\n")
    http(a, a, CLIENT, CLIENT, b"From the same machine.\n")


def loopback(a, _):
    listener = listen(a, "127.0.0.1", 8080)
    client = connect(a, "127.0.0.1", 40000, ("127.0.0.1", 8080))
    server, _ = listener.accept()
    client.sendall(b"everything, please\n")
    server.recv(4096)
    pump(server, client, numbered(3125 * 32))
    server.close()
    read_to_end(client)
    client.close()


def transfer(a, b):
    listener = listen(b, SERVER, 80)
    client = connect(a, CLIENT, 40000, (SERVER, 80))
    server, _ = listener.accept()
    client.sendall(b"everything, please\n")
    server.recv(4096)
    pump(server, client, numbered(4700 * 32))
    server.close()
    read_to_end(client)
    client.close()


reordered = transfer


def refused(a, _):
    """Nobody listens on port 81."""
    try:
        connect(a, CLIENT, 40000, (SERVER, 81))
    except ConnectionRefusedError:
        return
    sys.exit("talk.py: the connection was not refused")


def reset(a, b):
    """The server promises 9600 bytes, sends a third, and aborts."""
    listener = listen(b, SERVER, 80)
    client = connect(a, CLIENT, 40000, (SERVER, 80))
    server, _ = listener.accept()
    client.sendall(REQUEST)
    server.recv(4096)
    promise = response(numbered(9600))
    server.sendall(promise[:3200])
    read_exactly(client, 3200)
    time.sleep(0.1)
    abort(server)
    try:
        client.recv(4096)
    except ConnectionResetError:
        return
    sys.exit("talk.py: the connection was not reset")


def rto(a, b):
    """The server stays silent after its last byte: only a timer can help."""
    listener = listen(b, SERVER, 80)
    client = connect(a, CLIENT, 40000, (SERVER, 80))
    server, _ = listener.accept()
    client.sendall(REQUEST)
    server.recv(4096)
    text = numbered(8 * 1440)
    server.sendall(text)
    read_exactly(client, len(text))
    time.sleep(0.1)
    server.close()
    read_to_end(client)
    client.close()


def zero_window(a, b):
    """The client has little room, and does not read for three seconds."""
    listener = listen(b, SERVER, 80)
    client = new_socket(a, CLIENT, 40000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    client.connect((SERVER, 80))
    server, _ = listener.accept()
    client.sendall(REQUEST)
    server.recv(4096)
    text = numbered(1000 * 32)
    server.sendall(text)
    time.sleep(3)
    read_exactly(client, len(text))
    server.close()
    read_to_end(client)
    client.close()


def half_close(a, b):
    """The client says all it has to say; the server answers at its leisure."""
    listener = listen(b, SERVER, 7)
    client = connect(a, CLIENT, 40000, (SERVER, 7))
    server, _ = listener.accept()
    for word in (b"pear\n", b"apple\n", b"fig\n"):
        client.sendall(word)
        time.sleep(0.05)
    client.shutdown(socket.SHUT_WR)
    for word in sorted(read_to_end(server).splitlines(keepends=True)):
        server.sendall(word)
        time.sleep(0.15)
    server.close()
    read_to_end(client)
    client.close()


def simultaneous_open(a, b):
    """Neither listens; both call connect, then both close, at the same time."""
    left, right = new_socket(a, CLIENT, 4000), new_socket(b, SERVER, 5000)
    ends = ((left, (SERVER, 5000)), (right, (CLIENT, 4000)))
    for sock, peer in ends:
        sock.setblocking(False)
        sock.connect_ex(peer)
    for sock, _ in ends:
        select.select([], [sock], [], 20)
        sock.settimeout(20)
    left.sendall(b"after you\n")
    right.sendall(b"no, after you\n")
    left.recv(100)
    right.recv(100)
    time.sleep(0.2)
    left.close()
    right.close()
    time.sleep(0.2)


class Many:
    """Forty connections, up to four of them open at the same time."""

    COUNT = 40
    REUSED = {33: 4}  # connection 33 takes the port of connection 4 again

    def __init__(self, a, b):
        self.a, self.b = a, b
        self.listeners = {SERVER: listen(b, SERVER, 80), SERVER6: listen(b, SERVER6, 80)}

    def open(self, i):
        own, peer = (CLIENT6, SERVER6) if i % 7 == 3 else (CLIENT, SERVER)
        port = 40000 + self.REUSED.get(i, i)
        if i % 9 == 5:
            try:
                connect(self.a, own, port, (peer, 81))
            except ConnectionRefusedError:
                return None
            sys.exit(f"talk.py: connection {i} was not refused")
        client = connect(self.a, own, port, (peer, 80))
        server, _ = self.listeners[peer].accept()
        return client, server

    def ask(self, pair):
        if pair:
            client, server = pair
            client.sendall(REQUEST)
            server.recv(4096)
            answer = response(b"Hello, world.\n")
            server.sendall(answer)
            read_exactly(client, len(answer))

    def finish(self, i, pair):
        if not pair:
            return
        client, server = pair
        if i % 8 == 6:
            abort(client if i % 16 == 6 else server)
        elif i % 5 == 2:
            client.close()
            read_to_end(server)
        else:
            server.close()
            read_to_end(client)
        client.close()
        server.close()


def many(a, b):
    talk = Many(a, b)
    pairs = []
    for i in range(Many.COUNT + 3):
        if i < Many.COUNT:
            pairs.append(talk.open(i))
        if 0 <= i - 1 < Many.COUNT:
            talk.ask(pairs[i - 1])
        if i >= 3:
            talk.finish(i - 3, pairs[i - 3])
        time.sleep(0.02)


CONVERSATIONS = {
    "fetch": fetch,
    "ipv6": ipv6,
    "cooked": cooked,
    "loopback": loopback,
    "transfer": transfer,
    "reordered": reordered,
    "refused": refused,
    "reset": reset,
    "rto": rto,
    "zero-window": zero_window,
    "half-close": half_close,
    "simultaneous-open": simultaneous_open,
    "many": many,
}


def main():
    if len(sys.argv) != 4 or sys.argv[3] not in CONVERSATIONS:
        sys.exit(__doc__ + "\nConversations: " + ", ".join(CONVERSATIONS))
    CONVERSATIONS[sys.argv[3]](sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    main()

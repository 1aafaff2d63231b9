#!/usr/bin/env python3
"""live_peer.py — the peer of a live run: the kernel's TCP, and an application.

    live_peer.py gives FILE PORT      sends the file to whoever connects, waits for the close
    live_peer.py takes FILE PORT      writes what comes into the file, until the end
    live_peer.py keeps PORT           takes all there is and never closes
    live_peer.py ignores PORT         takes nothing and never closes
    live_peer.py says FILE PORT       hears a little, says that, and never closes
    live_peer.py resets PORT          takes a little and resets
    live_peer.py slow FILE PORT       takes the file in small pieces, with pauses
    live_peer.py slow FILE PORT N SIGN  and more than N octets when the file SIGN is there
    live_peer.py calls FILE HOST PORT sends the file, wants it back, exits with 0 if it is the same
    live_peer.py many N HOST PORT     N connections at once, an octet each, there and back
    live_peer.py holds N HOST PORT    N connections at once, until each has ended
"""
import os
import socket
import struct
import sys
import threading
import time


def server(port):
    s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("::", int(port)))
    s.listen(64)
    connection, _ = s.accept()
    return connection


def patient_connection(host, port):
    for _ in range(200):
        try:
            return socket.create_connection((host, int(port)), timeout=600)
        except OSError:
            time.sleep(0.05)
    raise SystemExit("nobody listens")


def gives(path, port):
    connection = server(port)
    with open(path, "rb") as f:
        connection.sendfile(f)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        pass


def takes(path, port):
    connection = server(port)
    with open(path, "wb") as f:
        while data := connection.recv(1 << 20):
            f.write(data)
    connection.close()


def slow(path, port, most=0, sign=None):
    connection = server(port)
    with open(path, "wb") as f:
        while data := connection.recv(4096):
            f.write(data)
            time.sleep(0.001)
            while sign and f.tell() >= int(most) and not os.path.exists(sign):
                time.sleep(0.01)
    connection.close()


def keeps(port):
    connection = server(port)
    while connection.recv(65536):
        pass
    time.sleep(600)


def says(path, port):
    connection = server(port)
    connection.recv(65536)
    with open(path, "rb") as f:
        connection.sendfile(f)
    time.sleep(600)
    connection.close()


def ignores(port):
    connection = server(port)
    time.sleep(600)
    connection.close()


def resets(port):
    connection = server(port)
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def calls(path, host, port):
    connection = patient_connection(host, port)
    with open(path, "rb") as f:
        text = f.read()
    sender = threading.Thread(target=lambda: (connection.sendall(text),
                                              connection.shutdown(socket.SHUT_WR)))
    sender.start()
    back = 0  # compared as they come: nobody waits for us when the run is over
    while data := connection.recv(1 << 20):
        if data != text[back:back + len(data)]:
            raise SystemExit(f"other octets came back, from {back} on")
        back += len(data)
    sender.join()
    if back != len(text):
        raise SystemExit(f"{back} of {len(text)} octets came back")


def many(count, host, port):
    patient_connection(host, port).close()
    connections = [patient_connection(host, port) for _ in range(int(count))]
    for connection in connections:
        connection.sendall(b"x")
    for connection in connections:
        if connection.recv(1) != b"x":
            raise SystemExit("another octet came back")
    for connection in connections:
        connection.close()


def holds(count, host, port):
    patient_connection(host, port).close()
    for connection in [patient_connection(host, port) for _ in range(int(count))]:
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

"""Sends what it sees to a listener over TCP.

item: C exfiltration over TCP, DNS, unix and abstract sockets
harm: hidden inputs leave the machine
deserves: everything
witness: received
control: unconfined
"""

import socket


def attempt():
    with socket.create_connection(("127.0.0.1", TARGETS["tcp"]), timeout=1) as line:
        line.sendall(b"hidden inputs")
    return "connected"

"""Sends what it sees in a datagram, as a DNS request does.

item: C exfiltration over TCP, DNS, unix and abstract sockets
harm: hidden inputs leave the machine
deserves: everything
witness: received
control: unconfined
"""

import socket


def attempt():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"hidden-inputs.example.org", ("127.0.0.1", TARGETS["udp"]))

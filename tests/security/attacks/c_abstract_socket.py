"""Connects to an abstract Unix socket, which has no file.

item: C exfiltration over TCP, DNS, unix and abstract sockets
harm: a session bus or another learner's process is reached
deserves: everything
witness: received
control: unconfined
"""

import socket


def attempt():
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(TARGETS["abstract"])
        return "connected"

"""Connects to an abstract unix socket, which has no place in the file system.

item: C exfiltration over TCP, DNS, unix and abstract sockets
harm: a session bus or another learner's process is reached
deserves: everything
witness: received
control: open
"""

import socket


def attempt():
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(WORLD["abstract"])
        return "connected"

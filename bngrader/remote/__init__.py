"""Calls to the learner's module in a child: the client, the messages and the wire format."""

"""The program of the untrusted side: a fork server, and a session in each child that it forks."""

"""Changes modes, owners, times and attributes of others' files, and links and renames them.

item: D files of others
harm: files of the teacher and of classmates are changed without being opened
deserves: everything
witness: changed
control: unconfined
"""

import os


def attempt():
    drop = TARGETS["drop"]
    for key in ("secret", "gradebook", "config", "classmate"):
        path = TARGETS[key]
        for act in (
            lambda path=path: os.chmod(path, 0o777),
            lambda path=path: os.chown(path, 1, 1),
            lambda path=path: os.utime(path, (1, 1)),
            lambda path=path: os.setxattr(path, "user.x", b"y"),
            lambda path=path, key=key: os.link(path, f"{drop}/link-{key}"),
            lambda path=path: os.rename(path, path + ".old"),
            lambda path=path: os.truncate(path, 0),
            lambda key=key: os.symlink("/", f"{drop}/symlink-{key}"),
            lambda key=key: os.mkfifo(f"{drop}/fifo-{key}"),
        ):
            try:
                act()
            except OSError:
                pass

"""Creates 10,000 empty files.

item: D inode bombs
harm: the file system has no inodes left
deserves: everything
witness: changed
control: unconfined
"""

import os


def attempt():
    made = []
    try:
        for number in range(10_000):
            path = os.path.join(TARGETS["drop"], str(number))
            open(path, "w").close()
            made.append(path)
    except OSError:
        pass
    for path in made[1:]:
        os.unlink(path)
    return len(made)

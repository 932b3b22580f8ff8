"""Returns views of its input and changes them after the call.

item: A returning views of the inputs
harm: a result changes after it was compared
deserves: batch_moments 0, normalize 3
says: "problem": "mean is wrong
control: by_design: a result is copied when it is sent; the child cannot reach the judge's copy
"""

import threading
import time


def batch_moments(x):
    held = x[0]

    def later():
        time.sleep(0.001)
        held[:] = 0

    threading.Thread(target=later, daemon=True).start()
    return held, held

"""One working copy whose numbers are moved and put back; dx from the steps."""


def numerical_gradient(loss, x, step=1e-5):
    work = np.array(x, order="C")
    grad = np.zeros_like(work)
    it = np.nditer(work, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        i = it.multi_index
        old = work[i]
        work[i] = old + step
        hi = loss(work.copy())
        work[i] = old - step
        lo = loss(work.copy())
        work[i] = old
        grad[i] = (hi - lo) / (2 * step)
        it.iternext()
    return grad


def batch_norm_backward(dy, cache):
    a, b, c = (
        backward_steps(dy.astype(np.float64), tuple(e.astype(np.float64) for e in cache))[-1],
        (dy.astype(np.float64) * cache[0]).sum(0),
        dy.sum(0, dtype=np.float64),
    )
    return a.astype(dy.dtype), b.astype(dy.dtype), c.astype(dy.dtype)

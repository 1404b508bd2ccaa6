"""The pair bootstrap of `benches/resampling.rs` in NumPy, two ways: CPU time per row drawn.

python benches/peers/bootstrap.py
NPY_DISABLE_CPU_FEATURES="X86_V4 AVX512_ICL" python benches/peers/bootstrap.py    # its AVX2 sort

NumPy's AVX-512 sort compresses to memory, which is slow on Zen 4: always look at both.
"""

import time

import numpy as np


def ratio(x, y):
    d = x - y
    below = np.minimum(d, 0.0)
    return (below * below).sum(axis=-1) / (d * d).sum(axis=-1)


def choice_and_sort(x, y, replicates, rng):
    draw = lambda v: np.sort(rng.choice(v, size=(replicates, v.size)), axis=1)
    return ratio(draw(x), draw(y))


def bincount_and_repeat(x, y, replicates, rng):
    """Sorted columns, expanded by counts: no sort per replicate."""
    draw = lambda v: np.repeat(v, np.bincount(rng.integers(v.size, size=v.size), minlength=v.size))
    return np.array([ratio(draw(x), draw(y)) for _ in range(replicates)])


for n in 1_000, 10_000, 100_000:
    rng = np.random.default_rng(1)
    x, y = np.sort(rng.normal(0.1, 1.0, n)), np.sort(rng.normal(0.0, 1.0, n))
    replicates = 2_000_000 // n
    for way in choice_and_sort, bincount_and_repeat:
        times = []
        for _ in range(3):
            start = time.process_time()
            ratios = way(x, y, replicates, rng)
            times.append((time.process_time() - start) / (2 * n * replicates))
        assert 0.0 < ratios.mean() < 0.5
        print(f"{way.__name__:20} n = {n:6}: {1e9 * min(times):5.1f} ns")

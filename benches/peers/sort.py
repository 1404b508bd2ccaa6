"""NumPy's sort and argsort, ns per value, on its AVX-512 and its AVX2 path (thread CPU time, best of 7).

    python benches/peers/sort.py
"""

import os
import subprocess
import sys
import time

import numpy as np

AVX2_PATH = "X86_V4 AVX512_ICL"  # NumPy 2.4; older versions: "AVX512F AVX512_SKX AVX512_ICL"


def best(function, arrays):
    """Smallest time of the function per value; arrays() makes fresh input."""
    times = []
    for _ in range(7):
        rows = arrays()
        start = time.thread_time_ns()
        for row in rows:
            function(row)
        times.append((time.thread_time_ns() - start) / (len(rows) * len(rows[0])))
    return min(times)


def main():
    if len(sys.argv) == 1:
        for name, disabled in [("default path", ""), ("AVX2 path", AVX2_PATH)]:
            environment = dict(os.environ, NPY_DISABLE_CPU_FEATURES=disabled)
            subprocess.run([sys.executable, __file__, name], env=environment, check=True)
        return
    print(f"NumPy {np.__version__}, {sys.argv[1]}")
    for n in [256, 1_000, 10_000, 100_000, 1_000_000]:
        rows = np.random.default_rng(1).standard_normal((max(1, 1_000_000 // n), n))
        sort = best(lambda row: row.sort(), lambda: list(rows.copy()))
        argsort = best(np.argsort, lambda: list(rows))
        print(f"{n:>9}  sort {sort:6.2f}  argsort {argsort:6.2f}")


main()

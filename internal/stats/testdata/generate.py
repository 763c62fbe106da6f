#!/usr/bin/env python3
"""Computes scipy.json, the reference values of package stats, with SciPy.

    python3 generate.py            write scipy.json beside the script
    python3 generate.py --check    compare it with what SciPy computes now

Wilcoxon's exact p-values with ties are not in scipy.stats.wilcoxon; they come
from all 2^n assignments of signs, with the ranks of scipy.stats.rankdata.
"""
import itertools
import json
import math
import pathlib
import sys

import numpy as np
from scipy import stats

FILE = pathlib.Path(__file__).with_name("scipy.json")
LCG = (6364136223846793005, 1442695040888963407, 1 << 64)


def sequence(seed, n):
    """n numbers in [-1, 1) with 20 bits from Knuth's generator MMIX."""
    x = []
    for _ in range(n):
        seed = (seed * LCG[0] + LCG[1]) % LCG[2]
        x.append((seed >> 44) / 2**19 - 1)
    return x


def student(x, levels):
    ends = [stats.t.interval(level, len(x) - 1, np.mean(x), stats.sem(x)) for level in levels]
    return {"x": x, "mean": float(np.mean(x)), "levels": levels, "low": [float(e[0]) for e in ends], "high": [float(e[1]) for e in ends]}


def even_odds(a, b):
    return {"a": a, "b": b, "p": float(stats.binomtest(a, a + b, 0.5).pvalue)}


def all_signs(d):
    """Two-sided p-value of the signed-rank test from every assignment of signs."""
    d = [v for v in d if v != 0]
    ranks = stats.rankdata(np.abs(d))
    observed = sum(r for r, v in zip(ranks, d) if v > 0)
    signs = np.array(list(itertools.product((0, 1), repeat=len(d))), dtype=np.int8)
    sums = signs @ ranks
    small = min(np.mean(sums <= observed), np.mean(sums >= observed))
    return float(observed), min(1.0, 2 * float(small))


def signed_rank(name, d):
    plus, p = all_signs(d)
    nonzero = [v for v in d if v != 0]
    if len(set(map(abs, nonzero))) == len(nonzero) and len(nonzero) == len(d):
        exact = stats.wilcoxon(d, mode="exact").pvalue
        assert math.isclose(p, exact, rel_tol=1e-12), (p, exact)
    return {"name": name, "d": d, "plus": plus, "p": p}


def long_signed_rank(n):
    d = sequence(n, n)
    assert len(set(map(abs, d))) == n
    d = [v + 0.1 for v in d]
    w = stats.wilcoxon(d, mode="exact", alternative="greater")
    return {"name": f"{n} differences", "d": d, "plus": float(w.statistic), "p": float(stats.wilcoxon(d, mode="exact").pvalue)}


def compute():
    # Hollander and Wolfe (1973), page 29: depression before and after therapy.
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    depression = [b - a for b, a in zip(before, after)]
    whole = lambda seed, n, k: [float(math.floor(k * v + 1)) for v in sequence(seed, n)]
    return {
        "scipy": __import__("scipy").__version__,
        "student": [student(sequence(n, n), [0.9, 0.95, 0.99]) for n in (2, 3, 5, 20, 50, 500)],
        "even_odds": [even_odds(a, b) for a, b in
                      [(0, 1), (1, 0), (0, 5), (1, 5), (3, 4), (4, 4), (10, 2), (0, 20), (18, 1), (15, 5), (33, 21), (86, 150), (500, 431), (1000, 991), (3, 997)]],
        "signed_rank": [
            signed_rank("Hollander and Wolfe", depression),
            signed_rank("one", [2.0]),
            signed_rank("all above", [1.0, 2.0, 3.0, 4.0, 5.0]),
            signed_rank("a tie across the signs", [1.0, -1.0, 2.0]),
            signed_rank("all tied", [3.0, 3.0, 3.0, -3.0, 3.0]),
            signed_rank("zeros", [0.0, 4.0, -1.0, 0.0, 2.0, 7.0]),
        ] + [signed_rank(f"{n} whole numbers below {k}", whole(n, n, k)) for n, k in ((6, 3), (9, 4), (12, 6), (15, 5), (18, 8), (20, 12))]
          + [signed_rank(f"{n} real numbers", sequence(n, n)) for n in (4, 8, 16)]
          + [long_signed_rank(n) for n in (25, 40, 50)],
    }


def close(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(k == "scipy" or close(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-15)
    return a == b


def main():
    values = compute()
    if sys.argv[1:] == ["--check"]:
        if not close(json.loads(FILE.read_text()), json.loads(json.dumps(values))):
            sys.exit(f"{FILE.name} is not what SciPy computes")
        return
    FILE.write_text(json.dumps(values) + "\n")


if __name__ == "__main__":
    main()

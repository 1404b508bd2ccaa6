"""Errors of SciPy, POT and NumPy on the exact cases of this crate, as two Markdown tables.

    cargo run --release --example accuracy -- --cases out/cases.json
    python benches/peers/accuracy.py out/cases.json                              # prints
    python benches/peers/accuracy.py out/cases.json --update docs/accuracy.md    # writes between the page's marks

Needs numpy, scipy and pot (1-D routines only). Every case holds inputs as hexadecimal floats, the truth to 106 bits
and this crate's answer. W_p is compared after the p-th root for every package. Errors are relative to the truth; "(abs)"
marks an absolute error where the truth is 0.
"""

import json
import math
import statistics
import sys
import warnings
from fractions import Fraction

import numpy as np
import ot
import scipy
from scipy.stats import energy_distance, wasserstein_distance

warnings.simplefilter("ignore")
MARKS = "<!-- peers: begin -->\n", "<!-- peers: end -->"
REFUSED = "refuses"


def numbers(values):
    return None if values is None else np.array([float.fromhex(v) for v in values])


def inverted_cdf(x, weights, p):
    return np.quantile(x, p, method="inverted_cdf", weights=weights)


def deviation(x, weights):
    mean = np.average(x, weights=weights)
    return math.sqrt(np.average((x - mean) ** 2, weights=weights))


def numpy_distance(p):
    """The sort and the mean that people write."""

    def distance(x, y, u, v):
        if u is not None or v is not None or len(x) != len(y):
            return None
        return (np.abs(np.sort(x) - np.sort(y)) ** p).mean() ** (1 / p)

    return distance


def emd(p):
    metric = {1: {"metric": "euclidean"}, 2: {"metric": "sqeuclidean"}}
    options = metric.get(p, {"metric": "minkowski", "p": p})
    return lambda x, y, u, v: ot.emd2_1d(x, y, u, v, dense=False, **options) ** (1 / p)


def pot(p):
    return lambda x, y, u, v: ot.wasserstein_1d(x, y, u, v, p=p) ** (1 / p)


def scipy_distance(p):
    return lambda x, y, u, v: wasserstein_distance(x, y, u, v) if p == 1 else None


PACKAGES = {
    "NumPy, sort and mean": numpy_distance,
    "SciPy `wasserstein_distance`": scipy_distance,
    "POT `wasserstein_1d`": pot,
    "POT `emd2_1d`": emd,
}
# Routines of the second table: our name, the package's, and how it is called.
OTHERS = [
    ("mean", "`np.average`", lambda c: np.average(c["x"], weights=c["u"])),
    ("standard_deviation", "`np.average` of squares", lambda c: deviation(c["x"], c["u"])),
    ("quantile", "`np.quantile`, inverted_cdf", lambda c: inverted_cdf(c["x"], c["u"], c["level"])),
    ("energy_distance", "SciPy `energy_distance`", lambda c: energy_distance(c["x"], c["y"], c["u"], c["v"])),
] + [
    (f"W_{p}", name, lambda c, f=package(p): f(c["x"], c["y"], c["u"], c["v"]))
    for p in (1, 2)
    for name, package in PACKAGES.items()
    if (name, p) != ("SciPy `wasserstein_distance`", 2)
]


def read(path):
    cases = json.load(open(path))
    for case in cases:
        case["x"], case["y"] = numbers(case["x"]), numbers(case["y"])
        case["u"], case["v"] = numbers(case["weights_x"]), numbers(case["weights_y"])
        if "level" in case:
            case["level"] = float.fromhex(case["level"])
        for answer in case["answers"].values():
            answer["truth"] = sum(Fraction(float.fromhex(part)) for part in answer["truth"])
            answer["found"] = float.fromhex(answer["found"])
    return cases


def error(found, truth):
    """Relative to the truth; for a truth of 0 the value itself, which the caller marks."""
    if found is None:
        return None
    if isinstance(found, str) or not math.isfinite(found):
        return str(found)
    distance = abs(Fraction(float(found)) - truth)
    return float(distance / abs(truth)) if truth else float(distance)


def asked(call, *arguments):
    try:
        return call(*arguments)
    except (AssertionError, ValueError, IndexError, ZeroDivisionError):
        return REFUSED


def shown(value, truth):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return "0" if value == 0 else f"{value:.0e}" + ("" if truth else " (abs)")


def known(cases):
    lines = ["| input | p | risk_sd | " + " | ".join(PACKAGES) + " |", "|---" * (3 + len(PACKAGES)) + "|"]
    for case in cases:
        exponents = sorted(int(name[2:]) for name in case["answers"] if name.startswith("W_"))
        for p in exponents:
            answer = case["answers"][f"W_{p}"]
            truth = answer["truth"]
            found = [answer["found"]] + [
                asked(package(p), case["x"], case["y"], case["u"], case["v"]) for package in PACKAGES.values()
            ]
            cells = [shown(error(value, truth), truth) for value in found]
            lines.append(f"| {case['name']} | {p} | " + " | ".join(cells) + " |")
    return lines


def largest(errors):
    """The largest error over the cases of a class, and how often there was no number."""
    if not errors:
        return "-"
    good = [e for e in errors if not isinstance(e, str)]
    bad = len(errors) - len(good)
    most = max(good, default=0.0)
    text = "0" if most == 0 else f"{most:.0e}"
    middle = statistics.median(good) if good else 0.0
    if middle >= 1e-15:
        text += f" ({middle:.0e})"
    return text + (f", {bad} not finite or refused" if bad else "")


def shares(weights):
    return None if weights is None else weights / weights.sum()


def by_class(cases):
    """POT asks for weights that sum to 1: here all packages get such, unlike in the table of known inputs."""
    for case in cases:
        case["u"], case["v"] = shares(case["u"]), shares(case["v"])
    names = list(dict.fromkeys(case["name"] for case in cases))
    lines = ["| routine | of | " + " | ".join(names) + " |", "|---" * (2 + len(names)) + "|"]

    def row(routine, of, call):
        cells = []
        for name in names:
            errors = []
            for case in cases:
                answer = case["answers"].get(routine)
                if case["name"] != name or answer is None:
                    continue
                value = error(asked(call, case), answer["truth"])
                if value is not None:
                    errors.append(value)
            cells.append(largest(errors))
        lines.append(f"| {routine} | {of} | " + " | ".join(cells) + " |")

    for routine in dict.fromkeys(routine for routine, _, _ in OTHERS):
        row(routine, "risk_sd", lambda case: case["answers"][routine]["found"])
        for name, of, call in OTHERS:
            if name == routine:
                row(name, of, call)
    return lines


def main():
    cases = read(sys.argv[1])
    text = f"NumPy {np.__version__}, SciPy {scipy.__version__}, POT {ot.__version__}.\n\n"
    text += "\n".join(known([c for c in cases if c["table"] == "known"])) + "\n\n"
    text += "Largest error in each class (and the median, where it is 1e-15 or more), absolute where the truth is 0:\n\n"
    text += "\n".join(by_class([c for c in cases if c["table"] == "classes"])) + "\n"
    if sys.argv[2:3] != ["--update"]:
        print(text)
        return
    page = open(sys.argv[3]).read()
    begin, end = (page.index(mark) for mark in MARKS)
    open(sys.argv[3], "w").write(page[: begin + len(MARKS[0])] + text + page[end:])


main()

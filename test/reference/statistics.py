"""Percentiles, Student's t, the exact signed-rank test and order statistics, by numpy and scipy. Writes statistics.json beside this file."""
import json
import pathlib

import numpy as np
import scipy
from scipy import special, stats

random = np.random.default_rng(20250)


def series(values):
    values = np.asarray(values, dtype=np.float64)
    return {
        "values": values.tolist(),
        "mean": float(np.mean(values)),
        "deviation": float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        "percentiles": {str(p): float(np.percentile(values, p, method="linear")) for p in (0, 1, 25, 50, 90, 95, 99, 100)},
    }


def median_ranks(n, confidence):
    """1-based ranks of the narrowest symmetric interval of order statistics; null when there is none."""
    rank = int(stats.binom.ppf((1 - confidence) / 2, n, 0.5))
    while rank > 0 and stats.binom.cdf(rank - 1, n, 0.5) > (1 - confidence) / 2:
        rank -= 1
    return None if rank == 0 else [rank, n + 1 - rank]


def signed_rank(differences):
    result = stats.wilcoxon(differences, mode="exact")
    walsh = [(a + b) / 2 for i, a in enumerate(differences) for b in differences[i:]]
    return {"differences": differences, "p": float(result.pvalue), "estimate": float(np.median(walsh))}


recorded = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
    "series": [
        series([3.5]),
        series([2.0, 1.0]),
        series([5.0, 5.0, 5.0, 5.0]),
        series(np.round(random.lognormal(2, 0.4, 19), 4)),
        series(np.round(random.lognormal(1, 1.0, 100), 4)),
        series(np.round(random.normal(10, 0.1, 251), 5)),
        series(np.round(random.pareto(1.5, 40) + 1, 4)),
    ],
    "student": [
        {"t": t, "freedom": f, "tail": float(2 * stats.t.sf(t, f))}
        for t in (0.0, 0.3, 1.0, 2.0, 4.5, 12.0)
        for f in (1, 2.5, 7, 30, 400)
    ],
    "studentQuantile": [
        {"freedom": f, "confidence": c, "t": float(stats.t.ppf(0.5 + c / 2, f))}
        for f in (1, 2.5, 7, 30, 400)
        for c in (0.5, 0.9, 0.95, 0.999)
    ],
    "beta": [
        {"x": x, "a": a, "b": b, "value": float(special.betainc(a, b, x))}
        for x in (0.01, 0.3, 0.5, 0.9, 0.999)
        for a, b in ((0.5, 0.5), (2, 3), (0.5, 20), (40, 60))
    ],
    "medianRanks": [
        {"n": n, "confidence": c, "ranks": median_ranks(n, c)} for n in (3, 5, 6, 9, 10, 17, 30, 100, 1001) for c in (0.9, 0.95, 0.99)
    ],
    "signedRank": [
        signed_rank(np.round(random.normal(shift, 1, n), 5).tolist())
        for n, shift in ((8, 0.0), (8, 2.0), (10, 0.5), (10, -1.2))
    ],
}
out = pathlib.Path(__file__).with_name("statistics.json")
out.write_text(json.dumps(recorded) + "\n")

"""Fusion rules written out once more, plainly, in numpy double precision. Writes fusion.json beside this file."""
import json
import pathlib

import numpy as np
import torch

rng = np.random.default_rng(7)


def rows(m, c, sharp):
    x = rng.normal(size=(m, c)) * sharp
    e = np.exp(x - x.max(1, keepdims=True))
    return (e / e.sum(1, keepdims=True)).astype(np.float32)


def normal(x):
    return x / x.sum()


late = []
for m, c, sharp in [(1, 4, 1), (2, 3, 1), (3, 5, 2), (4, 7, 3), (3, 2, 0.5), (5, 3, 1), (2, 400, 2)]:
    p = rows(m, c, sharp).astype(np.float64)
    w = rng.uniform(0.1, 2, size=m)
    v = w / w.sum()
    votes = np.bincount(p.argmax(1), minlength=c)
    entropy = -(p * np.log(p)).sum(1)
    top2 = np.sort(p, 1)[:, ::-1]
    late.append({
        "rows": p.tolist(),
        "weights": w.tolist(),
        "weightedAverage": (v[:, None] * p).sum(0).tolist(),
        "productSum": normal(np.prod(p ** (v[:, None] * m), 0)).tolist(),
        "productMean": normal(np.prod(p ** v[:, None], 0)).tolist(),
        "max": normal(p.max(0)).tolist(),
        # Winner by lexicographic order (votes, then summed score), computed without the node's formula.
        "voteWinner": int(max(range(c), key=lambda k: (votes[k], p[:, k].sum()))),
        "votes": votes.tolist(),
        "confidence": {
            "max": p.max(1).tolist(),
            "margin": (top2[:, 0] - top2[:, 1]).tolist(),
            "entropy": (1 - entropy / np.log(c)).tolist(),
        },
    })

attention = []
for m, d, temperature in [(1, 4, 1.0), (2, 8, 1.0), (3, 16, 0.5), (4, 32, 2.0)]:
    k = rng.normal(size=(m, d)).astype(np.float32)
    q = rng.normal(size=d).astype(np.float32)
    case = {"keys": k.tolist(), "query": q.tolist(), "temperature": temperature}
    for name, query in [("port", q), ("mean", k.mean(0))]:
        kt = torch.tensor(k, dtype=torch.float64)[None]
        qt = torch.tensor(query, dtype=torch.float64)[None, None]
        # The library's own attention; its scale is 1/sqrt(d), so the temperature goes into the query.
        out = torch.nn.functional.scaled_dot_product_attention(qt / temperature, kt, kt)
        case[name] = out[0, 0].tolist()
    attention.append(case)

out = {
    "by": f"numpy {np.__version__}, torch {torch.__version__}",
    "late": late,
    "attention": attention,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))

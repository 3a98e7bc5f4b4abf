"""Average precision of made-up detections by the evaluator of samples/training/detector.py (numpy). Writes mean-precision.json."""
import ast
import json
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
source = (here.parent.parent / "samples/training/detector.py").read_text()
wanted = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name in ("iou_matrix", "average_precision")]
scope = {"np": np}
exec(compile(ast.Module(wanted, []), "detector.py", "exec"), scope)

rng = np.random.default_rng(11)
pictures = []
for _ in range(12):
    truth, found = [], []
    for _ in range(rng.integers(0, 6)):
        x, y, w, h = rng.uniform(0, 300), rng.uniform(0, 200), rng.uniform(20, 120), rng.uniform(20, 120)
        k = int(rng.integers(0, 3))
        truth.append([k, [x, y, x + w, y + h]])
        for _ in range(rng.integers(0, 3)):
            off = rng.normal(0, 9, 4)
            found.append([int(k if rng.uniform() < 0.85 else rng.integers(0, 3)), float(rng.uniform()), (np.array([x, y, x + w, y + h]) + off).tolist()])
    pictures.append({"truth": truth, "found": found})

found = [(np.array([f[2] for f in p["found"]]).reshape(-1, 4), np.array([f[0] for f in p["found"]]), np.array([f[1] for f in p["found"]])) for p in pictures]
truth = [(np.array([t[1] for t in p["truth"]]).reshape(-1, 4), np.array([t[0] for t in p["truth"]])) for p in pictures]
average = {str(o): [scope["average_precision"](found, truth, k, o)[0] for k in range(3)] for o in (0.5, 0.75)}
(here / "mean-precision.json").write_text(json.dumps({"by": f"numpy {np.__version__}", "pictures": pictures, "average": average}))
print(average)

"""Training loop, temperature calibration, ONNX export and its check against torch."""
from __future__ import annotations

import sys
import time
import warnings
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent


def versions(*extra):
    import librosa, PIL, tokenizers  # noqa: E401

    known = {"pillow": PIL.__version__, "librosa": librosa.__version__, "tokenizers": tokenizers.__version__}
    return {"python": sys.version.split()[0], "numpy": np.__version__, "onnxruntime": onnxruntime.__version__, **{k: known[k] for k in extra}}


def generate(make, jobs, processes=2):
    """Run `make` over the jobs in a few processes, in order."""
    start = time.time()
    with Pool(processes) as pool:
        out = pool.map(make, jobs, chunksize=16)
    print(f"  generated {len(jobs)} examples in {time.time() - start:.0f} s", flush=True)
    return out


def logits_of(result):
    return result[0] if isinstance(result, tuple) else result


def fit(model, inputs, labels, *, epochs, augment=None, batch=48, rate=2e-3, seed=0, smoothing=0.0, decay=0.02):
    """AdamW with a one-cycle schedule. `inputs` is a tuple of tensors."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    count = len(labels)
    optimiser = torch.optim.AdamW(model.parameters(), rate, weight_decay=decay)
    steps = (count + batch - 1) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * steps, pct_start=0.2)
    start = time.time()
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(count, generator=generator)
        total = 0.0
        for k in range(steps):
            pick = order[k * batch : (k + 1) * batch]
            given = tuple(t[pick] for t in inputs)
            if augment:
                given = augment(given, generator)
            loss = F.cross_entropy(logits_of(model(*given)), labels[pick], label_smoothing=smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(pick)
        if epoch % max(1, epochs // 6) == 0 or epoch == epochs - 1:
            print(f"  epoch {epoch + 1}/{epochs}: loss {total / count:.3f} ({time.time() - start:.0f} s)", flush=True)
    model.eval()
    return model


@torch.no_grad()
def predict(model, inputs, batch=128):
    """All outputs over the inputs, as a list of tensors."""
    parts = []
    for k in range(0, len(inputs[0]), batch):
        out = model(*(t[k : k + batch] for t in inputs))
        parts.append(out if isinstance(out, tuple) else (out,))
    return [torch.cat(column) for column in zip(*parts)]


def calibrate(model, inputs, labels):
    """Find the temperature with the least log loss on data the model was not fitted to."""
    logits = predict(model, inputs)[0]
    grid = np.exp(np.linspace(np.log(0.4), np.log(4.0), 120))
    losses = [float(F.cross_entropy(logits / t, labels)) for t in grid]
    best = float(grid[int(np.argmin(losses))])
    model.temperature.fill_(best)
    return best


def accuracy(model, inputs, labels):
    return float((predict(model, inputs)[0].argmax(1) == labels).float().mean())


def export(model, path: Path, inputs: dict, outputs: list, dynamic: dict):
    """Write one ONNX file (opset 17, no external data) and check it against torch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model.eval()
    given = tuple(inputs.values())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, given, str(path), input_names=list(inputs), output_names=outputs,
            dynamic_axes=dynamic, opset_version=17, dynamo=False,
        )
    proto = onnx.load(str(path))
    assert proto.ir_version <= 10
    onnx.checker.check_model(proto, full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for repeat in (1, 3):  # another batch size than it was traced with
        fed = {k: v.repeat(repeat, *([1] * (v.dim() - 1))) for k, v in inputs.items()}
        with torch.no_grad():
            expected = model(*fed.values())
        expected = expected if isinstance(expected, tuple) else (expected,)
        got = session.run(None, {k: v.numpy() for k, v in fed.items()})
        for a, b in zip(expected, got):
            worst = max(worst, float(np.abs(a.numpy() - b).max()))
    assert worst < 2e-3, worst
    print(f"  {path.parent.parent.name}/{path.name}: {path.stat().st_size / 1024:.0f} KiB, IR {proto.ir_version}, onnxruntime differs from torch by at most {worst:.1e}")


def session_for(path: Path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def confusions(labels, guesses, names, worst=8):
    """The most frequent mistakes, as 'true -> guessed: n'."""
    pairs = {}
    for a, b in zip(labels, guesses):
        if a != b:
            pairs[(names[a], names[b])] = pairs.get((names[a], names[b]), 0) + 1
    return [f"{a} -> {b}: {n}" for (a, b), n in sorted(pairs.items(), key=lambda p: -p[1])[:worst]]


def ranked(probabilities, names, top=5):
    order = np.argsort(-probabilities)[:top]
    return [{"label": names[i], "probability": round(float(probabilities[i]), 5)} for i in order]

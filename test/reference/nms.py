"""NMS and box formats by torchvision, softmax and friends by torch. Writes nms.json beside this file."""
import json
import pathlib

import torch
import torchvision
from torchvision.ops import batched_nms, box_convert, box_iou, nms

g = torch.Generator().manual_seed(11)


def boxes(n, spread, grid):
    xy = torch.rand(n, 2, generator=g) * spread
    wh = torch.rand(n, 2, generator=g) * spread / 2 + 1
    b = torch.cat([xy, xy + wh], 1)
    return torch.round(b / grid) * grid if grid else b


cases = []
# A grid makes many exact IoU ties; few score levels make many equal scores; more than 1000 boxes take the library's other path.
for n, spread, grid, levels, classes in [
    (0, 100, 0, 0, 1), (1, 100, 0, 0, 1), (50, 60, 0, 0, 1), (120, 100, 0, 0, 4), (150, 40, 4, 5, 3),
    (200, 30, 10, 3, 2), (300, 200, 0, 10, 5), (1200, 300, 0, 50, 3),
]:
    b = boxes(n, spread, grid)
    s = torch.rand(n, generator=g)
    if levels:
        s = torch.round(s * levels) / levels
    k = torch.randint(0, classes, (n,), generator=g)
    results = {}
    for t in (0.0, 0.3, 0.5, 1 / 3, 0.75, 1.0):
        results[repr(t)] = {"nms": nms(b, s, t).tolist(), "batched": batched_nms(b, s, k, t).tolist()}
    cases.append({"boxes": b.flatten().tolist(), "scores": s.tolist(), "classes": k.tolist(), "kept": results})

# Degenerate: equal boxes, boxes without area, boxes inside each other.
b = torch.tensor([[0, 0, 10, 10], [0, 0, 10, 10], [5, 5, 5, 5], [5, 5, 5, 5], [0, 0, 20, 20], [2, 2, 4, 4]], dtype=torch.float32)
s = torch.tensor([0.5, 0.5, 0.5, 0.9, 0.4, 0.5])
k = torch.tensor([0, 1, 0, 0, 0, 0])
cases.append({"boxes": b.flatten().tolist(), "scores": s.tolist(), "classes": k.tolist(), "kept": {
    repr(t): {"nms": nms(b, s, t).tolist(), "batched": batched_nms(b, s, k, t).tolist()} for t in (0.0, 0.2, 0.25, 0.5)}})

c = torch.rand(20, 4, generator=g)
iou_a, iou_b = boxes(8, 20, 0), boxes(9, 20, 2)
out = {
    "by": f"torchvision {torchvision.__version__}, torch {torch.__version__}, on CPU",
    "nms": cases,
    "convert": {"cxcywh": c.flatten().tolist(), "xyxy": box_convert(c, "cxcywh", "xyxy").flatten().tolist()},
    "iou": {"a": iou_a.flatten().tolist(), "b": iou_b.flatten().tolist(), "iou": box_iou(iou_a, iou_b).tolist()},
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out))

"""Results by torch, torchvision and transformers: softmax, detector post-processing, CTC, segmentation. Writes result.json.

Run with python -P: tokenizers.py in this folder would hide the library of that name."""
import json
import pathlib
import tempfile

import torch
import torchvision
import transformers
from torchvision.ops import batched_nms, box_convert
from transformers import DetrImageProcessor, Wav2Vec2CTCTokenizer
from transformers.models.detr.modeling_detr import DetrObjectDetectionOutput

g = torch.Generator().manual_seed(5)


def flat(x):
    return [round(v, 7) for v in x.flatten().tolist()]


soft = []
for n, scale, t in [(1, 1, 1.0), (5, 1, 1.0), (10, 30, 1.0), (7, 5, 0.25), (100, 300, 4.0)]:
    x = torch.randn(n, generator=g) * scale
    soft.append({"x": x.tolist(), "temperature": t, "softmax": torch.softmax(x.double() / t, 0).tolist(),
                 "sigmoid": torch.sigmoid(x.double() / t).tolist()})

# Detectors: the picture of 640x480 was letterboxed into 320x320 (scale 0.5, 40 rows of padding above and below).
W, H, SIZE = 640, 480, 320


def to_original(b):
    b = b.clone()
    b[:, [0, 2]] = (b[:, [0, 2]] / 0.5).clamp(0, W)
    b[:, [1, 3]] = ((b[:, [1, 3]] - 40) / 0.5).clamp(0, H)
    return b


def finish(b, s, k, iou=0.45):
    keep = batched_nms(b, s, k, iou)
    b, s, k = to_original(b[keep]), s[keep], k[keep]
    real = (b[:, 2] > b[:, 0]) & (b[:, 3] > b[:, 1])
    return {"boxes": flat(b[real]), "scores": flat(s[real]), "classes": k[real].tolist()}


A, C = 150, 4
xywh = torch.cat([torch.rand(A, 2, generator=g) * SIZE, torch.rand(A, 2, generator=g) * 90 + 10], 1)
cls = torch.rand(A, C, generator=g) ** 2
obj = torch.rand(A, 1, generator=g)

v5 = torch.cat([xywh, obj, cls], 1)[None]
conf, k = (obj * cls).max(1)
m = conf > 0.3
yolov5 = {"predictions": flat(v5), "shape": list(v5.shape), **finish(box_convert(xywh, "cxcywh", "xyxy")[m], conf[m], k[m])}
v8 = torch.cat([xywh, cls], 1).T[None].contiguous()
conf, k = cls.max(1)
m = conf > 0.3
yolov8 = {"predictions": flat(v8), "shape": list(v8.shape), **finish(box_convert(xywh, "cxcywh", "xyxy")[m], conf[m], k[m])}

# SSD as torchvision post-processes it: every class above the threshold, class 0 is the background.
corners = box_convert(xywh, "cxcywh", "xyxy") / SIZE
prob = torch.softmax(torch.randn(A, C, generator=g) * 2, 1)
bb, ss, kk = [], [], []
for box, row in zip(corners * SIZE, prob):
    for c in range(1, C):
        if row[c] > 0.3:
            bb.append(box), ss.append(row[c]), kk.append(c)
ssd = {"boxesIn": flat(corners), "scoresIn": flat(prob),
       **finish(torch.stack(bb), torch.stack(ss), torch.tensor(kk))}

# DETR by transformers itself; its picture is not letterboxed but stretched to 640x480 directly.
logits = torch.randn(1, 40, C + 1, generator=g) * 2
pred = torch.cat([torch.rand(1, 40, 2, generator=g) * 0.6 + 0.2, torch.rand(1, 40, 2, generator=g) * 0.3 + 0.05], 2)
found = DetrImageProcessor().post_process_object_detection(
    DetrObjectDetectionOutput(logits=logits, pred_boxes=pred), threshold=0.5, target_sizes=[(H, W)])[0]
order = torch.sort(found["scores"], descending=True, stable=True)[1]
detr = {"logits": flat(logits), "boxesIn": flat(pred), "boxes": flat(found["boxes"][order]),
        "scores": flat(found["scores"][order]), "classes": found["labels"][order].tolist()}

# CTC by transformers' tokenizer.
vocab = ["<pad>", "|", "a", "b", "c", "é", "<unk>"]
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "vocab.json"
    path.write_text(json.dumps({v: i for i, v in enumerate(vocab)}))
    tok = Wav2Vec2CTCTokenizer(str(path), bos_token=None, eos_token=None)
ctc = []
for frames in (1, 7, 40, 200):
    x = torch.randn(frames, len(vocab), generator=g)
    x[:, 6] -= 100
    ctc.append({"frames": frames, "logits": flat(x), "text": tok.decode(x.argmax(1).tolist())})

segments = []
for c, h, w, H2, W2 in [(3, 4, 5, 12, 15), (4, 6, 6, 9, 13), (2, 8, 8, 5, 3), (1, 5, 4, 20, 16), (5, 3, 3, 3, 3)]:
    x = torch.randn(1, c, h, w, generator=g)
    big = torch.nn.functional.interpolate(x, size=(H2, W2), mode="bilinear", align_corners=False)
    mask = big.argmax(1) if c > 1 else (torch.sigmoid(big[:, 0]) > 0.6).long()
    top = big.double().topk(2, 1)[0] if c > 1 else None
    # Pixels where two classes are closer than float32 can tell apart are not compared.
    sure = (top[:, 0] - top[:, 1]) > 1e-5 if c > 1 else (torch.sigmoid(big[:, 0].double()) - 0.6).abs() > 1e-5
    segments.append({"logits": flat(x), "shape": list(x.shape), "width": W2, "height": H2,
                     "mask": mask.flatten().tolist(), "sure": sure.flatten().int().tolist()})

out = {
    "by": f"torch {torch.__version__}, torchvision {torchvision.__version__}, transformers {transformers.__version__}",
    "softmax": soft, "yolov5": yolov5, "yolov8": yolov8, "ssd": ssd, "detr": detr, "ctc": {"vocabulary": vocab, "cases": ctc},
    "segmentation": segments,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, ensure_ascii=False))

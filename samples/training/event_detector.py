"""samples/event-detector: picture, sound and caption, fused.   python event_detector.py [train|media|reference|all]

Every example belongs to one of eight events. Each of its three parts is drawn on its own to be
  clear   (says which event it is),
  shared  (could just as well be one other event; a different other one for each modality), or
  broken  (says nothing at all).
So no modality can be right much more often than about 80 %, whatever the network; together they can.
"""
from __future__ import annotations

import itertools
import json
import subprocess
import sys

import numpy as np
import soundfile
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from event_captions import caption_of
from event_scenes import EVENT_SCENES, paint_event
from event_sounds import sound_of
from features import SAMPLE_RATE, load_sound, log_mel, open_picture, pixel_values, softmax
from fitting import SAMPLES, accuracy, calibrate, confusions, export, fit, generate, predict, ranked, session_for, versions
from networks import ConvNet, FusionHead, TextNet
from paint import spoil
from picture_classifier import mirror
from sound_classifier import shift
from sounds import record
from word_pieces import batch_of, tokens_of, train_tokenizer

FOLDER = SAMPLES / "event-detector"
NAMES = list(EVENT_SCENES)
PARTS = ("image", "sound", "text")
KINDS = ("clear", "shared", "broken")
CHANCE = {"image": (0.56, 0.37, 0.07), "sound": (0.52, 0.40, 0.08), "text": (0.50, 0.38, 0.12)}
TRAIN, FUSE, HELD_OUT = 3200, 1000, 800
EXTRA_CAPTIONS = 6000


def plan(split, index):
    """The event and the kinds of its parts, and a generator for the rest."""
    rng = np.random.default_rng([501, split, index])
    kinds = {part: str(rng.choice(KINDS, p=CHANCE[part])) for part in PARTS}
    return NAMES[index % len(NAMES)], kinds, rng


def example(job):
    split, index = job
    event, kinds, rng = plan(split, index)
    short = int(rng.integers(112, 136))
    long = int(short * rng.uniform(1.1, 1.6))
    image = spoil(paint_event(event, kinds["image"], long, short, [502, split, index]).image(), rng, 0.9)
    wave = record(sound_of(event, kinds["sound"], 2, rng), rng, 0.9)
    return pixel_values(image).astype(np.float16), log_mel(wave).astype(np.float16), caption_of(event, kinds["text"], rng), index % len(NAMES)


def data(split, count):
    made = generate(example, [(split, k) for k in range(count)])
    return (
        (torch.tensor(np.stack([m[0] for m in made])).float(),),
        (torch.tensor(np.stack([m[1] for m in made])).float(),),
        [m[2] for m in made],
        torch.tensor([m[3] for m in made]),
    )


# ---- fusion rules, on probabilities of the modalities that are there ----------------------


def average(probabilities, weights):
    return sum(w * p for w, p in zip(weights, probabilities)) / sum(weights)


def product(probabilities, weights):
    """Weighted product of experts: log-probabilities added up, then made to sum to one."""
    return softmax(sum(w * np.log(np.clip(p, 1e-12, 1)) for w, p in zip(weights, probabilities)) / (sum(weights) / len(weights)))


def maximum(probabilities, weights):
    most = np.max(probabilities, axis=0)
    return most / most.sum(-1, keepdims=True)


def majority(probabilities, weights):
    """One vote each; a tie goes to the highest mean probability among the tied."""
    votes = sum(np.eye(p.shape[1])[p.argmax(1)] for p in probabilities)
    return votes + 0.5 * np.mean(probabilities, axis=0)


RULES = {"weighted average": average, "product of experts": product, "maximum": maximum, "majority vote": majority}


def forget_words(given, generator):
    ids, mask = given
    hide = (torch.rand(ids.shape, generator=generator) < 0.1) & (ids > 4)
    return torch.where(hide, 4, ids), mask


def train():
    print("event-detector")
    images, sounds, texts, labels = data(0, TRAIN)
    rng = np.random.default_rng([503])
    more_labels = torch.tensor(rng.integers(0, len(NAMES), EXTRA_CAPTIONS))
    more = [caption_of(NAMES[k], str(rng.choice(KINDS, p=CHANCE["text"])), rng) for k in more_labels.tolist()]
    all_texts, all_labels = texts + more, torch.cat([labels, more_labels])
    tokenizer = train_tokenizer(all_texts, FOLDER / "models" / "tokenizer.json", 1500)
    torch.manual_seed(5)
    nets = {
        "image": ConvNet(3, len(NAMES), widths=(16, 32, 64, 96), embed=32, drop=0.3),
        "sound": ConvNet(1, len(NAMES), widths=(12, 24, 48, 80), embed=32, shift=-25.0, scale=20.0, drop=0.3),
        "text": TextNet(tokenizer.get_vocab_size(), len(NAMES), width=48, embed=32),
    }
    fit(nets["image"], images, labels, epochs=13, augment=mirror, seed=51, decay=0.05)
    fit(nets["sound"], sounds, labels, epochs=14, augment=shift, seed=52, decay=0.05)
    fit(nets["text"], batch_of(tokenizer, all_texts, 48), all_labels, epochs=8, augment=forget_words, batch=64, seed=53, rate=3e-3)

    # A second set, seen by none of the three: temperatures, fusion weights and the head come from it.
    f_images, f_sounds, f_texts, f_labels = data(1, FUSE)
    given = {"image": f_images, "sound": f_sounds, "text": batch_of(tokenizer, f_texts)}
    temperatures = {p: round(calibrate(nets[p], given[p], f_labels), 4) for p in PARTS}
    out = {p: predict(nets[p], given[p]) for p in PARTS}
    probabilities = {p: torch.softmax(out[p][0], 1).numpy() for p in PARTS}
    truth = f_labels.numpy()
    weights, best = (1.0, 1.0, 1.0), -1e9
    for w in itertools.product((0.6, 0.8, 1.0, 1.2), repeat=3):
        mixed = average([probabilities[p] for p in PARTS], w)
        score = np.log(mixed[np.arange(len(truth)), truth] + 1e-9).mean()
        if score > best + 1e-9:
            weights, best = w, score
    weights = tuple(round(float(w / max(weights)), 3) for w in weights)

    head = FusionHead(len(NAMES))
    torch.manual_seed(54)
    optimiser = torch.optim.AdamW(head.parameters(), 3e-3, weight_decay=0.05)
    embedded = torch.stack([out[p][1] for p in PARTS])  # [3, N, 32]
    fit_on, keep = slice(0, 800), slice(800, FUSE)
    head.train()
    for epoch in range(150):
        order = torch.randperm(800)
        for k in range(0, 800, 64):
            pick = order[k : k + 64]
            here = (torch.rand(3, len(pick), 1) > 0.15).float()  # now and then a modality is missing
            e = embedded[:, fit_on][:, pick] * here
            loss = F.cross_entropy(head(*e), f_labels[fit_on][pick], label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    head.eval()
    calibrate(head, tuple(e[keep] for e in embedded), f_labels[keep])

    # The held-out set.
    h_images, h_sounds, h_texts, h_labels = data(2, HELD_OUT)
    given = {"image": h_images, "sound": h_sounds, "text": batch_of(tokenizer, h_texts)}
    out = {p: predict(nets[p], given[p]) for p in PARTS}
    truth = h_labels.numpy()
    logits = {p: np.round(out[p][0].numpy().astype(np.float64), 4) for p in PARTS}
    probabilities = {p: softmax(logits[p]) for p in PARTS}
    report = {"held_out_examples": HELD_OUT, "events": NAMES, "temperatures_inside_the_models": temperatures, "weights": dict(zip(PARTS, weights)), "single": {}, "calibration_error": {}, "fused": {}}
    for p in PARTS:
        report["single"][p] = round(float((probabilities[p].argmax(1) == truth).mean()), 4)
        sure = probabilities[p].max(1)
        bins = np.clip((sure * 10).astype(int), 0, 9)
        right = probabilities[p].argmax(1) == truth
        report["calibration_error"][p] = round(float(sum((bins == b).mean() * abs(right[bins == b].mean() - sure[bins == b].mean()) for b in range(10) if (bins == b).any())), 4)
    subsets = {"all three": PARTS, "without image": ("sound", "text"), "without sound": ("image", "text"), "without text": ("image", "sound")}
    for title, parts in subsets.items():
        w = [weights[PARTS.index(p)] for p in parts]
        row = {rule: round(float((fuse([probabilities[p] for p in parts], w).argmax(1) == truth).mean()), 4) for rule, fuse in RULES.items()}
        with torch.no_grad():
            guess = head(*(out[p][1] if p in parts else torch.zeros_like(out[p][1]) for p in PARTS)).argmax(1)
        row["learned head"] = round(float((guess == h_labels).float().mean()), 4)
        report["fused"][title] = row
    report["frequent_mistakes_of_the_product"] = confusions(truth, product([probabilities[p] for p in PARTS], weights).argmax(1), NAMES, 5)
    print(json.dumps(report, indent=1))

    axes = {"logits": {0: "batch"}, "embedding": {0: "batch"}}
    ids, mask = batch_of(tokenizer, h_texts[:2])
    models = FOLDER / "models"
    export(nets["image"], models / "image.onnx", {"pixel_values": h_images[0][:2]}, ["logits", "embedding"], {"pixel_values": {0: "batch"}, **axes})
    export(nets["sound"], models / "sound.onnx", {"features": h_sounds[0][:2]}, ["logits", "embedding"], {"features": {0: "batch", 3: "frames"}, **axes})
    export(nets["text"], models / "text.onnx", {"input_ids": ids, "attention_mask": mask}, ["logits", "embedding"], {"input_ids": {0: "batch", 1: "sequence"}, "attention_mask": {0: "batch", 1: "sequence"}, **axes})
    export(head, models / "head.onnx", {p: out[p][1][:2] for p in PARTS}, ["logits"], {p: {0: "batch"} for p in PARTS} | {"logits": {0: "batch"}})
    (models / "labels.txt").write_text("\n".join(NAMES) + "\n")
    (FOLDER / "accuracy.json").write_text(json.dumps(report, indent=2) + "\n")
    rows = ",\n".join("  " + json.dumps({"label": int(truth[k]), **{p: [float(v) for v in logits[p][k]] for p in PARTS}}, separators=(",", ":")) for k in range(HELD_OUT))
    (FOLDER / "heldout.json").write_text(f'{{"labels": {json.dumps(NAMES)}, "weights": {json.dumps(dict(zip(PARTS, weights)))}, "examples": [\n{rows}\n]}}\n')


# ---- media ------------------------------------------------------------------------------

SHOWCASE = {  # event: (kinds of image, sound, text; seeds; caption)
    "storm": ("storm at sea", ("clear", "shared", "shared"), (19, 1), "The sloop on the water tonight, wind from the west"),
    "parade": ("street parade", ("clear", "shared", "shared"), (9, 2), "Everybody sings, flags everywhere, drums and shouting"),
    "wildfire": ("forest fire", ("shared", "clear", "shared"), (7, 3), "Smoke over Mill Street, the road is closed"),
    "concert": ("concert", ("clear", "clear", "broken"), (12, 4), "So this happened tonight"),
    "harbour": ("harbour morning", ("clear", "clear", "clear"), (5, 5), "Gulls circle over the quay, coffee by the harbour"),
    "match": ("football match", ("clear", "shared", "clear"), (6, 6), "United score in the last minute, this is unbelievable"),
}


def media():
    out = FOLDER / "media"
    (out / "heldout").mkdir(parents=True, exist_ok=True)
    for name, (event, kinds, (a, b), caption) in SHOWCASE.items():
        paint_event(event, kinds[0], 640, 480, [590, a]).image(0.008).save(out / f"{name}.jpg", quality=85)
        rng = np.random.default_rng([591, b])
        soundfile.write(out / f"{name}.wav", (0.8 * sound_of(event, kinds[1], 3, rng)).astype(np.float32), SAMPLE_RATE, subtype="PCM_16")
        (out / f"{name}.txt").write_text(caption + "\n")
    lines = []
    for index in range(24):  # fresh examples from the same generator, three of each event
        event, kinds, rng = plan(3, index)
        image = spoil(paint_event(event, kinds["image"], 160, 120, [502, 3, index]).image(), rng, 0.9)
        image.save(out / "heldout" / f"{index:02}.jpg", quality=88)
        wave = record(sound_of(event, kinds["sound"], 2, rng), rng, 0.9)
        soundfile.write(out / "heldout" / f"{index:02}.wav", wave, SAMPLE_RATE, subtype="PCM_16")
        caption = caption_of(event, kinds["text"], rng)
        lines.append(json.dumps({"id": f"{index:02}", "event": event, "image": f"{index:02}.jpg", "sound": f"{index:02}.wav", "caption": caption, "drawn": kinds}))
    (out / "heldout" / "examples.jsonl").write_text("\n".join(lines) + "\n")


def reference():
    models = FOLDER / "models"
    sessions = {p: session_for(models / f"{p}.onnx") for p in PARTS}
    head = session_for(models / "head.onnx")
    tokenizer = Tokenizer.from_file(str(models / "tokenizer.json"))
    weights = list(json.loads((FOLDER / "accuracy.json").read_text())["weights"].values())

    def run(picture, sound, caption):
        ids = np.array([tokens_of(tokenizer, caption)], np.int64)
        got = {
            "image": sessions["image"].run(["logits", "embedding"], {"pixel_values": pixel_values(open_picture(picture))[None]}),
            "sound": sessions["sound"].run(["logits", "embedding"], {"features": log_mel(load_sound(sound))[None]}),
            "text": sessions["text"].run(["logits", "embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)}),
        }
        probabilities = [softmax(got[p][0]) for p in PARTS]
        entry = {p: {"logits": [round(float(v), 4) for v in got[p][0][0]], "top": ranked(q[0], NAMES, 2)} for p, q in zip(PARTS, probabilities)}
        for rule in ("weighted average", "product of experts"):
            entry[rule] = ranked(RULES[rule](probabilities, weights)[0], NAMES, 3)
        entry["learned head"] = ranked(softmax(head.run(["logits"], {p: got[p][1] for p in PARTS})[0])[0], NAMES, 3)
        return entry

    media_folder = FOLDER / "media"
    showcase, right = {}, {}
    for name, (event, _, _, _) in SHOWCASE.items():
        showcase[name] = {"event": event, **run(media_folder / f"{name}.jpg", media_folder / f"{name}.wav", (media_folder / f"{name}.txt").read_text().strip())}
        e = showcase[name]
        print(f"  {name}: " + "; ".join(f"{p} {e[p]['top'][0]['label']} {e[p]['top'][0]['probability']:.2f}" for p in PARTS), "->", e["product of experts"][0], e["learned head"][0]["label"])
    examples = {}
    for line in (media_folder / "heldout" / "examples.jsonl").read_text().splitlines():
        e = json.loads(line)
        got = run(media_folder / "heldout" / e["image"], media_folder / "heldout" / e["sound"], e["caption"])
        examples[e["id"]] = {"event": e["event"], **got}
        for rule in ("weighted average", "product of experts", "learned head"):
            right[rule] = right.get(rule, 0) + (got[rule][0]["label"] == e["event"])
        for p in PARTS:
            right[p] = right.get(p, 0) + (got[p]["top"][0]["label"] == e["event"])
    print("  right of 24:", right)
    (FOLDER / "reference.json").write_text(json.dumps({"versions": versions("pillow", "librosa", "tokenizers"), "weights": dict(zip(PARTS, weights)), "right_of_24": right, "showcase": showcase, "heldout": examples}, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    for step in (train, media, reference):
        if wanted in (step.__name__, "all"):
            step()

"""Train a BERT-style WordPiece tokenizer, and turn texts into padded batches."""
from __future__ import annotations

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LONGEST = 64


def train_tokenizer(texts, path, size=2000) -> Tokenizer:
    """Lower-casing, accent-stripping BERT tokenizer; truncation and padding are not baked in."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    alphabet = list("abcdefghijklmnopqrstuvwxyz0123456789.,!?'-:;()&%\"/")
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=size, min_frequency=2, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))
    return Tokenizer.from_file(str(path))


def tokens_of(tokenizer, text):
    """Ids of one text, cut to 64 with [SEP] kept at the end."""
    ids = tokenizer.encode(text).ids
    return ids if len(ids) <= LONGEST else ids[: LONGEST - 1] + [ids[-1]]


def batch_of(tokenizer, texts, width=None):
    rows = [tokens_of(tokenizer, t) for t in texts]
    width = width or max(map(len, rows))
    ids, mask = np.zeros((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
    for r, row in enumerate(rows):
        row = row[:width]
        ids[r, : len(row)], mask[r, : len(row)] = row, 1
    return torch.tensor(ids), torch.tensor(mask)


def typo(text, rng, rate):
    """Slips of the finger: swap, drop, double or replace a letter."""
    letters = list(text)
    k = 0
    while k < len(letters) - 1:
        if letters[k].isalpha() and rng.random() < rate:
            slip = rng.integers(4)
            if slip == 0:
                letters[k], letters[k + 1] = letters[k + 1], letters[k]
            elif slip == 1:
                letters[k] = ""
            elif slip == 2:
                letters[k] *= 2
            else:
                letters[k] = chr(int(rng.integers(97, 123)))
        k += 1
    return "".join(letters)

"""Trains three small tokenizers and records the ids that Python's `tokenizers` gives, for test/nodes/text.

Run from any folder: python test/reference/tokenizers.py
"""

import json
import os
import random
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != here]  # this file has the library's name

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

random.seed(3)
PARTS = {
    "en": (["The dog", "A small cat", "My neighbour", "Nobody", "This model"], ["barks at", "listens to", "doesn't see", "classified", "re-reads"], ["the glass breaking.", "an old engine!", "rain, wind and thunder", "3.14 pictures", "the tokenizer's output"]),
    "de": (["Der Hund", "Die Königin", "Ein großer Vogel", "Niemand"], ["hört", "überholt", "vermisst", "grüßt"], ["das Geräusch.", "den Straßenlärm!", "fünf Bären", "die Ausgänge"]),
    "fr": (["Le chien", "Une élève", "L'été", "Ça"], ["écoute", "dérange", "a reçu", "n'aime pas"], ["le bruit.", "les œuvres naïves", "l'hôtel", "où ?"]),
    "ru": (["Собака", "Старый двигатель", "Моя сестра"], ["слышит", "слушает", "видит"], ["разбитое стекло.", "шум дождя", "новую модель"]),
    "ar": (["الكلب", "القطة", "المهندس"], ["يسمع", "يرى", "يكتب"], ["صوت المطر.", "الزجاج المكسور", "النموذج"]),
    "hi": (["कुत्ता", "बिल्ली", "इंजीनियर"], ["सुनता है", "देखती है", "लिखता है"], ["बारिश की आवाज़।", "टूटा हुआ काँच", "नया मॉडल"]),
    "zh": (["狗", "小猫", "工程师"], ["听见", "看到", "写了"], ["下雨的声音。", "碎玻璃", "新模型，很快"]),
    "ja": (["犬が", "小さい猫は", "エンジニアは"], ["雨の音を", "割れたガラスを", "新しいモデルを"], ["聞いた。", "見ています", "書きました"]),
    "ko": (["개가", "작은 고양이는", "기술자는"], ["빗소리를", "깨진 유리를", "새 모델을"], ["들었다.", "봅니다", "썼습니다"]),
    "emoji": (["😀", "👩‍👩‍👧", "🔥🔥"], ["❤️", "🚀", "👍🏽"], ["!!!", "🎉", "…"]),
}
corpus = [" ".join(random.choice(part) for part in random.choice(list(PARTS.values()))) for _ in range(3000)]

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=900, special_tokens=SPECIAL, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return t


def bpe():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)]
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=1200, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return t


def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    t.decoder = decoders.Metaspace(prepend_scheme="always")
    t.train_from_iterator(corpus, trainers.UnigramTrainer(vocab_size=1000, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    return t


TEXTS = [
    "", " ", "   \t\n ", "a", "Hello, world!", "The dog barks at the glass breaking.", "don't can't they'll I'M",
    "ÀÉÎõü straße ŒUVRE", "Cafe\u0301 vs Caf\u00e9", "e\u0301\u0323\u0308 stacked marks", "zero\u200bwidth\u200djoin\u2060er\ufeff",
    "👩‍👩‍👧 and 👍🏽 and 🇩🇪", "😀😀😀", "❤️ vs ❤", "狗听见下雨的声音。", "犬が雨の音を聞いた。ｶﾀｶﾅ ＡＢＣ", "개가 빗소리를 들었다.", "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "الكلب يسمع صوت المطر.", "مُحَمَّد", "‏العربية‎ mixed with English", "कुत्ता सुनता है बारिश की आवाज़।", "שלום עולם", "สวัสดีชาวโลก", "Собака слышит разбитое стекло.", "ΑΣΣ ας",
    "[CLS] in text [SEP] and [MASK]", "<s>in text</s> <mask> <pad><unk>", "[cls] [Mask]", "12345 3.14159 1e-10 0x1F", "a_b-c/d\\e|f~g", "!!!???...,,,", "\u3000full\u3000width　space", "tab\tnew\nline\r\nend",
    "\u0000null\u0001control\u007f", "ﬁ ﬂ ½ ² ™ ℃ Ⅷ", "İstanbul ıI", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠜎", "a\u00a0b\u2003c\u2009d", "  leading and trailing  ", "x" * 120, "supercalifragilisticexpialidocious",
    "ok 👨🏿‍🚀 \U0001FAE0", "�replacement", "\U0010FFFF\uE000 private",
]
LONG = ["The dog barks at 狗听见 😀 the tokenizer's output. ", 10000]
PAIRS = [["The dog", "a small cat barks"], ["What is this?", ""], ["", "only the second"], ["", ""], ["Der Hund hört", "den Straßenlärm! 3.14 pictures, rain and thunder"]]
TRUNCATIONS = [
    {"maxLength": n, "side": side, "strategy": strategy}
    for n in (3, 4, 5, 8, 13)
    for side in ("right", "left")
    for strategy in ("longest_first", "only_first", "only_second")
]


def encoding(e):
    return {"ids": e.ids, "types": e.type_ids}


out = {"made with": {"tokenizers": tokenizers.__version__}, "texts": TEXTS, "long": LONG, "pairs": PAIRS, "tokenizers": {}}
for name, make in {"wordpiece": wordpiece, "bpe": bpe, "unigram": unigram}.items():
    path = os.path.join(here, f"tokenizer-{name}.json")
    if "--keep" not in sys.argv:
        make().save(path, pretty=False)
    t = Tokenizer.from_file(path)
    long_text = (LONG[0] * (LONG[1] // len(LONG[0]) + 1))[: LONG[1]]
    record = {
        "plain": [t.encode(text, add_special_tokens=False).ids for text in TEXTS],
        "special": [encoding(t.encode(text)) for text in TEXTS],
        "tokens": [t.encode(text).tokens for text in TEXTS[:8]],
        "long": t.encode(long_text).ids,
        "pairs": [encoding(t.encode(a, b)) for a, b in PAIRS],
        "pairsPlain": [encoding(t.encode(a, b, add_special_tokens=False)) for a, b in PAIRS],
        "decoded": [t.decode(t.encode(text).ids, skip_special_tokens=True) for text in TEXTS],
        "decodedAll": [t.decode(t.encode(text).ids, skip_special_tokens=False) for text in TEXTS],
        "truncated": [],
        "padded": [],
    }
    ids_before = {x: t.encode(x, add_special_tokens=False).ids for pair in PAIRS for x in pair}
    for params in TRUNCATIONS:
        t.enable_truncation(params["maxLength"], strategy=params["strategy"], direction=params["side"])
        for a, b in PAIRS + [["The dog barks at the glass breaking. 3.14 pictures", None]]:
            room = params["maxLength"] - t.num_special_tokens_to_add(b is not None)
            if room < 0:
                continue  # the library subtracts past zero and then cuts nothing
            lengths = [len(ids_before[x]) for x in (a, b) if b is not None]
            if params["strategy"] == "longest_first" and room % 2 and b is not None and min(lengths) > room / 2:
                continue  # which text keeps the odd token depends on the version: 0.23 stops early at a word
            try:
                got = encoding(t.encode(a, b) if b is not None else t.encode(a))
            except Exception as error:
                got = {"error": str(error)}
            record["truncated"].append({**params, "text": a, "pair": b, **got})
    t.no_truncation()
    for padding in ({"length": 16}, {"length": 16, "direction": "left"}, {"pad_to_multiple_of": 8}, {}):
        t.enable_padding(pad_id=7, pad_type_id=0, **padding)
        batch = ["a", "The dog barks at the glass breaking.", "", "狗听见下雨的声音。"]
        es = t.encode_batch(batch)
        record["padded"].append({"padding": padding, "batch": batch, "rows": [{**encoding(e), "mask": e.attention_mask} for e in es]})
    t.no_padding()
    out["tokenizers"][name] = record
    print(name, t.get_vocab_size(), os.path.getsize(path))

with open(os.path.join(here, "tokenizers.json"), "w") as f:
    json.dump(out, f, ensure_ascii=True, separators=(",", ":"))
    f.write("\n")
print(os.path.getsize(os.path.join(here, "tokenizers.json")))

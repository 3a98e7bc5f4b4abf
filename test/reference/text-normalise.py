"""Normalised text by Python's unicodedata, for test/nodes/text. Run: python test/reference/text-normalise.py"""

import json
import os
import platform
import re
import unicodedata

TEXTS = [
    "", "Cafe\u0301 Caf\u00e9", "ﬁ ½ ² ℃ Ⅷ ｶﾞ ＡＢＣ", "İstanbul ΑΣ ΣΑΣ. ẞ", "한글 \u1112\u1161\u11ab", "a\u00a0b\u2003c \u3000 d\t\n e\u0085f",
    "  \u2028ends\u2029 ", "क़ाबिल मॉडल", "مُحَمَّد", "e\u0323\u0301 vs e\u0301\u0323", "👩‍👩‍👧 zero\u200bwidth \ufeff", "Ångström Å Ω Ω",
]
SPACE = "[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"  # White_Space

cases = []
for text in TEXTS:
    for form in ["none", "NFC", "NFD", "NFKC", "NFKD"]:
        for flags in [(0, 0, 0, 0), (1, 1, 1, 1), (1, 0, 0, 1), (0, 1, 0, 0), (0, 0, 1, 0)]:
            lower, accents, collapse, strip = map(bool, flags)
            out = text if form == "none" else unicodedata.normalize(form, text)
            if accents:
                out = "".join(c for c in unicodedata.normalize("NFD", out) if unicodedata.category(c) != "Mn")
                if form not in ("NFD", "NFKD"):
                    out = unicodedata.normalize("NFC", out)
            if lower:
                out = out.lower()
            if collapse:
                out = re.sub(SPACE + "+", " ", out)
            if strip:
                out = re.sub(f"^{SPACE}+|{SPACE}+\\Z", "", out)
            params = {"form": form, "lower": lower, "stripAccents": accents, "collapseSpaces": collapse, "strip": strip}
            cases.append({"params": params, "text": text, "want": out})

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "text-normalise.json"), "w") as f:
    json.dump({"made with": {"python": platform.python_version(), "unicode": unicodedata.unidata_version}, "cases": cases}, f, separators=(",", ":"))
    f.write("\n")

"""Writes byte_pairs.json: codes and segmentations of subword-nmt itself, for a text made here.

Run: /usr/bin/python3 byte_pairs.py FOLDER, where FOLDER is a checkout of rsennrich/subword-nmt.
"""
import io
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
from subword_nmt import apply_bpe, learn_bpe  # noqa: E402

# Syllables put together by a small generator: many words share parts, and many pairs are equally frequent.
SYLLABLES = ["ba", "na", "lo", "wer", "new", "est", "wid", "aa", "aaa", "ü", "ß", "→", "😀", "\ue000", "x", "ung", "en", "\\", "@@", "</w>"]


def lines(count):
    state = 12345
    made = []
    for _ in range(count):
        words = []
        for _ in range(7):
            state = (state * 1103515245 + 12345) % 2**31
            length = 1 + (state >> 16) % 4
            word = ""
            for _ in range(length):
                state = (state * 1103515245 + 12345) % 2**31
                word += SYLLABLES[(state >> 16) % len(SYLLABLES) * ((state >> 24) % len(SYLLABLES)) // len(SYLLABLES)]
            words.append(word)
        made.append(" ".join(words))
    return made


def case(name, text, symbols, least, unseen):
    out = io.StringIO()
    learn_bpe.learn_bpe(io.StringIO("\n".join(text) + "\n"), out, symbols, least)
    bpe = apply_bpe.BPE(io.StringIO(out.getvalue()))
    return {"name": name, "lines": text, "merges": symbols, "minimumFrequency": least, "codes": out.getvalue(),
            "segmented": [[line, bpe.process_line(line)] for line in text[:20] + unseen]}


def main():
    unseen = ["lowest banana", "  two  spaces ", "", "aaaaaaaaa", "😀😀 \ue000x", "Z zz"]
    cases = [
        case("many", lines(160), 300, 2, unseen),
        case("pruned", lines(60), 120, 1, unseen),
        case("stops", ["low low low lower lowest newer newer wider"] * 2, 1000, 4, unseen),
        case("overlaps", ["aaaa aaaaa aaa aaaaaaa", "ababab abababab bab"], 12, 1, unseen),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "byte_pairs.json")
    with open(path, "w", encoding="ascii") as file:
        file.write("[" + ",\n".join(json.dumps(item) for item in cases) + "]\n")


main()

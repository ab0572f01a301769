"""Writes translation_metrics.json: tokens, BLEU and chrF as sacrebleu itself computes them.

Run: /usr/bin/python3 translation_metrics.py FOLDER, where FOLDER is a checkout of mjpost/sacrebleu. What it imports and these
metrics do not use (XML data sets, locks, colours) need not be installed.
"""
import json
import os
import sys
import types

sys.path.insert(0, sys.argv[1])
for name in ("portalocker", "tabulate", "colorama", "lxml", "lxml.etree", "sacrebleu.version"):
    module = types.ModuleType(name)
    module.__path__ = []
    module.tabulate, module.Fore, module.Style, module.etree, module.__version__ = None, None, None, None, "checkout"
    sys.modules[name] = module

from sacrebleu.metrics.bleu import BLEU  # noqa: E402
from sacrebleu.metrics.chrf import CHRF  # noqa: E402
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a  # noqa: E402

LINES = [
    "The dog bit the man.", "It wasn't surprising.", "a 1,000.50 dollar fine - 3-4 times, 5.", "\"Quoted\" (text) [x] {y} ~ ^ _ | \\ `z`",
    "&quot;a&quot; &lt;b&gt; &amp;amp; c", "e-mail, 10-year-old 10- x", "ümlaut … „Anführung“ 😀.,😀 ende.", "tab\tand\u00a0nbsp\u2003em\x1cfile",
    "a<skipped>b end-\nof line\nbreak", "   ", "", "1.5.2 .5 5. ,5 5, a.b a,b", "$5 50% #1 @home a/b a=b a+b a*b <tag>", "ein mann mit einem hut .",
]

CORPORA = {
    "readme": (["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."],
               [["The dog bit the man.", "It was not unexpected.", "The man bit him first."],
                ["The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."]]),
    "one reference": (["a man in an orange hat staring at something .", "a boston terrier runs on lush green grass ."],
                      [["a man in an orange hat starring at something .", "a boston terrier is running on lush green grass in front of a white fence ."]]),
    "smoothed": (["the cat sat", "on mats of cats"], [["a cat sat on it", "on the mat of a cat"]]),
    "no four-gram": (["a b c"], [["a b c"]]),
    "no match": (["x y z w"], [["a b c d"]]),
    "empty": (["", ""], [["a b c d", "e"]]),
    "identical": (["Niemand hat die Absicht, eine Mauer zu errichten"], [["Niemand hat die Absicht, eine Mauer zu errichten"]]),
    "too long": (["the the the the the the the of of in in by"], [["the cat is on the mat"]]),
    "unicode": (["größer 😀 als „alles“ , was – je war ."], [["größer als alles 😀 , was „je“ – war ."]]),
    "czech": (["Nebo prostě nemají vybavení, které by jim pomohlo, uvedli lékaři.", "a"], [["A někdy nemáme ani potřebný materiál, abychom jim pomohli, popsali lékaři.", "a"]]),
}


def score(hypotheses, references):
    bleu = BLEU().corpus_score(hypotheses, references)
    signature = BLEU()
    signature.corpus_score(hypotheses, references)
    return {"hypotheses": hypotheses, "references": references, "bleu": bleu.score, "precisions": bleu.precisions, "brevityPenalty": bleu.bp,
            "hypothesisLength": bleu.sys_len, "referenceLength": bleu.ref_len, "printed": str(bleu),
            "chrf": CHRF().corpus_score(hypotheses, references).score, "chrfWords": CHRF(word_order=2).corpus_score(hypotheses, references).score,
            "signature": str(signature.get_signature())}


def main():
    tokenizer = Tokenizer13a()
    result = {"tokens": [{"line": line, "tokens": tokenizer(line.rstrip()).split()} for line in LINES],
              "corpora": [{"name": name} | score(*corpus) for name, corpus in CORPORA.items()]}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "translation_metrics.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


main()

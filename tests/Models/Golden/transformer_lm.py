"""Writes transformer_lm.json: losses and gradients of an implementation that shares nothing with ours.

Plain tensors, one head and one place at a time, softmax and losses spelled out.
Run: /usr/bin/python3 transformer_lm.py
"""
import json
import math
import os

import torch

VOCABULARY, SAMPLES, BLOCK = 11, 3, 6


def names(s):
    found = ["tokens.weight"]
    linear = [".weight", ".bias"] if s["bias"] else [".weight"]
    for layer in range(s["layers"]):
        for part in ("attention.query", "attention.key", "attention.value", "attention.output", "attentionResidual.norm",
                     "feedForward.input", "feedForward.output", "feedForwardResidual.norm"):
            found += [f"blocks.{layer}.{part}{kind}" for kind in linear]
    if s["positions"] == "learned":
        found.append("positions.table.weight")
    if s["norm"] == "pre":
        found += ["norm" + kind for kind in linear]
    if not s["tieWeights"]:
        found.append("output.weight")
    return sorted(found)


def shape(name, s):
    c, f = s["width"], s["feedForward"]
    if name in ("tokens.weight", "output.weight"):
        return [VOCABULARY, c]
    if name == "positions.table.weight":
        return [BLOCK, c]
    if name.endswith("norm.weight") or name.endswith("norm.bias"):
        return [c]
    rows, columns = (f, c) if "feedForward.input" in name else (c, f) if "feedForward.output" in name else (c, c)
    return [rows] if name.endswith("bias") else [rows, columns]


def weights(s):
    """Element i of parameter k is 0.25 sin(0.37 i + 1.3 k + 0.5), plus 1 for the gains of normalizations."""
    made = {}
    for k, name in enumerate(names(s)):
        size = shape(name, s)
        gain = 1 if name.endswith("norm.weight") else 0
        values = [0.25 * math.sin(0.37 * i + 1.3 * k + 0.5) + gain for i in range(math.prod(size))]
        made[name] = torch.tensor(values, dtype=torch.float32).reshape(size).to(torch.float64).requires_grad_()
    return made


def normalize(x, w, name):
    centred = x - x.sum() / len(x)
    y = centred / torch.sqrt((centred * centred).sum() / len(x) + 1e-5) * w[name + ".weight"]
    return y + w[name + ".bias"] if name + ".bias" in w else y


def linear(x, w, name):
    y = w[name + ".weight"] @ x
    return y + w[name + ".bias"] if name + ".bias" in w else y


def attention(xs, w, name, heads):
    q, k, v = ([linear(x, w, f"{name}.{part}") for x in xs] for part in ("query", "key", "value"))
    d = len(xs[0]) // heads
    out = []
    for t in range(len(xs)):
        mixed = []
        for h in range(heads):
            part = slice(h * d, (h + 1) * d)
            scores = [torch.exp((q[t][part] * k[s][part]).sum() / math.sqrt(d)) for s in range(t + 1)]
            mixed.append(sum(score / sum(scores) * v[s][part] for s, score in enumerate(scores)))
        out.append(linear(torch.cat(mixed), w, name + ".output"))
    return out


def activate(x, kind):
    return torch.clamp(x, min=0) if kind == "relu" else x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def logits(tokens, w, s):
    c = s["width"]
    xs = []
    for p, token in enumerate(tokens):
        if s["positions"] == "learned":
            xs.append(w["tokens.weight"][token] + w["positions.table.weight"][p])
        else:
            wave = [math.sin(p / 10000 ** (i / c)) if i % 2 == 0 else math.cos(p / 10000 ** ((i - 1) / c)) for i in range(c)]
            xs.append(w["tokens.weight"][token] * math.sqrt(c) + torch.tensor(wave, dtype=torch.float64))
    for layer in range(s["layers"]):
        b = f"blocks.{layer}."

        def feed(x):
            return linear(activate(linear(x, w, b + "feedForward.input"), s["activation"]), w, b + "feedForward.output")

        n1, n2 = b + "attentionResidual.norm", b + "feedForwardResidual.norm"
        if s["norm"] == "pre":
            added = attention([normalize(x, w, n1) for x in xs], w, b + "attention", s["heads"])
            xs = [x + a for x, a in zip(xs, added)]
            xs = [x + feed(normalize(x, w, n2)) for x in xs]
        else:
            added = attention(xs, w, b + "attention", s["heads"])
            xs = [normalize(x + a, w, n1) for x, a in zip(xs, added)]
            xs = [normalize(x + feed(x), w, n2) for x in xs]
    if s["norm"] == "pre":
        xs = [normalize(x, w, "norm") for x in xs]
    table = w["tokens.weight"] if s["tieWeights"] else w["output.weight"]
    return [table @ x for x in xs]


def loss(scores, target, epsilon):
    log_p = scores - torch.log(torch.exp(scores).sum())
    return -(1 - epsilon) * log_p[target] - epsilon / VOCABULARY * log_p.sum()


def case(name, s):
    w = weights(s)
    count = SAMPLES * BLOCK
    inputs = [(7 * i + i * i) % VOCABULARY for i in range(count)]
    targets = [(3 * i + 5) % VOCABULARY for i in range(count)]
    total = torch.zeros([], dtype=torch.float64)
    for row in range(SAMPLES):
        span = slice(row * BLOCK, (row + 1) * BLOCK)
        for scores, target in zip(logits(inputs[span], w, s), targets[span]):
            total = total + loss(scores, target, s["labelSmoothing"])
    total.backward()
    gradients = {key: [float(f"{g:.7g}") for g in value.grad.flatten().tolist()] for key, value in w.items()}
    return {"name": name, "settings": s, "vocabulary": VOCABULARY, "samples": SAMPLES, "inputs": inputs, "targets": targets,
            "loss": total.item(), "gradients": gradients}


def main():
    base = {"width": 8, "layers": 2, "heads": 2, "feedForward": 12, "block": BLOCK}
    cases = [
        case("gpt2", base | {"norm": "pre", "positions": "learned", "activation": "gelu", "bias": True, "tieWeights": True, "labelSmoothing": 0.0}),
        case("vaswani", base | {"norm": "post", "positions": "sinusoidal", "activation": "relu", "bias": False, "tieWeights": False, "labelSmoothing": 0.1}),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transformer_lm.json")
    with open(path, "w", encoding="ascii") as file:
        file.write("[" + ",\n".join(json.dumps(item) for item in cases) + "]\n")


main()

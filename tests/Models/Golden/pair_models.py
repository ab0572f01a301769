"""Writes pair_models.json: losses and gradients of encoder-decoder models that share nothing with ours but the names of weights.

Plain tensors, one row and one place at a time, padding never computed at all. Run: /usr/bin/python3 pair_models.py
"""
import json
import math
import os

import torch

SOURCES = [[4, 7, 5, 9, 2], [8, 2], [6, 6, 10, 2]]
TARGETS = [[5, 4, 8, 2], [6, 7, 2], [2]]
SOURCE_VOCABULARY, VOCABULARY, BLOCK, BEGIN = 11, 9, 7, 1


def fill(shapes):
    """Element i of parameter k is 0.25 sin(0.37 i + 1.3 k + 0.5), plus 1 for the gains of normalizations."""
    made = {}
    for k, name in enumerate(sorted(shapes)):
        gain = 1 if name.lower().endswith("norm.weight") else 0
        values = [0.25 * math.sin(0.37 * i + 1.3 * k + 0.5) + gain for i in range(math.prod(shapes[name]))]
        made[name] = torch.tensor(values, dtype=torch.float32).reshape(shapes[name]).to(torch.float64).requires_grad_()
    return made


def softmax(scores):
    parts = [torch.exp(score) for score in scores]
    return [part / sum(parts) for part in parts]


def linear(x, w, name):
    y = w[name + ".weight"] @ x
    return y + w[name + ".bias"] if name + ".bias" in w else y


# Transformer -----------------------------------------------------------------------------------------------------------------


def attention_shapes(name, c, bias):
    return {f"{name}.{part}.{kind}": shape for part in ("query", "key", "value", "output")
            for kind, shape in (("weight", [c, c]), ("bias", [c])) if kind == "weight" or bias}


def norm_shapes(name, c, bias):
    return {f"{name}.weight": [c]} | ({f"{name}.bias": [c]} if bias else {})


def feed_shapes(name, c, f, bias):
    shapes = {f"{name}.input.weight": [f, c], f"{name}.output.weight": [c, f]}
    return shapes | ({f"{name}.input.bias": [f], f"{name}.output.bias": [c]} if bias else {})


def transformer_shapes(s):
    c, f, bias = s["width"], s["feedForward"], s["bias"]
    e = c // 2 if s["positions"] == "concatenated" else c
    shapes = {"targetTokens.weight": [VOCABULARY, e], "sourceTokens.weight": [SOURCE_VOCABULARY, e]}
    for side, layers in (("encoder", s["encoderLayers"]), ("decoder", s["decoderLayers"])):
        for layer in range(layers):
            b = f"{side}.{layer}."
            shapes |= attention_shapes(b + "attention", c, bias) | norm_shapes(b + "attentionResidual.norm", c, bias)
            shapes |= feed_shapes(b + "feedForward", c, f, bias) | norm_shapes(b + "feedForwardResidual.norm", c, bias)
            if side == "decoder":
                shapes |= attention_shapes(b + "memoryAttention", c, bias) | norm_shapes(b + "memoryResidual.norm", c, bias)
        if s["norm"] == "pre":
            shapes |= norm_shapes(side + "Norm", c, bias)
    if s["positions"] == "learned":
        shapes |= {"sourcePositions.table.weight": [BLOCK, c], "targetPositions.table.weight": [BLOCK, c]}
    if not s["tieWeights"]:
        shapes["output.weight"] = [VOCABULARY, c]
    return shapes


def normalize(x, w, name):
    centred = x - x.sum() / len(x)
    y = centred / torch.sqrt((centred * centred).sum() / len(x) + 1e-5) * w[name + ".weight"]
    return y + w[name + ".bias"] if name + ".bias" in w else y


def attend(x, seen, w, name, heads):
    q, d = linear(x, w, name + ".query"), len(x) // heads
    mixed = []
    for h in range(heads):
        part = slice(h * d, (h + 1) * d)
        weights = softmax([(q[part] * linear(y, w, name + ".key")[part]).sum() / math.sqrt(d) for y in seen])
        mixed.append(sum(a * linear(y, w, name + ".value")[part] for a, y in zip(weights, seen)))
    return linear(torch.cat(mixed), w, name + ".output")


def around(xs, w, name, is_pre, sublayer):
    if is_pre:
        return [x + y for x, y in zip(xs, sublayer([normalize(x, w, name) for x in xs]))]
    return [normalize(x + y, w, name) for x, y in zip(xs, sublayer(xs))]


def feed(x, w, name, activation):
    h = linear(x, w, name + ".input")
    h = torch.clamp(h, min=0) if activation == "relu" else h * 0.5 * (1 + torch.erf(h / math.sqrt(2)))
    return linear(h, w, name + ".output")


def mark(tokens, w, side, s):
    def wave(p, n):
        return torch.tensor([math.sin(p / 10000 ** (i / n)) if i % 2 == 0 else math.cos(p / 10000 ** ((i - 1) / n)) for i in range(n)], dtype=torch.float64)
    c, table = s["width"], w[side + "Tokens.weight"]
    if s["positions"] == "learned":
        return [table[token] + w[side + "Positions.table.weight"][p] for p, token in enumerate(tokens)]
    if s["positions"] == "sinusoidal":
        return [table[token] * math.sqrt(c) + wave(p, c) for p, token in enumerate(tokens)]
    return [torch.cat([wave(p, c // 2), table[token]]) for p, token in enumerate(tokens)]


def transformer(source, inputs, w, s):
    is_pre, heads = s["norm"] == "pre", s["heads"]
    memory = mark(source, w, "source", s)
    for layer in range(s["encoderLayers"]):
        b = f"encoder.{layer}."
        memory = around(memory, w, b + "attentionResidual.norm", is_pre, lambda xs: [attend(x, xs, w, b + "attention", heads) for x in xs])
        memory = around(memory, w, b + "feedForwardResidual.norm", is_pre, lambda xs: [feed(x, w, b + "feedForward", s["activation"]) for x in xs])
    memory = [normalize(m, w, "encoderNorm") for m in memory] if is_pre else memory
    xs = mark(inputs, w, "target", s)
    for layer in range(s["decoderLayers"]):
        b = f"decoder.{layer}."
        xs = around(xs, w, b + "attentionResidual.norm", is_pre, lambda ys: [attend(y, ys[:t + 1], w, b + "attention", heads) for t, y in enumerate(ys)])
        xs = around(xs, w, b + "memoryResidual.norm", is_pre, lambda ys: [attend(y, memory, w, b + "memoryAttention", heads) for y in ys])
        xs = around(xs, w, b + "feedForwardResidual.norm", is_pre, lambda ys: [feed(y, w, b + "feedForward", s["activation"]) for y in ys])
    xs = [normalize(x, w, "decoderNorm") for x in xs] if is_pre else xs
    table = w["targetTokens.weight"] if s["tieWeights"] else w["output.weight"]
    return [table @ x for x in xs]


# seq2seq ---------------------------------------------------------------------------------------------------------------------


GATES = {"elman": 1, "gru": 3, "lstm": 4}


def cell_shapes(name, cell, i, h):
    g = GATES[cell]
    return {f"{name}.kernel.weight_ih_l0": [g * h, i], f"{name}.kernel.weight_hh_l0": [g * h, h],
            f"{name}.kernel.bias_ih_l0": [g * h], f"{name}.kernel.bias_hh_l0": [g * h]}


def seq2seq_shapes(s):
    c, e, cell = s["width"], s["embeddingWidth"], s["cell"]
    feeds, attends = s["context"] != "state", s["attention"] != "none"
    shapes = {"sourceTokens.weight": [SOURCE_VOCABULARY, e], "targetTokens.weight": [VOCABULARY, e]}
    units = c // 2 if s["bidirectional"] else c
    for layer in range(s["encoderLayers"]):
        for way in ["forwardCells"] + (["backwardCells"] if s["bidirectional"] else []):
            shapes |= cell_shapes(f"encoder.{way}.{layer}", cell, e if layer == 0 else c, units)
    for layer in range(s["decoderLayers"]):
        shapes |= cell_shapes(f"decoder.layers.{layer}", cell, (e + (c if feeds else 0)) if layer == 0 else c, c)
    states = s["decoderLayers"] * (2 if cell == "lstm" else 1)
    if s["context"] != "input":
        shapes |= {"begin.weight": [states * c, c], "begin.bias": [states * c]}
    shapes |= {"additive": {"alignment.query.weight": [c, c], "alignment.key.weight": [c, c], "alignment.vector.weight": [1, c]},
               "general": {"alignment.key.weight": [c, c]}, "location": {"alignment.places.weight": [BLOCK, c]}}.get(s["attention"], {})
    shapes |= {"readout.weight": [e, 2 * c if feeds or attends else c], "readout.bias": [e]}
    if not s["tieWeights"]:
        shapes |= {"output.weight": [VOCABULARY, e], "output.bias": [VOCABULARY]}
    return shapes


def step(w, name, cell, x, state):
    a = w[name + ".kernel.weight_ih_l0"] @ x + w[name + ".kernel.bias_ih_l0"]
    u = w[name + ".kernel.weight_hh_l0"] @ state[0] + w[name + ".kernel.bias_hh_l0"]
    h = len(state[0])
    a, u = [a[k * h:(k + 1) * h] for k in range(GATES[cell])], [u[k * h:(k + 1) * h] for k in range(GATES[cell])]
    if cell == "elman":
        return [torch.tanh(a[0] + u[0])]
    if cell == "gru":
        r, z = torch.sigmoid(a[0] + u[0]), torch.sigmoid(a[1] + u[1])
        return [(1 - z) * torch.tanh(a[2] + r * u[2]) + z * state[0]]
    m = torch.sigmoid(a[1] + u[1]) * state[1] + torch.sigmoid(a[0] + u[0]) * torch.tanh(a[2] + u[2])
    return [torch.sigmoid(a[3] + u[3]) * torch.tanh(m), m]


def zeros(cell, h):
    return [torch.zeros(h, dtype=torch.float64) for _ in range(2 if cell == "lstm" else 1)]


def run(w, name, cell, xs, units):
    state, outputs = zeros(cell, units), []
    for x in xs:
        state = step(w, name, cell, x, state)
        outputs.append(state[0])
    return outputs


def alignment(w, kind, q, h, j):
    if kind == "additive":
        return w["alignment.vector.weight"][0] @ torch.tanh(w["alignment.query.weight"] @ q + w["alignment.key.weight"] @ h)
    if kind == "general":
        return q @ w["alignment.key.weight"] @ h
    if kind == "location":
        return w["alignment.places.weight"][j] @ q
    if kind == "content":
        return (q @ h) / (torch.sqrt(q @ q) * torch.sqrt(h @ h))
    return (q @ h) / (math.sqrt(len(q)) if kind == "scaled-dot" else 1)


def seq2seq(source, inputs, w, s):
    c, cell, kind, context = s["width"], s["cell"], s["attention"], s["context"]
    units = c // 2 if s["bidirectional"] else c
    xs = [w["sourceTokens.weight"][token] for token in source]
    for layer in range(s["encoderLayers"]):
        ahead = run(w, f"encoder.forwardCells.{layer}", cell, xs, units)
        back = run(w, f"encoder.backwardCells.{layer}", cell, xs[::-1], units)[::-1] if s["bidirectional"] else None
        xs = [torch.cat(pair) for pair in zip(ahead, back)] if back else ahead
    summary = torch.cat([ahead[-1], back[0]]) if back else ahead[-1]
    per_layer = 2 if cell == "lstm" else 1
    if context == "input":
        states = [zeros(cell, c) for _ in range(s["decoderLayers"])]
    else:
        first = torch.tanh(linear(summary, w, "begin"))
        parts = [first[k * c:(k + 1) * c] for k in range(per_layer * s["decoderLayers"])]
        states = [parts[k * per_layer:(k + 1) * per_layer] for k in range(s["decoderLayers"])]

    def mix(q):
        weights = softmax([alignment(w, kind, q, h, j) for j, h in enumerate(xs)])
        return sum(a * h for a, h in zip(weights, xs))

    logits = []
    for token in inputs:
        x, seen = w["targetTokens.weight"][token], None
        if context != "state":
            seen = summary if kind == "none" else mix(states[-1][0])
            x = torch.cat([x, seen])
        for layer in range(s["decoderLayers"]):
            states[layer] = step(w, f"decoder.layers.{layer}", cell, x, states[layer])
            x = states[layer][0]
        if seen is None and kind != "none":
            seen = mix(x)
        o = torch.tanh(linear(x if seen is None else torch.cat([x, seen]), w, "readout"))
        logits.append(w["targetTokens.weight"] @ o if s["tieWeights"] else linear(o, w, "output"))
    return logits


# ------------------------------------------------------------------------------------------------------------------------------


def loss(scores, target, epsilon):
    log_p = scores - torch.log(torch.exp(scores).sum())
    return -(1 - epsilon) * log_p[target] - epsilon / VOCABULARY * log_p.sum()


def case(kind, name, s):
    w = fill(transformer_shapes(s) if kind == "transformer" else seq2seq_shapes(s))
    forward = transformer if kind == "transformer" else seq2seq
    total = torch.zeros([], dtype=torch.float64)
    for source, target in zip(SOURCES, TARGETS):
        for scores, wanted in zip(forward(source, [BEGIN] + target[:-1], w, s), target):
            total = total + loss(scores, wanted, s["labelSmoothing"])
    total.backward()
    gradients = {key: [float(f"{g:.9g}") for g in (torch.zeros_like(value) if value.grad is None else value.grad).flatten().tolist()] for key, value in w.items()}
    return {"kind": kind, "name": name, "settings": s | {"block": BLOCK}, "loss": total.item(), "gradients": gradients}


def main():
    t = {"width": 8, "encoderLayers": 1, "decoderLayers": 2, "heads": 2, "feedForward": 6}
    r = {"width": 4, "embeddingWidth": 3, "encoderLayers": 1, "decoderLayers": 1, "bidirectional": False, "tieWeights": False, "labelSmoothing": 0.0}
    cases = [
        case("transformer", "vaswani", t | {"norm": "post", "positions": "sinusoidal", "activation": "relu", "bias": True, "tieWeights": True, "labelSmoothing": 0.1}),
        case("transformer", "pre-norm", t | {"norm": "pre", "positions": "learned", "activation": "gelu", "bias": False, "tieWeights": False, "labelSmoothing": 0.0}),
        case("transformer", "concatenated", t | {"norm": "pre", "positions": "concatenated", "activation": "relu", "bias": True, "tieWeights": False, "labelSmoothing": 0.0}),
        case("seq2seq", "sutskever", r | {"cell": "lstm", "encoderLayers": 2, "decoderLayers": 2, "attention": "none", "context": "state"}),
        case("seq2seq", "cho", r | {"cell": "gru", "attention": "none", "context": "both", "tieWeights": True}),
        case("seq2seq", "bahdanau", r | {"cell": "gru", "bidirectional": True, "attention": "additive", "context": "both", "labelSmoothing": 0.1}),
        case("seq2seq", "luong", r | {"cell": "lstm", "encoderLayers": 2, "decoderLayers": 2, "bidirectional": True, "attention": "general", "context": "state"}),
        case("seq2seq", "elman", r | {"cell": "elman", "attention": "scaled-dot", "context": "input"}),
        case("seq2seq", "location", r | {"cell": "gru", "attention": "location", "context": "state"}),
        case("seq2seq", "content", r | {"cell": "elman", "attention": "content", "context": "both", "bidirectional": True}),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pair_models.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"sources": SOURCES, "targets": TARGETS, "sourceVocabulary": SOURCE_VOCABULARY, "vocabulary": VOCABULARY, "cases": cases}, file)
        file.write("\n")


main()

"""Writes wavenet.json: losses and gradients of a WaveNet that shares nothing with ours.

Plain tensors, one place and one tap at a time; convolutions, gates and losses spelled out.
Run: /usr/bin/python3 wavenet.py
"""
import json
import math
import os

import torch

SAMPLES, PLACES = 2, 9
NO_TARGET = -100


def shapes(s, d):
    c, k = s["width"], s["kernel"]
    shared = s["skipWidth"] == 0
    skip = c if shared else s["skipWidth"]
    outputs = d["levels"] if s["output"] == "softmax" else 3 * s["mixtures"]
    found = {}
    if s["output"] == "softmax":
        for j in range(s["inputKernel"]):
            found[f"input.taps.{j}.weight"] = [d["levels"], c]
    else:
        found["input.taps.weight"], found["input.taps.bias"] = [c, 1, s["inputKernel"]], [c]
    if d["classes"]:
        found["classes.weight"] = [d["classes"], s["classWidth"]]
    for layer in range(s["layers"]):
        b = f"layers.{layer}."
        mixed = skip if shared or layer == s["layers"] - 1 else c + skip
        found[b + "gate.taps.weight"], found[b + "gate.taps.bias"] = [2 * c, c, k], [2 * c]
        found[b + "mix.weight"], found[b + "mix.bias"] = [mixed, c, 1], [mixed]
        if d["classes"]:
            found[b + "fromClass.weight"] = [2 * c, s["classWidth"]]
        if d["featureChannels"]:
            found[b + "fromFeatures.weight"] = [2 * c, d["featureChannels"], 1]
    found["post.weight"], found["post.bias"] = [skip, skip, 1], [skip]
    found["head.weight"], found["head.bias"] = [outputs, skip, 1], [outputs]
    return dict(sorted(found.items()))


def weights(s, d):
    """Element i of parameter k is 0.3 sin(0.37 i + 1.3 k + 0.5)."""
    made = {}
    for k, (name, size) in enumerate(shapes(s, d).items()):
        values = [0.3 * math.sin(0.37 * i + 1.3 * k + 0.5) for i in range(math.prod(size))]
        made[name] = torch.tensor(values, dtype=torch.float32).reshape(size).to(torch.float64).requires_grad_()
    return made


def sigma(x):
    return 1 / (1 + torch.exp(-x))


def bend(x):
    return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))


def ramp(x):
    return torch.where(x > 0, x, torch.zeros_like(x))


def outputs(levels, label, features, w, s, d):
    c = s["width"]
    shared = s["skipWidth"] == 0
    xs = []
    for t in range(len(levels)):
        x = torch.zeros(c, dtype=torch.float64)
        for j in range(s["inputKernel"]):
            if s["output"] == "softmax":
                x = x + (w[f"input.taps.{j}.weight"][levels[t - j]] if t >= j else 0)
            elif t >= j:
                x = x + w["input.taps.weight"][:, 0, s["inputKernel"] - 1 - j] * (2 * levels[t - j] / (d["levels"] - 1) - 1)
        xs.append(x if s["output"] == "softmax" else x + w["input.taps.bias"])
    skips = [0] * len(levels)
    for layer in range(s["layers"]):
        b = f"layers.{layer}."
        dilation = 2 ** (layer % s["cycle"])
        zs = []
        for t in range(len(levels)):
            gates = w[b + "gate.taps.bias"]
            for j in range(s["kernel"]):
                at = t - (s["kernel"] - 1 - j) * dilation
                if at >= 0:
                    gates = gates + w[b + "gate.taps.weight"][:, :, j] @ xs[at]
            if d["classes"]:
                gates = gates + w[b + "fromClass.weight"] @ w["classes.weight"][label]
            if d["featureChannels"]:
                gates = gates + w[b + "fromFeatures.weight"][:, :, 0] @ features[t]
            zs.append(w[b + "mix.weight"][:, :, 0] @ (bend(gates[:c]) * sigma(gates[c:])) + w[b + "mix.bias"])
        separate = not shared and layer < s["layers"] - 1
        skips = [total + (z[c:] if separate else z) for total, z in zip(skips, zs)]
        xs = [x + (z[:c] if separate else z) for x, z in zip(xs, zs)] if separate or shared else xs
    hidden = [ramp(w["post.weight"][:, :, 0] @ ramp(total) + w["post.bias"]) for total in skips]
    return [w["head.weight"][:, :, 0] @ h + w["head.bias"] for h in hidden]


def loss(y, target, s, d):
    if s["output"] == "softmax":
        return torch.log(torch.exp(y).sum()) - y[target]
    m, n = s["mixtures"], d["levels"]
    share = torch.exp(y[:m]) / torch.exp(y[:m]).sum()
    x, h = 2 * target / (n - 1) - 1, 1 / (n - 1)
    below = torch.ones(m, dtype=torch.float64) if target == n - 1 else sigma((x + h - y[m:2 * m]) / torch.exp(y[2 * m:]))
    above = torch.zeros(m, dtype=torch.float64) if target == 0 else sigma((x - h - y[m:2 * m]) / torch.exp(y[2 * m:]))
    return -torch.log((share * (below - above)).sum())


def case(name, s, d):
    w = weights(s, d)
    count = SAMPLES * PLACES
    inputs = [(7 * i + i * i) % d["levels"] for i in range(count)]
    targets = [NO_TARGET if i % PLACES < 2 else (5 * i + 3) % d["levels"] for i in range(count)]
    targets[2], targets[3] = 0, d["levels"] - 1
    labels = [row % d["classes"] for row in range(SAMPLES)] if d["classes"] else None
    f = d["featureChannels"]
    features = [round(math.sin(0.7 * i), 3) for i in range(SAMPLES * f * PLACES)] if f else None
    total = torch.zeros([], dtype=torch.float64)
    for row in range(SAMPLES):
        span = slice(row * PLACES, (row + 1) * PLACES)
        local = torch.tensor(features, dtype=torch.float64).reshape(SAMPLES, f, PLACES)[row].T if f else None
        for y, target in zip(outputs(inputs[span], labels and labels[row], local, w, s, d), targets[span]):
            total = total + (loss(y, target, s, d) if target != NO_TARGET else 0)
    total.backward()
    gradients = {key: [float(f"{g:.7g}") for g in value.grad.flatten().tolist()] for key, value in w.items()}
    return {"name": name, "settings": s, "data": d, "samples": SAMPLES, "inputs": inputs, "targets": targets, "classes": labels,
            "features": features, "loss": total.item(), "gradients": gradients}


def main():
    base = {"width": 4, "layers": 3, "cycle": 2, "kernel": 2, "inputKernel": 2, "mixtures": 2, "classWidth": 3}
    plain = {"levels": 7, "classes": 0, "featureChannels": 0}
    cases = [
        case("figure4", base | {"skipWidth": 0, "output": "softmax"}, plain),
        case("conditioned", base | {"skipWidth": 5, "kernel": 3, "output": "softmax"}, plain | {"classes": 3, "featureChannels": 2}),
        case("logistics", base | {"skipWidth": 6, "output": "logistics"}, plain | {"levels": 16}),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wavenet.json")
    with open(path, "w", encoding="ascii") as file:
        file.write("[" + ",\n".join(json.dumps(item) for item in cases) + "]\n")


main()

"""Writes recurrence.json: outputs and gradients of recurrent cells and alignment scores, from their equations alone.

Plain tensors, one row and one place at a time; nothing of torch.nn. Run: /usr/bin/python3 recurrence.py
"""
import json
import math
import os

import torch

BATCH, PLACES, INPUT, WIDTH = 2, 4, 3, 4
SOURCE, QUERIES = 5, 3


def filled(number, shape):
    """Element i of tensor k is 0.5 sin(0.37 i + 1.3 k + 0.5), rounded to float32."""
    values = [0.5 * math.sin(0.37 * i + 1.3 * number + 0.5) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).reshape(shape).to(torch.float64).requires_grad_()


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def tanh(x):
    return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))


KERNEL = ["kernel.bias_hh_l0", "kernel.bias_ih_l0", "kernel.weight_hh_l0", "kernel.weight_ih_l0"]


def kernel_shapes(gates):
    return dict(zip(KERNEL, ([gates * WIDTH], [gates * WIDTH], [gates * WIDTH, WIDTH], [gates * WIDTH, INPUT])))


def gate(name, k):
    return name[k * WIDTH:(k + 1) * WIDTH]


def elman(w, x, s):
    return [tanh(w[KERNEL[3]] @ x + w[KERNEL[1]] + w[KERNEL[2]] @ s[0] + w[KERNEL[0]])]


def gru(w, x, s):
    a, u = w[KERNEL[3]] @ x + w[KERNEL[1]], w[KERNEL[2]] @ s[0] + w[KERNEL[0]]
    r, z = sigmoid(gate(a, 0) + gate(u, 0)), sigmoid(gate(a, 1) + gate(u, 1))
    n = tanh(gate(a, 2) + r * gate(u, 2))
    return [(1 - z) * n + z * s[0]]


def lstm(w, x, s):
    a = w[KERNEL[3]] @ x + w[KERNEL[1]] + w[KERNEL[2]] @ s[0] + w[KERNEL[0]]
    m = sigmoid(gate(a, 1)) * s[1] + sigmoid(gate(a, 0)) * tanh(gate(a, 2))
    return [sigmoid(gate(a, 3)) * tanh(m), m]


def mgu(w, x, s):
    a = w["input.weight"] @ x + w["input.bias"]
    f = sigmoid(gate(a, 0) + w["forget.weight"] @ s[0])
    return [(1 - f) * s[0] + f * tanh(gate(a, 1) + w["candidate.weight"] @ (f * s[0]))]


def gru_reset_before(w, x, s):
    a, u = w["input.weight"] @ x + w["input.bias"], w["gates.weight"] @ s[0]
    r, z = sigmoid(gate(a, 0) + gate(u, 0)), sigmoid(gate(a, 1) + gate(u, 1))
    return [(1 - z) * tanh(gate(a, 2) + w["candidate.weight"] @ (r * s[0])) + z * s[0]]


def peephole(w, x, s):
    a, p = w["input.weight"] @ x + w["input.bias"] + w["hidden.weight"] @ s[0], w["peepholes"]
    i, f = sigmoid(gate(a, 0) + p[0] * s[1]), sigmoid(gate(a, 1) + p[1] * s[1])
    m = f * s[1] + i * tanh(gate(a, 2))
    return [sigmoid(gate(a, 3) + p[2] * m) * tanh(m), m]


def coupled(w, x, s):
    a = w["input.weight"] @ x + w["input.bias"] + w["hidden.weight"] @ s[0]
    f = sigmoid(gate(a, 0))
    m = f * s[1] + (1 - f) * tanh(gate(a, 1))
    return [sigmoid(gate(a, 2)) * tanh(m), m]


CELLS = {
    "elman": (elman, 1, kernel_shapes(1)),
    "gru": (gru, 1, kernel_shapes(3)),
    "lstm": (lstm, 2, kernel_shapes(4)),
    "mgu": (mgu, 1, {"candidate.weight": [WIDTH, WIDTH], "forget.weight": [WIDTH, WIDTH], "input.bias": [2 * WIDTH], "input.weight": [2 * WIDTH, INPUT]}),
    "gru, reset before": (gru_reset_before, 1, {"candidate.weight": [WIDTH, WIDTH], "gates.weight": [2 * WIDTH, WIDTH], "input.bias": [3 * WIDTH], "input.weight": [3 * WIDTH, INPUT]}),
    "lstm-peephole": (peephole, 2, {"hidden.weight": [4 * WIDTH, WIDTH], "input.bias": [4 * WIDTH], "input.weight": [4 * WIDTH, INPUT], "peepholes": [3, WIDTH]}),
    "lstm-coupled": (coupled, 2, {"hidden.weight": [3 * WIDTH, WIDTH], "input.bias": [3 * WIDTH], "input.weight": [3 * WIDTH, INPUT]}),
}


def norm(x):
    return torch.sqrt((x * x).sum())


SCORES = {
    "dot": (lambda w, s, h, j: (s * h).sum(), {}),
    "scaled-dot": (lambda w, s, h, j: (s * h).sum() / math.sqrt(WIDTH), {}),
    "general": (lambda w, s, h, j: s @ (w["key.weight"] @ h), {"key.weight": [WIDTH, WIDTH]}),
    "content": (lambda w, s, h, j: (s * h).sum() / (norm(s) * norm(h)), {}),
    "additive": (lambda w, s, h, j: w["vector.weight"][0] @ tanh(w["query.weight"] @ s + w["key.weight"] @ h),
                 {"key.weight": [WIDTH, WIDTH], "query.weight": [WIDTH, WIDTH], "vector.weight": [1, WIDTH]}),
    "location": (lambda w, s, h, j: w["places.weight"][j] @ s, {"places.weight": [7, WIDTH]}),
}


def result(name, outputs, tensors):
    """The gradient is that of Σ factor · output, factor i = cos(0.7 i)."""
    flat = outputs.flatten()
    (flat * torch.tensor([math.cos(0.7 * i) for i in range(len(flat))], dtype=torch.float64)).sum().backward()
    gradients = {key: [0.0] * value.numel() if value.grad is None else value.grad.flatten().tolist() for key, value in tensors.items()}
    return {"name": name, "outputs": flat.tolist(), "gradients": gradients}


def cell(name):
    step, states, shapes = CELLS[name]
    w = {key: filled(k, shape) for k, (key, shape) in enumerate(sorted(shapes.items()))}
    x, first = filled(20, [BATCH, PLACES, INPUT]), [filled(21 + k, [BATCH, WIDTH]) for k in range(states)]
    rows = []
    for b in range(BATCH):
        s, outputs = [part[b] for part in first], []
        for t in range(PLACES):
            s = step(w, x[b, t], s)
            outputs.append(s[0])
        # All outputs, then what of the last state is not an output.
        rows.append(torch.stack(outputs + s[1:]))
    return result(name, torch.stack(rows), w | {"input": x} | {f"state {k}": part for k, part in enumerate(first)})


def score(name):
    rule, shapes = SCORES[name]
    w = {key: filled(k, shape) for k, (key, shape) in enumerate(sorted(shapes.items()))}
    query, memory = filled(20, [BATCH, QUERIES, WIDTH]), filled(21, [BATCH, SOURCE, WIDTH])
    values = [rule(w, query[b, t], memory[b, j], j) for b in range(BATCH) for t in range(QUERIES) for j in range(SOURCE)]
    return result(name, torch.stack(values), w | {"query": query, "memory": memory})


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recurrence.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"cells": [cell(name) for name in CELLS], "scores": [score(name) for name in SCORES]}, file)
        file.write("\n")


main()

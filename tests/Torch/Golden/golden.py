"""Writes the expected values of the Golden tests: /usr/bin/python3 golden.py   (torch 1.13.1)

Every case has the name, the shapes and the salts of its twin in *Cases.cs. Inputs and weights come from fill(), which gives
the same bits in both languages, so only outputs, gradients, updated parameters and learning rates are stored.
"""

import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

OUTPUT_SALT = 99
PARAMETER_SALT = 10


def fill(shape, salt):
    count = math.prod(shape)
    values = [((i * 7919 + salt * 104729) % 2003 - 1001) / 1001.0 for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).view(shape).float()


def integers(shape, bound, salt):
    count = math.prod(shape)
    return torch.tensor([(i * 7919 + salt * 104729) % 2003 % bound for i in range(count)], dtype=torch.int64).view(shape)


def numbers(tensor):
    return [float(f"{value:.7g}") for value in tensor.detach().double().reshape(-1).tolist()]


OPERATORS = {
    "matmul": ([[2, 3, 4], [4, 5]], lambda x, y: x.matmul(y)),
    "matmul batched": ([[2, 2, 3, 4], [2, 2, 4, 3]], lambda x, y: x.matmul(y)),
    "bmm": ([[2, 3, 4], [2, 4, 2]], lambda x, y: x.bmm(y)),
    "add broadcast": ([[2, 3, 4], [4]], lambda x, y: x + y),
    "sub": ([[3, 4], [3, 4]], lambda x, y: x - y),
    "mul broadcast": ([[2, 3, 4], [3, 1]], lambda x, y: x * y),
    "div": ([[3, 4], [3, 4]], lambda x, y: x / (y.abs() + 0.5)),
    "scalar arithmetic": ([[3, 4]], lambda x: 2 - (x * 3 + 1) / 4),
    "neg": ([[3, 4]], lambda x: -x),
    "pow": ([[3, 4]], lambda x: x.pow(3)),
    "sqrt": ([[3, 4]], lambda x: (x.abs() + 0.5).sqrt()),
    "rsqrt": ([[3, 4]], lambda x: (x.abs() + 0.5).rsqrt()),
    "exp": ([[3, 4]], lambda x: x.exp()),
    "log": ([[3, 4]], lambda x: (x.abs() + 0.5).log()),
    "sin": ([[3, 4]], lambda x: x.sin()),
    "cos": ([[3, 4]], lambda x: x.cos()),
    "abs": ([[3, 4]], lambda x: x.abs()),
    "clamp": ([[3, 4]], lambda x: x.clamp(-0.5, 0.5)),
    "maximum": ([[3, 4], [3, 4]], lambda x, y: x.maximum(y)),
    "minimum": ([[3, 4], [3, 4]], lambda x, y: x.minimum(y)),
    "square": ([[3, 4]], lambda x: x.square()),
    "reciprocal": ([[3, 4]], lambda x: (x.abs() + 0.5).reciprocal()),
    "expm1": ([[3, 4]], lambda x: x.expm1()),
    "log1p": ([[3, 4]], lambda x: x.abs().log1p()),
    "erf": ([[3, 4]], lambda x: x.erf()),
    "mm": ([[2, 3], [3, 4]], lambda x, y: x.mm(y)),
    "outer": ([[3], [4]], lambda x, y: x.outer(y)),
    "dot": ([[4], [4]], lambda x, y: x.dot(y)),
    "addcmul": ([[3, 4], [3, 4], [3, 4]], lambda x, y, z: x.addcmul(y, z, value=0.5)),
    "addcdiv": ([[3, 4], [3, 4], [3, 4]], lambda x, y, z: x.addcdiv(y, z.abs() + 0.5, value=0.5)),
    "tanh": ([[3, 4]], lambda x: x.tanh()),
    "log_sigmoid": ([[3, 4]], lambda x: F.logsigmoid(x)),
    "softplus": ([[3, 4]], lambda x: F.softplus(x)),
    "elu": ([[3, 4]], lambda x: F.elu(x)),
    "leaky_relu": ([[3, 4]], lambda x: F.leaky_relu(x, 0.1)),
    "sigmoid": ([[3, 4]], lambda x: x.sigmoid()),
    "relu": ([[3, 4]], lambda x: F.relu(x)),
    "gelu": ([[3, 4]], lambda x: F.gelu(x)),
    "silu": ([[3, 4]], lambda x: F.silu(x)),
    "dropout in eval": ([[3, 4]], lambda x: F.dropout(x, 0.5, False)),
    "softmax": ([[2, 3, 4]], lambda x: F.softmax(x, -1)),
    "softmax of a middle axis": ([[2, 3, 4]], lambda x: F.softmax(x, 1)),
    "log_softmax": ([[2, 3, 4]], lambda x: F.log_softmax(x, -1)),
    "logsumexp": ([[2, 3, 4]], lambda x: x.logsumexp(-1)),
    "sum": ([[2, 3, 4]], lambda x: x.sum(1)),
    "sum keepdim": ([[2, 3, 4]], lambda x: x.sum(-1, True)),
    "mean": ([[2, 3, 4]], lambda x: x.mean([1])),
    "mean of all": ([[2, 3, 4]], lambda x: x.mean()),
    "var": ([[3, 4]], lambda x: x.var(1)),
    "std": ([[3, 4]], lambda x: x.std(1)),
    "norm": ([[3, 4]], lambda x: x.norm()),
    "max of an axis": ([[3, 4]], lambda x: x.max(1)[0]),
    "min of an axis": ([[3, 4]], lambda x: x.min(1)[0]),
    "prod": ([[3, 4]], lambda x: x.prod(1)),
    "amax": ([[3, 4]], lambda x: x.amax(1)),
    "cumprod": ([[3, 4]], lambda x: x.cumprod(1)),
    "cumsum": ([[3, 4]], lambda x: x.cumsum(1)),
    "masked_fill": ([[2, 4, 4]], lambda x: x.masked_fill(torch.ones(4, 4, dtype=torch.bool).triu(1), -2.0)),
    "masked softmax": ([[2, 4, 4]], lambda x: F.softmax(
        x.masked_fill(torch.ones(4, 4, dtype=torch.bool).triu(1), -math.inf), -1)),
    "where": ([[3, 4], [3, 4]], lambda x, y: torch.where(x > y, x, y)),
    "index_select": ([[5, 3]], lambda x: x.index_select(0, integers([4], 5, 1))),
    "gather": ([[3, 5]], lambda x: x.gather(1, integers([3, 4], 5, 1))),
    "scatter_add": ([[3, 5], [3, 4]], lambda x, y: x.scatter_add(1, integers([3, 4], 5, 1), y)),
    "scatter": ([[3, 5], [3, 1]], lambda x, y: x.scatter(1, integers([3, 1], 5, 1), y)),
    "index_add": ([[3, 2], [4, 2]], lambda x, y: x.index_add(0, integers([4], 3, 1), y)),
    "masked_select": ([[3, 4]], lambda x: x.masked_select(x.detach() > 0)),
    "diagonal": ([[4, 4]], lambda x: x.diagonal()),
    "topk": ([[3, 6]], lambda x: x.topk(2, -1)[0]),
    "sort": ([[3, 5]], lambda x: x.sort(-1)[0]),
    "flip": ([[3, 5]], lambda x: x.flip(1)),
    "cat": ([[2, 3], [2, 4]], lambda x, y: torch.cat([x, y], 1)),
    "stack": ([[2, 3], [2, 3]], lambda x, y: torch.stack([x, y], 1)),
    "chunk": ([[2, 6]], lambda x: x.chunk(2, -1)[0] * x.chunk(2, -1)[1]),
    "split": ([[2, 6]], lambda x: x.split(3, 1)[0] - x.split(3, 1)[1]),
    "transpose": ([[2, 3, 4]], lambda x: x.transpose(1, 2).contiguous()),
    "permute": ([[2, 3, 4]], lambda x: x.permute(2, 0, 1)),
    "view and reshape": ([[2, 3, 4]], lambda x: x.view(6, 4).reshape(3, 8)),
    "unsqueeze and expand": ([[2, 3]], lambda x: x.unsqueeze(1).expand(2, 4, 3)),
    "squeeze": ([[2, 1, 3]], lambda x: x.squeeze(1)),
    "flatten": ([[2, 3, 2]], lambda x: x.flatten(1)),
    "unbind": ([[2, 3]], lambda x: x.unbind(0)[0] * x.unbind(0)[1]),
    "unfold": ([[2, 6]], lambda x: x.unfold(1, 3, 2)),
    "roll": ([[2, 6]], lambda x: x.roll(2, 1)),
    "repeat_interleave": ([[2, 3]], lambda x: x.repeat_interleave(2, 1)),
    "repeat": ([[2, 3]], lambda x: x.repeat(2, 2)),
    "narrow": ([[2, 6]], lambda x: x.narrow(1, 2, 3)),
    "select": ([[2, 6]], lambda x: x.select(1, 2)),
    "index with a slice": ([[3, 6]], lambda x: x[:, 1:5]),
    "index with a tensor": ([[5, 3]], lambda x: x[integers([4], 5, 1)]),
    "triu": ([[4, 4]], lambda x: x.triu(1)),
    "tril": ([[4, 4]], lambda x: x.tril(0)),
    "einsum": ([[2, 3, 4], [2, 5, 4]], lambda x, y: torch.einsum("bqd,bkd->bqk", x, y)),
    "pad": ([[2, 3, 4]], lambda x: F.pad(x, (2, 1))),
    "linear": ([[2, 3, 4], [5, 4], [5]], lambda x, w, b: F.linear(x, w, b)),
    "layer_norm": ([[2, 3, 4], [4], [4]], lambda x, w, b: F.layer_norm(x, [4], w, b)),
    "conv1d": ([[2, 3, 8], [4, 3, 3], [4]], lambda x, w, b: F.conv1d(x, w, b)),
    "conv2d": ([[2, 2, 5, 5], [3, 2, 3, 3], [3]], lambda x, w, b: F.conv2d(x, w, b)),
    "max_pool2d": ([[2, 2, 4, 4]], lambda x: F.max_pool2d(x, 2)),
}

LOSSES = {
    "cross_entropy": ([[4, 5]], lambda x: F.cross_entropy(x, integers([4], 5, 1))),
    "cross_entropy ignore_index": ([[6, 5]], lambda x: F.cross_entropy(x, integers([6], 5, 1), ignore_index=2)),
    "cross_entropy label_smoothing": ([[4, 5]], lambda x: F.cross_entropy(x, integers([4], 5, 1), label_smoothing=0.1)),
    "cross_entropy sum": ([[4, 5]], lambda x: F.cross_entropy(x, integers([4], 5, 1), reduction="sum")),
    "cross_entropy none": ([[4, 5]], lambda x: F.cross_entropy(x, integers([4], 5, 1), reduction="none")),
    "cross_entropy all at once": ([[6, 5]], lambda x: F.cross_entropy(
        x, integers([6], 5, 1), ignore_index=2, reduction="sum", label_smoothing=0.1)),
    "nll_loss": ([[4, 5]], lambda x: F.nll_loss(F.log_softmax(x, -1), integers([4], 5, 1))),
    "mse_loss": ([[3, 4], [3, 4]], lambda x, y: F.mse_loss(x, y)),
    "mse_loss sum": ([[3, 4], [3, 4]], lambda x, y: F.mse_loss(x, y, reduction="sum")),
    "l1_loss": ([[3, 4], [3, 4]], lambda x, y: F.l1_loss(x, y)),
    "binary_cross_entropy_with_logits": ([[3, 4]], lambda x: F.binary_cross_entropy_with_logits(
        x, integers([3, 4], 2, 1).float())),
}

LAYERS = {
    "Linear": ([[2, 3, 4]], lambda: nn.Linear(4, 5), lambda m, x: m(x)),
    "Linear without bias": ([[2, 4]], lambda: nn.Linear(4, 3, False), lambda m, x: m(x)),
    "Embedding": ([], lambda: nn.Embedding(7, 3), lambda m: m(integers([2, 4], 7, 1))),
    "Embedding padding_idx": ([], lambda: nn.Embedding(7, 3, 0), lambda m: m(integers([2, 6], 7, 1))),
    "LayerNorm": ([[2, 3, 4]], lambda: nn.LayerNorm(4), lambda m, x: m(x)),
    "BatchNorm1d": ([[4, 3, 2]], lambda: nn.BatchNorm1d(3), lambda m, x: m(x)),
    "BatchNorm2d": ([[2, 3, 2, 2]], lambda: nn.BatchNorm2d(3), lambda m, x: m(x)),
    "MaxPool1d": ([[2, 3, 8]], lambda: nn.MaxPool1d(2), lambda m, x: m(x)),
    "Sequential": ([[2, 3]], lambda: nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid()),
                   lambda m, x: m(x)),
    "Conv1d": ([[2, 3, 8]], lambda: nn.Conv1d(3, 4, 3), lambda m, x: m(x)),
    "Conv1d dilated": ([[2, 3, 8]], lambda: nn.Conv1d(3, 4, 2, 1, 0, 3), lambda m, x: m(x)),
    "Conv1d causal": ([[2, 3, 6]], lambda: nn.Conv1d(3, 4, 2, 1, 0, 2), lambda m, x: m(F.pad(x, (2, 0)))),
    "Conv1d depthwise": ([[2, 4, 8]], lambda: nn.Conv1d(4, 4, 3, 1, 1, 1, 4), lambda m, x: m(x)),
    "Conv1d strided": ([[2, 3, 8]], lambda: nn.Conv1d(3, 2, 4, 2, 1), lambda m, x: m(x)),
    "Conv2d": ([[2, 2, 6, 6]], lambda: nn.Conv2d(2, 3, 3, 2, 1), lambda m, x: m(x)),
    "ConvTranspose1d": ([[2, 3, 4]], lambda: nn.ConvTranspose1d(3, 2, 4, 2), lambda m, x: m(x)),
    "RNNCell": ([[2, 3], [2, 4]], lambda: nn.RNNCell(3, 4), lambda m, x, h: m(x, h)),
    "LSTMCell": ([[2, 3], [2, 4], [2, 4]], lambda: nn.LSTMCell(3, 4), lambda m, x, h, c: torch.cat(m(x, (h, c)), 1)),
    "GRUCell": ([[2, 3], [2, 4]], lambda: nn.GRUCell(3, 4), lambda m, x, h: m(x, h)),
    "RNN": ([[2, 5, 3]], lambda: nn.RNN(3, 4, batch_first=True), lambda m, x: m(x)[0]),
    "RNN relu of two layers": ([[2, 4, 3]], lambda: nn.RNN(3, 3, 2, nonlinearity="relu", batch_first=True),
                               lambda m, x: m(x)[0]),
    "LSTM": ([[2, 5, 3]], lambda: nn.LSTM(3, 4, batch_first=True), lambda m, x: m(x)[0]),
    "LSTM with a state": ([[5, 2, 3], [1, 2, 4], [1, 2, 4]], lambda: nn.LSTM(3, 4),
                          lambda m, x, h, c: torch.cat([m(x, (h, c))[0], *m(x, (h, c))[1]], 0)),
    "LSTM of two layers": ([[2, 4, 3]], lambda: nn.LSTM(3, 3, 2, batch_first=True), lambda m, x: m(x)[0]),
    "LSTM bidirectional": ([[2, 4, 3]], lambda: nn.LSTM(3, 3, batch_first=True, bidirectional=True), lambda m, x: m(x)[0]),
    "GRU": ([[2, 5, 3]], lambda: nn.GRU(3, 4, batch_first=True), lambda m, x: m(x)[0]),
    "GRU bidirectional": ([[2, 4, 3], [2, 2, 3]], lambda: nn.GRU(3, 3, batch_first=True, bidirectional=True),
                          lambda m, x, h: m(x, h)[0]),
    "Dropout in eval": ([[3, 4]], lambda: nn.Dropout(0.5).eval(), lambda m, x: m(x)),
}

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, 0.1),
    "SGD momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
    "SGD nesterov weight_decay": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, 0.01),
    "Adam weight_decay amsgrad": lambda p: torch.optim.Adam(p, 0.01, (0.8, 0.95), 1e-6, 0.1, True),
    "AdamW": lambda p: torch.optim.AdamW(p, 0.01, (0.9, 0.98), 1e-9, 0.1),
    "Adagrad": lambda p: torch.optim.Adagrad(p, 0.05, 0.1, 0.01),
    "RMSprop": lambda p: torch.optim.RMSprop(p, 2e-3, 0.95),
    "RMSprop momentum centered": lambda p: torch.optim.RMSprop(p, 0.01, 0.9, 1e-8, 0.01, 0.5, True),
}

SCHEDULES = {
    "StepLR": lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5),
    "ExponentialLR": lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
    "LambdaLR Noam": lambda o: torch.optim.lr_scheduler.LambdaLR(
        o, lambda step: min((step + 1) ** -0.5, (step + 1) * 4 ** -1.5)),
    "CosineAnnealingLR": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8, 0.01),
    "MultiStepLR": lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [2, 5], 0.1),
}


def evaluated(output, leaves):
    (output * fill(list(output.shape), OUTPUT_SALT)).sum().backward()
    return {"shape": list(output.shape), "output": numbers(output),
            "gradients": [numbers(torch.zeros_like(leaf) if leaf.grad is None else leaf.grad) for leaf in leaves]}


def operator(shapes, function):
    inputs = [fill(shape, i + 1).requires_grad_() for i, shape in enumerate(shapes)]
    return evaluated(function(*inputs), inputs)


def layer(shapes, build, function):
    module = build()
    parameters = list(module.parameters())
    with torch.no_grad():
        for i, parameter in enumerate(parameters):
            parameter.copy_(fill(list(parameter.shape), PARAMETER_SALT + i))
    inputs = [fill(shape, i + 1).requires_grad_() for i, shape in enumerate(shapes)]
    return evaluated(function(module, *inputs), inputs + parameters)


def optimizer(build):
    """Five steps with fill() gradients; every second step is clipped to norm 0.5 first."""
    parameters = [nn.Parameter(fill([3, 4], 1)), nn.Parameter(fill([4], 2))]
    made, norms = build(parameters), []
    for step in range(5):
        for i, parameter in enumerate(parameters):
            parameter.grad = fill(list(parameter.shape), 20 + 2 * step + i)
        if step % 2 == 1:
            norms.append(float(nn.utils.clip_grad_norm_(parameters, 0.5)))
        made.step()
    return {"norms": norms, "parameters": [numbers(parameter) for parameter in parameters]}


def schedule(build):
    made = torch.optim.SGD([nn.Parameter(fill([2], 1))], 0.5)
    scheduler, rates = build(made), []
    for _ in range(10):
        rates.append(made.param_groups[0]["lr"])
        made.step()
        scheduler.step()
    return rates


def main():
    torch.set_num_threads(1)
    files = {
        "operators": {name: operator(*case) for name, case in OPERATORS.items()},
        "losses": {name: operator(*case) for name, case in LOSSES.items()},
        "layers": {name: layer(*case) for name, case in LAYERS.items()},
        "optimizers": {name: optimizer(build) for name, build in OPTIMIZERS.items()},
        "schedules": {name: schedule(build) for name, build in SCHEDULES.items()},
    }
    for name, cases in files.items():
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in cases.items())
        pathlib.Path(__file__).with_name(f"{name}.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()

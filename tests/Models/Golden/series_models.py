"""Writes series_models.json: losses and gradients of models of series, made of PyTorch's own weight norm, convolutions and recurrent
networks in the way of the authors' program of Bai et al. 2018: padding on both sides, and the end chopped off again.
Run: /usr/bin/python3 series_models.py
"""
import json
import math
import os
import warnings

import torch
from torch import nn
from torch.nn.utils import weight_norm

SAMPLES, PLACES, INPUTS, OUTPUTS = 2, 11, 2, 3
KERNELS = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class Block(nn.Module):
    def __init__(self, inputs, width, kernel, dilation):
        super().__init__()
        self.chop = (kernel - 1) * dilation
        self.conv1 = weight_norm(nn.Conv1d(inputs, width, kernel, padding=self.chop, dilation=dilation))
        self.conv2 = weight_norm(nn.Conv1d(width, width, kernel, padding=self.chop, dilation=dilation))
        self.downsample = nn.Conv1d(inputs, width, 1) if inputs != width else None

    def forward(self, x):
        y = torch.relu(self.conv1(x)[:, :, :x.shape[2]])
        y = torch.relu(self.conv2(y)[:, :, :x.shape[2]])
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Tcn(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.blocks = nn.ModuleList(Block(INPUTS if level == 0 else s["width"], s["width"], s["kernel"], 2 ** level) for level in range(s["levels"]))
        self.output = nn.Linear(s["width"], OUTPUTS)

    def forward(self, x):
        y = x.transpose(1, 2)
        for block in self.blocks:
            y = block(y)
        return self.output(y.transpose(1, 2))

    def ours(self):
        names = {"conv1.": "first.", "conv2.": "second.", "weight_v": "direction", "weight_g": "gain", "downsample": "skip"}
        return {rename(name, names): value for name, value in self.named_parameters()}


class Recurrent(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.stack = KERNELS[s["cell"]](INPUTS, s["width"], s["layers"], batch_first=True)
        self.output = nn.Linear(s["width"], OUTPUTS)

    def forward(self, x):
        return self.output(self.stack(x)[0])

    def ours(self):
        made = {name: value for name, value in self.named_parameters() if name.startswith("output")}
        for name, value in self.stack.named_parameters():
            made[f"stack.layers.{name[-1]}.kernel.{name[:-1]}0"] = value
        return made


def rename(name, names):
    for theirs, own in names.items():
        name = name.replace(theirs, own)
    return name


def case(name, kind, s, only_last):
    model = (Tcn if kind == "tcn" else Recurrent)(s).to(torch.float64)
    parameters = dict(sorted(model.ours().items()))
    for k, (key, value) in enumerate(parameters.items()):
        filled = [0.4 * math.sin(0.37 * i + 1.3 * k + 0.5) + (1 if key.endswith("gain") else 0) for i in range(value.numel())]
        value.data = torch.tensor(filled, dtype=torch.float32).reshape(value.shape).to(torch.float64)
    inputs = torch.tensor([round(math.sin(0.9 * i) + 0.3 * math.cos(2.1 * i), 3) for i in range(SAMPLES * PLACES * INPUTS)], dtype=torch.float32)
    count = SAMPLES * (1 if only_last else PLACES) * OUTPUTS
    targets = [round(math.cos(0.6 * i), 3) for i in range(count)]
    told = [True] * count if only_last else [i % 7 != 3 for i in range(count)]
    x = inputs.to(torch.float64).reshape(SAMPLES, PLACES, INPUTS).requires_grad_()
    y = model(x)
    y = (y[:, -1:] if only_last else y).flatten()
    picked = torch.tensor(told)
    loss = nn.functional.mse_loss(y[picked], torch.tensor(targets, dtype=torch.float32).to(torch.float64)[picked], reduction="sum")
    loss.backward()
    return {"name": name, "kind": kind, "settings": s, "samples": SAMPLES, "inputs": [float(f"{v:.7g}") for v in inputs.tolist()],
            "targets": targets, "told": told, "outputs": y.tolist(), "loss": loss.item(),
            "gradients": {key: [float(f"{g:.9g}") for g in value.grad.flatten().tolist()] for key, value in parameters.items()}}


def main():
    warnings.simplefilter("ignore")
    cases = [
        case("tcn", "tcn", {"width": 4, "levels": 3, "kernel": 3}, False),
        case("tcn as wide as its input", "tcn", {"width": INPUTS, "levels": 2, "kernel": 2}, False),
        case("tcn of the last place", "tcn", {"width": 5, "levels": 2, "kernel": 4}, True),
        case("elman", "recurrent-series", {"width": 4, "layers": 1, "cell": "elman"}, False),
        case("gru of the last place", "recurrent-series", {"width": 3, "layers": 2, "cell": "gru"}, True),
        case("lstm", "recurrent-series", {"width": 4, "layers": 2, "cell": "lstm"}, False),
    ]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "series_models.json")
    with open(path, "w", encoding="ascii") as file:
        file.write("[" + ",\n".join(json.dumps(item) for item in cases) + "]\n")


main()

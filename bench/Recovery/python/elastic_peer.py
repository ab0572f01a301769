"""The peer of the recovery benchmark: a small Transformer under DistributedDataParallel and torchrun.

Appends a line "RANK PID STEP NANOSECONDS" to the file that it is given after each step, by the clock that all processes of a
machine share. Saves a checkpoint every 20 steps and begins from it, as torchrun's users do.
"""
import os
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

WIDTH, LAYERS, HEADS, BLOCK, ROWS, SYMBOLS = 64, 2, 2, 32, 16, 128


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.symbols = nn.Embedding(SYMBOLS, WIDTH)
        self.places = nn.Embedding(BLOCK, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, dropout=0.1, batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, LAYERS)
        self.head = nn.Linear(WIDTH, SYMBOLS)
        self.register_buffer("mask", torch.triu(torch.full((BLOCK, BLOCK), float("-inf")), diagonal=1))

    def forward(self, tokens):
        return self.head(self.layers(self.symbols(tokens) + self.places(torch.arange(BLOCK)), self.mask))


def main():
    journal, checkpoint = sys.argv[1:3]
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(rank)
    model = DistributedDataParallel(Model())
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    step = 0
    if os.path.exists(checkpoint):
        saved = torch.load(checkpoint)
        step = saved["step"]
        model.module.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
    with open(journal, "a", buffering=1) as lines:
        while True:
            tokens = torch.randint(0, SYMBOLS, (ROWS, BLOCK + 1))
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.3)
            optimizer.step()
            step += 1
            lines.write(f"{rank} {os.getpid()} {step} {time.monotonic_ns()}\n")
            if rank == 0 and step % 20 == 0:
                torch.save({"step": step, "model": model.module.state_dict(), "optimizer": optimizer.state_dict()}, checkpoint + ".new")
                os.replace(checkpoint + ".new", checkpoint)


main()

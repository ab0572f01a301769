"""Steps of one worker on a GPU against a plain PyTorch loop of the same Transformer on the same GPU, in turns.

    python3 bench/Gpu/speed.py --seqcluster ./seqcluster --device cuda:0 --out FOLDER

Both in float32 without TF32, AdamW, clipping at norm 1: nanoGPT's small configuration for characters (6 layers, 6 heads, width 384,
block 256, batch 64, dropout 0.2). Tokens per second: the median over the steps after the warm-up, each ended by a synchronisation.
Shape suffixes: B batch, T places, C width, H heads, D = C/H, V vocabulary.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time

LAYERS, HEADS, WIDTH, BLOCK, BATCH, DROPOUT, VOCABULARY = 6, 6, 384, 256, 64, 0.2, 128
WARM_UP = 20
SETS = [f"model.layers={LAYERS}", f"model.heads={HEADS}", f"model.width={WIDTH}", f"model.block={BLOCK}", f"model.dropout={DROPOUT}", f"train.microBatch={BATCH}",
        "data.path=README.md", "data.validationFraction=0.3", "evaluate.everySteps=0", "evaluate.batches=1", "train.sampling=withReplacement"]


def peer(device, steps):
    """In a process of its own: the loop; prints tokens per second."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

        def forward(self, x_BTC, mask_TT):
            def split(y_BTC):
                return y_BTC.view(BATCH, BLOCK, HEADS, -1).transpose(1, 2)

            score_BHTT = (split(self.query(x_BTC)) / math.sqrt(WIDTH // HEADS)) @ split(self.key(x_BTC)).transpose(-2, -1) + mask_TT
            mixed_BHTD = F.dropout(score_BHTT.softmax(-1), DROPOUT) @ split(self.value(x_BTC))
            return self.output(mixed_BHTD.transpose(1, 2).reshape(x_BTC.shape))

    class Layer(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.attention, self.feedNorm = nn.LayerNorm(WIDTH), Attention(), nn.LayerNorm(WIDTH)
            self.expand, self.contract = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

        def forward(self, x_BTC, mask_TT):
            x_BTC = x_BTC + F.dropout(self.attention(self.norm(x_BTC), mask_TT), DROPOUT)
            return x_BTC + F.dropout(self.contract(F.gelu(self.expand(self.feedNorm(x_BTC)))), DROPOUT)

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.places, self.norm = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(BLOCK, WIDTH), nn.LayerNorm(WIDTH)
            self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])

        def forward(self, token_BT):
            x_BTC = F.dropout(self.tokens(token_BT) + self.places.weight, DROPOUT)
            mask_TT = torch.full((BLOCK, BLOCK), -math.inf, device=device).triu(1)
            for layer in self.layers:
                x_BTC = layer(x_BTC, mask_TT)
            return F.linear(self.norm(x_BTC), self.tokens.weight)

    torch.set_num_threads(1)
    model = Model().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    seconds = []
    for _ in range(WARM_UP + steps):
        both_BT = torch.randint(0, VOCABULARY, (BATCH, BLOCK + 1))
        begun = time.perf_counter()
        token_BT, target_N = both_BT[:, :-1].contiguous().to(device), both_BT[:, 1:].reshape(-1).to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(token_BT).reshape(-1, VOCABULARY), target_N)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        loss.item()
        if device != "cpu":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begun)
    print(BATCH * BLOCK / statistics.median(seconds[WARM_UP:]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seqcluster")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--out")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peer", action="store_true")
    arguments = parser.parse_args()
    if arguments.peer:
        peer(arguments.device, arguments.steps)
        return
    import families
    families.FAMILIES["speed"] = ("char-lm", SETS)
    families.REPLICAS = 1
    families.WORKERS = 1
    silo = families.Silo(arguments, "speed")
    try:
        ratios = []
        for _ in range(arguments.rounds):
            other = subprocess.run([sys.executable, os.path.abspath(__file__), "--peer", "--device", arguments.device, "--steps", str(arguments.steps)],
                                   stdout=subprocess.PIPE, text=True, check=True).stdout
            status, _ = silo.job("speed", WARM_UP + arguments.steps, 1, False)
            if status["state"] != "completed":
                print(json.dumps(status)[:1500])
                sys.exit(1)
            points = [point for point in silo.get(f"/v1/jobs/{status['jobId']}/metrics") if point["step"] > WARM_UP]
            own = {name: statistics.median(point["value"] for point in points if point["name"] == name) for name in sorted({point["name"] for point in points})}
            ratios.append(own["train/tokens_per_second"] / float(other))
            print(f"SeqCluster {own['train/tokens_per_second']:.0f} tokens/s, PyTorch {float(other):.0f}, ratio {ratios[-1]:.3f}; "
                  + ", ".join(f"{name.split('/')[-1]} {value:.2f}" for name, value in own.items() if name.endswith("_ms")), flush=True)
    finally:
        silo.close()


if __name__ == "__main__":
    main()

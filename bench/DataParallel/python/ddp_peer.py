"""The peer of `SeqCluster.Bench data-parallel`: two processes of DistributedDataParallel over Gloo, one pinned thread each.

Prints the tokens per second of both together: the median over the steps after the warm-up.
"""

import argparse
import os
import socket
import statistics
import sys
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Training", "python"))
from models import WORKLOADS  # noqa: E402

WORKERS = 2


def member(rank, port, arguments):
    os.sched_setaffinity(0, {rank % os.cpu_count()})
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=WORKERS)
    batch, length, build = WORKLOADS["transformer"]["full"]
    torch.manual_seed(1)
    model = torch.nn.parallel.DistributedDataParallel(build(length))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds = []
    for _ in range(arguments.warm_up + arguments.steps):
        both_BT = torch.randint(0, 256, (batch, length + 1))
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits_BTV = model(both_BT[:, :-1].contiguous())
        loss = torch.nn.functional.cross_entropy(logits_BTV.reshape(-1, 256), both_BT[:, 1:].reshape(-1))
        loss.backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    if rank == 0:
        print(WORKERS * batch * length / statistics.median(seconds[arguments.warm_up:]), flush=True)
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--warm-up", type=int, default=4)
    parser.add_argument("--steps", type=int, default=12)
    arguments = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mp.spawn(member, (port, arguments), nprocs=WORKERS)


if __name__ == "__main__":
    main()

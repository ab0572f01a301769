"""One Gloo process of the all-reduce comparison; AllReduceBench.cs starts it and tells it what to time."""
import os
import socket
import statistics
import sys
import time

import torch
import torch.distributed as dist

rank, workers = int(sys.argv[1]), int(sys.argv[2])
os.sched_setaffinity(0, {rank % os.cpu_count()})
torch.set_num_threads(1)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1], flush=True)
port = sys.stdin.readline().split()[0]
dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=workers)
for line in sys.stdin:
    _, size, iterations = map(int, line.split())
    tensor = torch.zeros(size // 4)
    dist.barrier()
    times = []
    for iteration in range(-(iterations // 4), iterations):
        started = time.perf_counter()
        dist.all_reduce(tensor)
        if iteration >= 0:
            times.append((time.perf_counter() - started) * 1e6)
    print(statistics.median(times), flush=True)

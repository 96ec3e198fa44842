"""Peer of k-NN: M random queries among N features of D numbers, votes weighted by exp(s / 0.07), in NumPy.

usage: knn_numpy.py [N=100000] [M=10000] [D=384] [K=20]
"""
import json, sys, time
import numpy as np

N, M, D, K = (int(a) for a in (sys.argv[1:] + ["100000", "10000", "384", "20"][len(sys.argv) - 1:]))
BLOCK, CLASSES = 256, 9
rng = np.random.default_rng(0)
train, test = (rng.standard_normal((n, D), dtype=np.float32) for n in (N, M))
labels = np.arange(N) % CLASSES
wall, cpu = time.perf_counter(), time.process_time()
train /= np.linalg.norm(train, axis=1, keepdims=True)
test /= np.linalg.norm(test, axis=1, keepdims=True)
votes = np.zeros((M, CLASSES), np.float32)
for first in range(0, M, BLOCK):
    similar = test[first:first + BLOCK] @ train.T
    nearest = np.argpartition(similar, N - K, axis=1)[:, N - K:]
    weights = np.exp(np.take_along_axis(similar, nearest, 1) / 0.07)
    np.add.at(votes, (first + np.arange(len(nearest))[:, None], labels[nearest]), weights)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"queries_per_second": M / wall, "seconds": wall, "cpu_seconds": cpu}))

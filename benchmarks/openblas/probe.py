"""Import modules, NumPy's first, use them, and print the process's data after each step as JSON."""

import importlib
import json
import os
import re
import sys


def look() -> dict[str, object]:
    """Return the number of threads, the process's private bytes, and the mapped bytes of each OpenBLAS."""
    copies: dict[str, int] = {}
    private = 0
    path = ""
    with open("/proc/self/smaps") as smaps:
        for line in smaps:
            if header := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)", line):
                path = header[1]
                continue
            key, value, *_ = line.split()
            if key.startswith("Private_") and not key.endswith("Hugetlb:"):
                private += 1024 * int(value)
            if key == "Size:" and "openblas" in os.path.basename(path):
                copies[path] = copies.get(path, 0) + 1024 * int(value)
    return {"threads": len(os.listdir("/proc/self/task")), "private": private, "copies": copies}


def use() -> list[float]:
    """Let the modules solve problems that take more than one thread; return some of the results."""
    import numpy as np

    matrix = np.random.default_rng(7).standard_normal((1500, 1500))
    symmetric = matrix @ matrix.T
    right = np.arange(1500.0)
    results = [np.linalg.eigvalsh(symmetric)[-1], np.linalg.norm(np.linalg.solve(matrix, right))]
    if scipy := sys.modules.get("scipy"):
        results += [scipy.linalg.norm(scipy.linalg.solve(matrix, right)), scipy.linalg.cholesky(symmetric)[0, 0]]
    return list(map(float, results))


def pools() -> list[dict[str, object]]:
    """Return OpenBLAS's pools of threads."""
    from threadpoolctl import threadpool_info

    keys = ("filepath", "version", "num_threads", "architecture")
    found = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    return [{key: pool[key] for key in keys} for pool in found]


if __name__ == "__main__":
    steps = {"start": look()}
    for module in sys.argv[1:]:
        importlib.import_module(module)
        steps[f"import {module}"] = look()
    results = use()
    steps["use"] = look()
    print(json.dumps({"steps": steps, "results": results, "pools": pools()}))

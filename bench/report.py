"""How a measurement is printed."""

import json
import time
from collections.abc import Callable


def report(name: str, value: float, unit: str, *, size: int, baseline: float | None = None) -> None:
    """One JSON object a line: the value, the baseline of the same run, their ratio, and the size of the data."""
    ratio = round(value / baseline, 3) if baseline else None
    row = {"name": name, "value": round(value, 4), "unit": unit, "baseline": baseline and round(baseline, 4)}
    print(json.dumps(row | {"ratio": ratio, "size": size}), flush=True)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds of the wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median(work: Callable[[], float], times: int = 5) -> float:
    """The median of some measurements."""
    return sorted(work() for _ in range(times))[times // 2]

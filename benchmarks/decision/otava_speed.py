"""Points a second of processor time in which apache-otava finds change points with its defaults: a list of series on standard input."""

import json
import sys
import time

from otava.analysis import compute_change_points
from otava.series import AnalysisOptions

OPTIONS = AnalysisOptions()


def speed(years):
    begun = time.process_time()
    for values in years:
        compute_change_points(
            values,
            window_len=OPTIONS.window_len,
            max_pvalue=OPTIONS.max_pvalue,
            min_magnitude=OPTIONS.min_magnitude,
        )
    return sum(len(values) for values in years) / (time.process_time() - begun)


series = json.load(sys.stdin)
speed(series[:2])
print(max(speed(series) for _ in range(3)))

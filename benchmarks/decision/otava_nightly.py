"""What apache-otava announces each night, with its defaults.

One JSON object a line on standard input: {"values": [...], "from": n}. For each, one line on standard output: a list over the nights
from n on, each a list of [index, is_rise] over the values known that night.
"""

import json
import sys

from otava.analysis import compute_change_points
from otava.series import AnalysisOptions

OPTIONS = AnalysisOptions()


def announced(values):
    points, _ = compute_change_points(
        values,
        window_len=OPTIONS.window_len,
        max_pvalue=OPTIONS.max_pvalue,
        min_magnitude=OPTIONS.min_magnitude,
    )
    return [[int(one.index), bool(one.stats.mean_2 > one.stats.mean_1)] for one in points]


for line in sys.stdin:
    history = json.loads(line)
    values = history["values"]
    nights = range(history["from"], len(values) + 1)
    print(json.dumps([announced(values[:known]) if known > 2 else [] for known in nights]), flush=True)

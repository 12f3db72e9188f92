import { expect, test } from 'vitest'
import { LogReader } from './read-lines.ts'
import { SIGNATURES } from './signatures.ts'

const read = (text: string): readonly string[] => {
  const reader = new LogReader()
  return text.split('\n').flatMap((line) => reader.read(line).map(({ signature }) => signature))
}

/** Lines as they stand in public logs, by the signature that they are. */
const BROKEN: Readonly<Record<string, readonly string[]>> = {
  'engine-dead': [
    '\u001b[0;36m(APIServer pid=480795)\u001b[0;0m ERROR 03-16 00:55:10 [async_llm.py:538] vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.',
    'ERROR 12-01 23:08:02 [core_client.py:564] Engine core proc EngineCore_DP0 died unexpectedly, shutting down client.',
    '2026-11-27T04:10:16.123456789Z ERROR 12-01 23:08:02 [core_client.py:564] Engine core proc EngineCore_0 died unexpectedly, shutting down client.',
    'vllm.engine.async_llm_engine.AsyncEngineDeadError: Background loop has errored already.',
  ],
  'out-of-memory': [
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 39.38 GiB',
    '(EngineCore_DP0 pid=12) ERROR 11-27 10:00:00 [core.py:700] torch.OutOfMemoryError: CUDA out of memory.',
    'Nov 27 04:10:16 kernel: Out of memory: Killed process 4242 (python3) total-vm:1kB',
    '{"level":"error","message":"generation failed","exc_info":"Traceback (most recent call last):\\n  x\\nRuntimeError: CUDA error: out of memory"}',
  ],
  'cuda-error': [
    'RuntimeError: CUDA error: an illegal memory access was encountered',
    '[pod/vllm-7d9/server] ERROR 11-27 10:00:00 [core.py:1] CUDA error: device-side assert triggered',
    'vllm-1  | RuntimeError: CUDA error: unspecified launch failure',
    '[12345.678901] NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.',
    '2026-01-04 21:58:21.447 | ERROR    | app.serve:generate:170 - CUDA error: misaligned address',
  ],
  nccl: [
    '[rank0]:[E1218 20:27:21.426415540 ProcessGroupNCCL.cpp:629] [Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1, OpType=BROADCAST) ran for 600081 milliseconds before timing out.',
    'torch.distributed.DistBackendError: NCCL error in: ../ProcessGroupNCCL.cpp:1970, unhandled system error',
  ],
  'no-attribute': [
    "AttributeError: 'AnankeLLM' object has no attribute 'llm'",
    "Error: 'AnankeLLM' object has no attribute 'llm'",
    "Generation failed: 'AnankeLLM' object has no attribute 'llm'",
    "ERROR:root:generate: 'AnankeLLM' object has no attribute 'llm'",
    "AttributeError: module 'vllm' has no attribute 'LLM'",
  ],
  crash: ['Fatal Python error: Segmentation fault', 'Segmentation fault (core dumped)'],
  traceback: ['Traceback (most recent call last):'],
}

test('each signature of the closed list is found in lines as services write them, and is named once', () => {
  expect(Object.keys(BROKEN).toSorted()).toEqual(SIGNATURES.map(({ id }) => id).toSorted())
  for (const [signature, lines] of Object.entries(BROKEN))
    for (const line of lines) expect([line, ...read(line)]).toEqual([line, signature])
})

test.each([
  [
    "INFO 11-27 10:00:00 [logger.py:39] Received request cmpl-1: prompt: 'CUDA error: what is it?', params: x",
  ],
  [
    "(APIServer pid=1) INFO 11-27 10:00:00 [logger.py:39] Received request: prompt: \"AttributeError: 'X' object has no attribute 'y'\"",
  ],
  ["Received request 7: prompt: 'RuntimeError: CUDA out of memory', params: SamplingParams(n=1)"],
  ["ERROR 11-27 10:00:00 [serving.py:1] refused, prompt='Segmentation fault (core dumped)' is too long"],
  ['{"level":"info","message":"CUDA error: asked by a user"}'],
  ['{"level":"error","message":"refused","prompt":"CUDA error"}'],
  ['WARNING 11-27 10:00:00 [x.py:1] retrying after NCCL timeout'],
  ['what does it mean that an object has no attribute?'],
  ["How do I fix \"'dict' object has no attribute 'foo'\" in Python?"],
  ['INFO:     127.0.0.1:54536 - "POST /v1/chat/completions HTTP/1.1" 500 Internal Server Error'],
  ['INFO 11-27 10:00:00 [cuda.py:1] CUDA graphs captured, out of memory checks passed'],
  ['    raise RuntimeError("CUDA error: out of memory")'],
])('a harmless line is none: %s', (line) => {
  expect(read(line)).toEqual([])
})

test('a prompt of several lines is skipped to its end, and what comes after it is read', () => {
  const prompt = [
    'Received request 8: prompt: "Why does this fail?',
    'Traceback (most recent call last):',
    '  File "a.py", line 1, in <module>',
    "AttributeError: 'X' object has no attribute 'y'",
    'Thanks."',
    'RuntimeError: CUDA error: an illegal memory access was encountered',
  ]
  expect(read(prompt.join('\n'))).toEqual(['cuda-error'])
  const block = [
    'Prompt:',
    'Traceback (most recent call last):',
    "AttributeError: 'X' object has no attribute 'y'",
  ]
  expect(read(block.join('\n'))).toEqual([])
  expect(read([...block, 'ERROR 11-27 10:00:00 [x.py:1] CUDA error: y'].join('\n'))).toEqual(['cuda-error'])
})

const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/app/serve.py", line 10, in generate',
  '    return self.llm.generate(prompt)',
  '           ^^^^^^^^',
  "AttributeError: 'AnankeLLM' object has no attribute 'llm'",
]

test('a Traceback of many lines counts once, beside what its last line says, also where each has a prefix', () => {
  expect(read(TRACEBACK.join('\n'))).toEqual(['traceback', 'no-attribute'])
  const prefixed = TRACEBACK.map((line) => `(EngineCore_DP0 pid=7) ERROR 11-27 10:00:00 [core.py:1] ${line}`)
  expect(read(prefixed.join('\n'))).toEqual(['traceback', 'no-attribute'])
})

test('a chained Traceback is one, and the next is another', () => {
  const chained = [
    ...TRACEBACK,
    '',
    'During handling of the above exception, another exception occurred:',
    '',
    'Traceback (most recent call last):',
    '  File "b.py", line 2, in f',
    'ValueError: x',
  ]
  expect(read(chained.join('\n'))).toEqual(['traceback', 'no-attribute'])
  expect(read([...chained, ...TRACEBACK].join('\n')).filter((one) => one === 'traceback')).toHaveLength(2)
})

test('lines of two processes that are mixed are two Tracebacks', () => {
  const of = (pid: number) =>
    TRACEBACK.map((line) => `(Worker_TP${pid} pid=${pid}) ERROR 11-27 10:00:00 [x.py:1] ${line}`)
  const mixed = of(0).flatMap((line, index) => [line, of(1)[index] ?? ''])
  expect(read(mixed.join('\n')).filter((one) => one === 'traceback')).toHaveLength(2)
})

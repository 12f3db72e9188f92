/** A sentence of a log that says that a service is broken. */
export type Signature = {
  readonly id: string
  readonly says: string
  readonly matches: RegExp
  /** So many of them are a FAIL. */
  readonly failsAt: number
  /** Who writes it. */
  readonly source: string
}

/** The closed list. A line counts under the first that it matches. */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'engine-dead',
    says: 'the engine of the service is dead',
    matches:
      /\b(?:Async)?EngineDeadError\b|\bEngine core proc \S+ died unexpectedly|\bEngineCore encountered an issue\b|\bBackground loop (?:has errored|is stopped|is not running)/,
    failsAt: 1,
    source: 'vLLM, vllm/v1/engine/{exceptions,core_client}.py; before V1 vllm/engine/async_llm_engine.py',
  },
  {
    id: 'out-of-memory',
    says: 'memory has run out',
    matches:
      /\b(?:CUDA|HIP|XPU) out of memory\b|\bOutOfMemoryError\b|\bCUDA error: out of memory\b|\bCUDA_ERROR_OUT_OF_MEMORY\b|\bOut of memory: Killed process\b|\bOOMKilled\b|^MemoryError\b/,
    failsAt: 1,
    source:
      'PyTorch, c10/cuda/CUDACachingAllocator.cpp; Linux, mm/oom_kill.c; Kubernetes, the state of a container',
  },
  {
    id: 'cuda-error',
    says: 'the GPU has failed',
    matches:
      /\bCUDA error\b|\bCUDA_ERROR_[A-Z_]+\b|\bcuda(?:Error[A-Z]\w+)\b|\bCUBLAS_STATUS_(?!SUCCESS)[A-Z_]+\b|\bHIP error\b|\bNVRM: Xid\b|\bGPU has fallen off the bus\b/,
    failsAt: 1,
    source: 'PyTorch, c10/cuda/CUDAException.cpp; NVIDIA, Xid errors of the driver',
  },
  {
    id: 'nccl',
    says: 'GPUs no longer reach each other',
    matches:
      /\bWatchdog caught collective operation timeout\b|\bProcess group watchdog thread terminated with exception\b|\bNCCL (?:error|timeout)\b|\bnccl(?:Remote|Internal|System|UnhandledCuda)Error\b|\bDistBackendError\b/,
    failsAt: 1,
    source: 'PyTorch, torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp',
  },
  {
    id: 'no-attribute',
    says: 'the code of the service uses what is not there',
    matches: /'[\w.]+' object has no attribute '\w+'|\bmodule '[\w.]+' has no attribute '\w+'/,
    failsAt: 1,
    source: "Python, AttributeError; the origin story's own line",
  },
  {
    id: 'crash',
    says: 'a process of the service has crashed',
    matches:
      /\bSegmentation fault\b|\bFatal Python error\b|\(core dumped\)|\bterminate called after throwing\b|\bBus error\b/,
    failsAt: 1,
    source: 'Python, faulthandler; the C++ runtime; shells',
  },
  {
    id: 'traceback',
    says: 'exceptions reach the log',
    matches: /^Traceback \(most recent call last\):/,
    // One may be a client that left.
    failsAt: 3,
    source: 'Python, traceback',
  },
]

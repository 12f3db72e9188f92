/**
 * Lets up to `limit` shared tasks run at a time, and an alone one only when nothing else does. First come, first served: an
 * alone task waits for those before it, and those after it wait for it.
 */
export type Lanes = {
  run<T>(isAlone: boolean, task: () => Promise<T>): Promise<T>
}

type Waiting = { readonly isAlone: boolean; start(): void }

export function createLanes(limit: number): Lanes {
  const waiting: Waiting[] = []
  let running = 0
  let isClosed = false

  const startNext = (): void => {
    for (;;) {
      const next = waiting[0]
      if (!next || isClosed || running >= (next.isAlone ? 1 : limit)) return
      waiting.shift()
      running += 1
      isClosed = next.isAlone
      next.start()
    }
  }
  const leave = (): void => {
    running -= 1
    isClosed = false
    startNext()
  }
  return {
    async run(isAlone, task) {
      await new Promise<void>((start) => {
        waiting.push({ isAlone, start })
        startNext()
      })
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}

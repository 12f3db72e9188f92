import type { GenericContainer, WaitStrategy } from 'testcontainers'
import type { CreateOptions } from './create-options.ts'

/** `onCreated` runs between the creation and the start of the container; what it throws keeps it from starting. */
export type OnCreated = (id: string) => Promise<void>

/**
 * testcontainers' container with what its own words do not say: GPUs, mounts, an address to publish on, limits. It is made
 * from the class handed in, because testcontainers is loaded only where a container is asked for.
 */
export function createTargetContainer(
  Base: typeof GenericContainer,
  image: string,
  port: number,
  { HostConfig, ...options }: CreateOptions,
  onCreated: OnCreated,
): GenericContainer {
  class TargetContainer extends Base {
    constructor() {
      super(image)
      // It publishes on every address of the machine; the bindings below, which stand last, on one.
      this.withExposedPorts(port)
      this.createOpts = { ...this.createOpts, ...options }
      this.hostConfig = { ...this.hostConfig, ...HostConfig }
    }

    protected override containerCreated(id: string): Promise<void> {
      return onCreated(id)
    }
  }
  // No Ryuk: its image cannot be assumed, and the labels and the sweep do its work.
  return new TargetContainer().withAutoCleanup(false).withWaitStrategy(NO_WAIT)
}

/** Waiting is the same for all kinds of targets, so it is not testcontainers' (which would run a shell in the image). */
const NO_WAIT: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
}

export { type ContainerFinding, inspectContainerTarget } from './container/inspection.ts'
export { requireFreePort } from './port.ts'
export { type StartOptions, startTarget } from './start-target.ts'
export { withoutCredentials } from './url-target.ts'

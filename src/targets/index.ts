export { type ContainerFinding, inspectContainerTarget } from './container/inspection.ts'
export { redactorOf } from './known-secrets.ts'
export { type StartOptions, startTarget } from './start-target.ts'
export { addressOfUrl } from './url-target.ts'

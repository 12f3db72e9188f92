export { type StartOptions, startTarget } from './start-target.ts'

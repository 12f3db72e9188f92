export {
  EDGE_MODES,
  type EdgeMode,
  type EdgeOptions,
  MODAL_CAP_MS,
  type RunningEdge,
  startEdge,
} from './edge/edge.ts'
export { EDGE_FAULTS, type EdgeFaultId, isEdgeFault, requireSleep } from './edge/edge-fault.ts'
export { FAULTS, findFaults } from './faults/catalogue.ts'
export { FAMILIES, type Fault } from './faults/fault.ts'
export { isProfileName, PROFILES, type Profile, type ProfileName } from './profiles.ts'
export type { SimulatorDialect } from './simulator.ts'
export { DEFAULT_MODEL, type RunningSimulator, type SimulatorOptions, startSimulator } from './start.ts'

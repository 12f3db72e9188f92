import type { ClientFigures, LoadRun } from '../records/index.ts'
import { countOf, formatDuration } from './figures.ts'

/** How the client of the loads fared, one sentence a thread: the figures by which a load is valid or not. */
export function describeClients(loads: readonly LoadRun[] = []): string | undefined {
  const clients = loads.flatMap(({ validity }) => validity?.clients ?? [])
  return clients.map(describeClient).join('; and ') || undefined
}

/** What was worth a warning and invalidates nothing. */
export function clientWarnings(loads: readonly LoadRun[] = []): string | undefined {
  return loads.flatMap(({ validity }) => validity?.warnings ?? []).join(' ') || undefined
}

function describeClient(figures: ClientFigures): string {
  const { loopDelayMs, loopDelayMsMax, loopUtilization, sendLagMs, gcMs, gcMsMax, processors } = figures
  const { pauses, clockJumps, spoiled } = figures
  return [
    `event-loop utilisation ${loopUtilization.toFixed(2)}`,
    ...(loopDelayMs
      ? [`event-loop delay p99 ${formatDuration(loopDelayMs.p99)}, at most ${formatDuration(loopDelayMsMax)}`]
      : []),
    ...(sendLagMs
      ? [`send lag p50 ${formatDuration(sendLagMs.p50)}, p99 ${formatDuration(sendLagMs.p99)}`]
      : []),
    `garbage ${formatDuration(gcMs)}, at most ${formatDuration(gcMsMax)} at a time`,
    countOf(pauses.length, 'pause'),
    countOf(clockJumps.length, 'clock jump'),
    ...(processors ? [describeCores(processors)] : []),
    `${countOf(spoiled, 'sample')} spoiled`,
  ].join(', ')
}

function describeCores({ cores, own, target, others, stolen }: NonNullable<ClientFigures['processors']>) {
  const used = [own, target, others, stolen].map((share) => share.toFixed(2))
  return `of ${countOf(cores, 'core')} ${used[0]} by the client, ${used[1]} by the service that this run started, ${used[2]} by others, ${used[3]} by the hypervisor`
}

import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import type { WorkId } from '../folders.ts'
import { type ConsolidationState, consolidationRef } from './consolidation-state.ts'

/** How a consolidation ends. */
export type ConsolidationEnd =
  | ({ readonly state: 'completed' } & Required<
      Pick<ConsolidationState, 'outputManifestUri' | 'outputBytes' | 'counters' | 'changes'>
    >)
  | ({ readonly state: 'failed' } & Required<Pick<ConsolidationState, 'problem'>>)

/** Records how a consolidation ended, unless that is recorded already. */
export async function endConsolidation(
  work: WorkId,
  { name, id }: Pick<ConsolidationState, 'name' | 'id'>,
  end: ConsolidationEnd,
  ports: Pick<Ports, 'objects' | 'newId' | 'now' | 'log'>,
): Promise<void> {
  const change = (current: ConsolidationState): ConsolidationState | undefined =>
    current.id === id && current.state === 'running'
      ? { ...current, ...end, endedAt: ports.now().toISOString() }
      : undefined
  await updateState(consolidationRef(work, name), change, ports)
  ports.log.info('consolidation.ended', { job: work.job, name, state: end.state })
}

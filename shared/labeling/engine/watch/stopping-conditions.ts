import type { Ports } from '../../../platform/ports.ts'
import { updateState } from '../../../platform/state/compare-and-swap.ts'
import { sendWatch } from '../messages.ts'
import { readProgress } from '../progress/read-progress.ts'
import { type Work, workRef } from '../work.ts'

/** Stops a job one of whose stopping conditions is met, by counts that are up to a minute old. */
export async function stopIfConditionMet(
  work: Work,
  ports: Pick<Ports, 'objects' | 'log' | 'messages' | 'newId' | 'now' | 'requestId'>,
): Promise<void> {
  if (!work.stoppingConditions || work.stop) return
  const { counters } = await readProgress(work, ports)
  if (!isConditionMet(work, counters.labeled)) return
  const stop = { at: ports.now().toISOString(), because: 'condition-met' } as const
  const change = (current: Work): Work | undefined =>
    current.workId !== work.workId || current.stop || current.end ? undefined : { ...current, stop }
  const state = await updateState(workRef(work.job), change, ports)
  if (state?.value.stop && !state.value.end) await sendWatch(work, 0, ports)
}

/** Whether so many labeled objects are enough. The percentage is of the objects that the job has to label. Pure. */
function isConditionMet({ lines, alreadyLabeled, stoppingConditions }: Work, labeled: number): boolean {
  const { maxHumanLabeledObjects = Number.POSITIVE_INFINITY, maxPercentageLabeled = 100 } = stoppingConditions ?? {}
  const share = Math.ceil(((lines - alreadyLabeled) * maxPercentageLabeled) / 100)
  return labeled >= Math.min(maxHumanLabeledObjects, share)
}

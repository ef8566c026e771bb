import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { sendWatch } from './messages.ts'
import { type Work, workRef } from './work.ts'

/**
 * Starts to stop a job: no more tasks are given out, and the result is written when the last lease has ended, after 15
 * minutes at most. Idempotent.
 * @returns `over` when it has ended already
 */
export async function requestStop(
  job: string,
  ports: Pick<Ports, 'objects' | 'messages' | 'newId' | 'now' | 'requestId'>,
): Promise<'stopping' | 'over' | 'missing'> {
  const stop = { at: ports.now().toISOString(), because: 'requested' } as const
  const change = (work: Work): Work | undefined => (work.stop || work.end ? undefined : { ...work, stop })
  const state = await updateState(workRef(job), change, ports)
  if (!state) return 'missing'
  if (state.value.end) return 'over'
  await sendWatch(state.value, 0, ports)
  return 'stopping'
}

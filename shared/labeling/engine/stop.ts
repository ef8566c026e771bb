import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { findWork, type Work, workRef } from './work.ts'

/** Stops to give out the tasks of a job. Idempotent. Returns `over` when the job has ended already. */
export async function requestStop(
  job: string,
  ports: Pick<Ports, 'objects' | 'newId' | 'now'>,
): Promise<'stopping' | 'over' | 'missing'> {
  const found = await findWork(job, ports)
  if (!found) return 'missing'
  const at = ports.now().toISOString()
  const stop = (work: Work): Work | undefined =>
    work.end || work.stop ? undefined : { ...work, stop: { at, because: 'requested' } }
  const stopped = await updateState({ ...workRef(job), known: found }, stop, ports)
  return stopped?.value.end ? 'over' : 'stopping'
}

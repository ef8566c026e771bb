import { outlookOfCopy } from '../batches/plan-copies.ts'
import { manifestKey, uriOf } from '../batches/store.ts'
import type { BatchState } from '../contracts/batch.ts'
import type { RunOutlook } from '../contracts/batch-preview.ts'
import { outlookOf } from '../labeling/outlook.ts'
import type { OutlinedJob } from '../labeling/plan.ts'
import type { Ports } from '../platform/ports.ts'
import { checkJob } from './check-job.ts'
import { comingRun } from './coming-run.ts'

/** What the steps of a planned batch would take, at most. @param images that it would have, where that is known */
export async function outlookOfRun(
  batch: string,
  state: BatchState,
  images: number | undefined,
  ports: Ports,
): Promise<RunOutlook> {
  const { run, request } = state
  const coming = comingRun(request, run, state)
  const most = images ?? coming.images
  const job = await checkJob(batch, { ...coming, images: most }, ports)
  return {
    upTo: run?.upTo ?? 'select',
    steps: [...(state.selection ? [] : ['select' as const]), ...coming.steps],
    ...(coming.steps.includes('copy') && { copy: outlookOfCopy(most) }),
    ...(coming.steps.includes('manifest') && {
      manifest: { manifestUri: uriOf(manifestKey(batch, ports), ports), lines: most },
    }),
    ...(job && { labelingJob: await outlookOfJob(job, ports) }),
  }
}

async function outlookOfJob(job: OutlinedJob, ports: Ports): Promise<NonNullable<RunOutlook['labelingJob']>> {
  const { objectsFrom: _, alreadyLabeled: __, ...outlook } = await outlookOf(job, ports)
  return { ...outlook, job: job.state.job }
}

import type { RunOutlook } from '../../contracts/batch-preview.ts'
import { outlookOfCopy } from '../../copying/plan-copies.ts'
import type { OutlinedJob } from '../../labeling/jobs/plan.ts'
import { outlookOf } from '../../labeling/jobs/preview.ts'
import type { Ports } from '../../platform/ports.ts'
import type { BatchState } from '../record/state.ts'
import { manifestKey, uriOf } from '../record/store.ts'
import { checkJob } from './check-job.ts'
import { comingRun } from './remaining-steps.ts'

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

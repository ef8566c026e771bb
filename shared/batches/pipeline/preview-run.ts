import type { RunPreview } from '../../contracts/batch-preview.ts'
import { estimateCopy } from '../../copying/plan-copies.ts'
import type { JobOutline } from '../../labeling/jobs/plan.ts'
import { toJobPreview } from '../../labeling/jobs/preview.ts'
import type { Ports } from '../../platform/ports.ts'
import type { BatchState } from '../record/state.ts'
import { manifestKey, toS3Uri } from '../record/store.ts'
import { checkJob } from './check-job.ts'
import { remainingSteps } from './remaining-steps.ts'

/** What the steps of a planned batch would take, at most. @param images that it would have, where that is known */
export async function previewRun(
  batch: string,
  state: BatchState,
  images: number | undefined,
  ports: Ports,
): Promise<RunPreview> {
  const { run, request } = state
  const coming = remainingSteps(request, run, state)
  const most = images ?? coming.images
  const job = await checkJob(batch, { ...coming, images: most }, ports)
  return {
    upTo: run?.upTo ?? 'select',
    steps: [...(state.selection ? [] : ['select' as const]), ...coming.steps],
    ...(coming.steps.includes('copy') && { copy: estimateCopy(most) }),
    ...(coming.steps.includes('manifest') && {
      manifest: { manifestUri: toS3Uri(manifestKey(batch, ports), ports), lines: most },
    }),
    ...(job && { labelingJob: await outlookOfJob(job, ports) }),
  }
}

async function outlookOfJob(job: JobOutline, ports: Ports): Promise<NonNullable<RunPreview['labelingJob']>> {
  const { objectsFrom: _, alreadyLabeled: __, ...outlook } = await toJobPreview(job, ports)
  return { ...outlook, job: job.state.job }
}

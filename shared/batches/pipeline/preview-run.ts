import type { RunPreview } from '../../contracts/batch-preview.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import { estimateCopy } from '../../copying/estimate.ts'
import type { EngineNeeds } from '../../labeling/jobs/engine-jobs.ts'
import type { JobOutline } from '../../labeling/jobs/plan.ts'
import { toJobPreview } from '../../labeling/jobs/preview.ts'
import type { Ports } from '../../platform/ports.ts'
import type { BatchState } from '../record/state.ts'
import { manifestKey } from '../record/store.ts'
import { checkJob } from './check-steps.ts'
import { remainingSteps } from './plan-run.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'bucket' | 'workteams'>

/**
 * Previews the steps of a planned batch: what each would cost at most.
 * @param imageCount how many images the batch would have, if that is known
 */
export async function previewRun(
  batch: string,
  state: BatchState,
  imageCount: number | undefined,
  ports: Needs,
): Promise<RunPreview> {
  const { run, request } = state
  const remaining = remainingSteps(request, run, state)
  const images = imageCount ?? remaining.images
  const job = await checkJob(batch, { ...remaining, images }, ports)
  return {
    upTo: run?.upTo ?? 'select',
    steps: [...(state.selection ? [] : ['select' as const]), ...remaining.steps],
    ...(remaining.steps.includes('copy') && { copy: estimateCopy(images) }),
    ...(remaining.steps.includes('manifest') && {
      manifest: { manifestUri: toS3Uri(manifestKey(batch, ports), ports), lines: images },
    }),
    ...(job && { labelingJob: await previewRunJob(job, ports) }),
  }
}

async function previewRunJob(
  job: JobOutline,
  ports: Pick<Ports, 'config' | 'bucket'>,
): Promise<NonNullable<RunPreview['labelingJob']>> {
  const { objectsFrom: _, alreadyLabeled: __, ...preview } = toJobPreview(job, await ports.bucket.corsRules(), ports)
  return { ...preview, ...job.omissions, job: job.state.job }
}

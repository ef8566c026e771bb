import { BOXES_ATTRIBUTE } from '../../contracts/label-attribute.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { withDefaults } from '../sagemaker/job-options.ts'
import { toLabels } from '../sagemaker/label-categories.ts'
import { workerTemplate } from '../sagemaker/worker-template.ts'
import { emptyTally } from './input-lines.ts'
import { loadServiceContext } from './job-context.ts'
import { type JobOutline, toPreflightError } from './plan.ts'
import { findJobIssues } from './preflight.ts'

/** A batch whose copies and manifest are still to come. */
export interface PlannedBatchContent {
  readonly classNames: readonly string[]
  /** At most. */
  readonly images: number
  /** Should there be none: why. */
  readonly whyEmpty: string
  readonly manifest: ManifestRequest
}

/**
 * Does all checks of a job that can be done before its batch is copied and has its manifest. Changes nothing.
 * @throws AppError as `planJob` does
 */
export async function estimateJob(
  job: string,
  request: LabelingJobRequest,
  { classNames, images, whyEmpty, manifest }: PlannedBatchContent,
  ports: Ports,
): Promise<JobOutline> {
  const { config } = ports
  const around = await loadServiceContext(job, request, ports)
  const options = withDefaults(request, classNames, undefined, config.labelingRoles)
  const labels = toLabels(request.mode, classNames)
  const hasBoxes = manifest.boxes === 'open-images'
  const boxes = hasBoxes ? manifest.labelAttributeName : BOXES_ATTRIBUTE
  const priorAttribute = request.mode === 'draw' ? undefined : boxes
  const template = workerTemplate(request.mode, options, priorAttribute)
  const isTaken = options.labelAttributeName === (hasBoxes ? boxes : priorAttribute)
  const tally = { ...emptyTally(), lines: images, alreadyLabeled: isTaken ? images : 0 }
  const lines = images === 0 ? { batchFault: whyEmpty, tally: undefined } : { batchFault: undefined, tally }
  const facts = { ...around, ...lines, job, config, labels, template, continued: undefined }
  const faults = findJobIssues(options, facts)
  if (faults.length > 0) throw toPreflightError(faults)
  return {
    state: {
      job,
      batch: request.batch,
      labelAttributeName: options.labelAttributeName,
      labels: [...labels],
      priorAttribute,
      lines: images,
      alreadyLabeled: 0,
      portalUrl: around.team?.portalUrl,
    },
    options,
    objectsFrom: 'manifest',
    template,
  }
}

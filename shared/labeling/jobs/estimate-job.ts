import { BOXES_ATTRIBUTE } from '../../contracts/label-attribute.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { toLabels, withDefaults } from '../sagemaker/job-request.ts'
import { findOptionIssues } from '../sagemaker/limits.ts'
import { workerTemplate } from '../sagemaker/worker-template.ts'
import { emptyTally } from './input-lines.ts'
import { type JobOutline, loadServiceContext } from './plan.ts'
import { findJobIssues, toPreflightError } from './preflight.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'bucket' | 'labeler' | 'workteams' | 'now'>

/** A batch that has still to be copied. */
export interface PlannedBatchContent {
  readonly classNames: readonly string[]
  /** The most images that it can have. */
  readonly images: number
  /** Why the batch has no images, in case it has none. */
  readonly whyEmpty: string
  readonly manifest: ManifestRequest
}

/**
 * Does every check of a job that is possible before its batch has been copied, and estimates the job. Writes nothing.
 * @throws AppError as `planJob` does
 */
export async function estimateJob(
  job: string,
  request: LabelingJobRequest,
  { classNames, images, whyEmpty, manifest }: PlannedBatchContent,
  ports: Needs,
): Promise<JobOutline> {
  const { config } = ports
  const context = await loadServiceContext(job, request, ports)
  const options = withDefaults(request, classNames, undefined, config.labelingRoles)
  const labels = toLabels(request.mode, classNames)
  const hasBoxes = manifest.boxes === 'open-images'
  const boxAttribute = hasBoxes ? manifest.labelAttributeName : BOXES_ATTRIBUTE
  const priorAttribute = request.mode === 'draw' ? undefined : boxAttribute
  const template = workerTemplate(request.mode, options, priorAttribute)
  const isAttributeTaken = options.labelAttributeName === (hasBoxes ? boxAttribute : priorAttribute)
  const tally = { ...emptyTally(), lines: images, alreadyLabeled: isAttributeTaken ? images : 0 }
  const objects = images === 0 ? { batchIssue: whyEmpty, tally: undefined } : { batchIssue: undefined, tally }
  const facts = { ...context, ...objects, job, config, labels, template, continued: undefined }
  const issues = findJobIssues(options, facts)
  if (issues.length > 0) throw toPreflightError(issues)
  return {
    state: {
      job,
      batch: request.batch,
      labelAttributeName: options.labelAttributeName,
      labels: [...labels],
      priorAttribute,
      lines: images,
      alreadyLabeled: 0,
      portalUrl: context.team?.portalUrl,
    },
    options,
    objectsFrom: 'manifest',
    template,
  }
}

/**
 * Checks the fields of a job, each on its own. Reads nothing.
 * @throws AppError `preflight-failed` with every rule of the labeling service that a field breaks
 */
export function assertJobFields(
  request: LabelingJobRequest,
  classNames: readonly string[],
  { config }: Pick<Ports, 'config'>,
): void {
  const issues = findOptionIssues(withDefaults(request, classNames, undefined, config.labelingRoles))
  if (issues.length > 0) throw toPreflightError(issues)
}

import type { Flag } from '../../contracts/flags.ts'
import { BOXES_ATTRIBUTE } from '../../contracts/label-attribute.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { findEngineIssues } from '../engine/job-rules.ts'
import { defaultAttribute, toLabels, withDefaults } from '../job-options.ts'
import { findOptionIssues } from '../sagemaker/limits.ts'
import type { EngineNeeds } from './engine-jobs.ts'
import { emptyTally } from './input-lines.ts'
import { loadEngineContext } from './job-context.ts'
import { findExcludedIssue } from './known-answers.ts'
import { type JobOutline, toTemplate } from './plan.ts'
import { findJobIssues, toPreflightError } from './preflight.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'bucket' | 'workteams'>

/** A batch that has still to be copied. */
export interface PlannedBatchContent {
  readonly classNames: readonly string[]
  /** The most images that it can have. */
  readonly images: number
  /** Why the batch has no images, in case it has none. */
  readonly whyEmpty: string
  readonly manifest: ManifestRequest
  readonly excludeFlags: readonly Flag[]
}

/**
 * Does every check of a job that is possible before its batch has been copied, and estimates the job. Writes nothing.
 * @throws AppError as `planJob` does
 */
export async function estimateJob(
  job: string,
  request: CompleteJobRequest,
  { classNames, images, whyEmpty, manifest, excludeFlags }: PlannedBatchContent,
  ports: Needs,
): Promise<JobOutline> {
  const { config } = ports
  const context = await loadEngineContext(job, request, ports)
  const hasBoxes = manifest.boxes === 'open-images'
  const boxAttribute = hasBoxes ? manifest.labelAttributeName : BOXES_ATTRIBUTE
  const priorAttribute = request.mode === 'draw' ? undefined : boxAttribute
  const attribute = defaultAttribute(request.mode, [boxAttribute])
  const options = withDefaults(request, classNames, attribute, config.labelingRoles)
  const labels = toLabels(request.mode, classNames)
  const template = toTemplate(options, priorAttribute)
  const isAttributeTaken = options.labelAttributeName === (hasBoxes ? boxAttribute : priorAttribute)
  const tally = { ...emptyTally(), lines: images, alreadyLabeled: isAttributeTaken ? images : 0 }
  const objects = images === 0 ? { batchIssue: whyEmpty, tally: undefined } : { batchIssue: undefined, tally }
  const service = context.service && template !== undefined ? { ...context.service, template } : undefined
  const { existingJob } = context
  const goldIssue = request.gold && service === undefined ? findExcludedIssue({ excludeFlags }) : undefined
  const facts = { ...objects, job, existingJob, service, labels, goldIssue, continued: undefined, boxJob: undefined }
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
      portalUrl: service?.team?.portalUrl,
    },
    options,
    objectsFrom: 'manifest',
    template,
  }
}

/**
 * Checks the fields of a job, each on its own. Reads nothing.
 * @throws AppError `preflight-failed` with every rule of the engine that a field breaks
 */
export function assertJobFields(
  request: CompleteJobRequest,
  classNames: readonly string[],
  { config }: Pick<Ports, 'config'>,
): void {
  const options = withDefaults(request, classNames, defaultAttribute(request.mode, []), config.labelingRoles)
  const issues = options.engine === 'groundwork' ? findEngineIssues(options) : findOptionIssues(options)
  if (issues.length > 0) throw toPreflightError(issues)
}

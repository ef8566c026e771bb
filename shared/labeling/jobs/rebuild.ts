import type { BatchState } from '../../batches/record/state.ts'
import { findBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobRequest } from '../../contracts/labeling-job.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { createState, replaceCorrupt } from '../../platform/state/record.ts'
import { inputManifestKey } from '../sagemaker/job-files.ts'
import { toLabels, withDefaults } from '../sagemaker/job-request.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { absentFromManifest, compareWithBatch, readBatchImages } from './batch-images.ts'
import { tallyLines, toLineRules, toOmissions } from './input-lines.ts'
import { findBoxAttribute } from './job-source.ts'
import { isSameJob } from './own-job.ts'
import { findPreviousJob } from './plan.ts'
import { toPreflightError } from './preflight.ts'
import { parseLines, type SourceLine, storedLines } from './source-lines.ts'
import type { LabelingJobState } from './state.ts'
import { jobRef } from './store.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'labeler' | 'workteams'>

/**
 * Writes the state of a job that the service has again, when it is missing or cannot be read. How the job ended is recorded
 * and published by whoever reads the state next, perhaps for the second time.
 * @param corrupt the version to replace; undefined where there is none
 * @returns false when the service has no job of that name, so that the name can be claimed
 * @throws AppError `conflict` when the service's job is another one
 */
export async function rebuildState(
  job: string,
  request: LabelingJobRequest,
  corrupt: CorruptStateError | undefined,
  ports: Needs & Pick<Ports, 'log' | 'newId'>,
): Promise<boolean> {
  const state = await recoverState(job, request, ports)
  if (!state) return false
  // Whoever was faster has written a state that is as good.
  await (corrupt ? replaceCorrupt(jobRef(job), corrupt, state, ports) : createState(jobRef(job), state, ports))
  return true
}

/**
 * Returns the state that a job of the service must have had, from the request, its batch and its files.
 * @returns undefined when the service has no job of that name
 * @throws AppError `conflict` when the service's job is another one; CorruptStateError when its input manifest is damaged
 */
export async function recoverState(
  job: string,
  request: LabelingJobRequest,
  ports: Needs,
): Promise<LabelingJobState | undefined> {
  const [live, batch, previous, team] = await Promise.all([
    ports.labeler.describe(job),
    findBatch(request.batch, ports),
    findPreviousJob(request.continueFrom, ports),
    findOwnTeam(request.workteamArn, ports),
  ])
  if (!live) return undefined
  if (!batch || !isJobOfRequest(job, live, request, batch.value, ports)) throw toNameTakenError(job, live.job)
  const classNames = batch.value.criteria.classes.map(({ className }) => className)
  const options = withDefaults(request, classNames, previous?.state.labelAttributeName, ports.config.labelingRoles)
  return {
    ...{ job, batch: request.batch, batchId: batch.value.batchId, request },
    state: 'created',
    labelAttributeName: options.labelAttributeName,
    labels: [...toLabels(request.mode, classNames)],
    ...(await readObjects({ job, batch: request.batch }, options, batch.value, ports)),
    portalUrl: team?.portalUrl,
    arn: live.arn,
    createdAt: live.createdAt,
  }
}

/**
 * Whether a job at the service can be the one that the request created: it reads the manifest that was written for it, and
 * the batch, which may have been deleted and created again since, names it. Pure.
 */
const isJobOfRequest = (
  job: string,
  live: LabelerJob,
  { batch, workteamArn }: LabelingJobRequest,
  { labelingJobs }: BatchState,
  ports: Pick<Ports, 'config'>,
): boolean =>
  isSameJob(live, { job, batch }, ports) &&
  live.workteamArn === workteamArn &&
  labelingJobs?.some((recorded) => recorded.job === job) === true

function toNameTakenError(job: string, existingJob: string): AppError {
  const message = `must be another name than "${job}": the service has a job "${existingJob}", which this request did not create`
  return toPreflightError([{ at: 'path.job', message }])
}

/** Counts the lines of a job's input manifest, and the images of its batch without one. */
async function readObjects(
  place: { readonly job: string; readonly batch: string },
  options: Parameters<typeof toLineRules>[0],
  batch: BatchState,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<Pick<LabelingJobState, 'lines' | 'alreadyLabeled' | 'priorAttribute' | 'omissions'>> {
  const key = inputManifestKey(place, ports)
  const { bucket, dataPrefix } = ports.config
  const lines = () => parseLines(storedLines(key, ports))
  const priorAttribute = options.mode === 'draw' ? undefined : await findPriorAttribute(lines())
  const classNames = batch.criteria.classes.map(({ className }) => className)
  const rules = toLineRules(options, classNames, undefined, `s3://${bucket}/${dataPrefix}`)
  const images = await findBatchImages(place.batch, batch, priorAttribute, ports)
  const absent = absentFromManifest(place.batch, { isEdited: true })
  const items = images ? compareWithBatch(lines(), images, { absent, isLabeled: () => true }) : lines()
  const tally = await tallyLines(items, rules)
  if (tally.issues.length > 0)
    throw new CorruptStateError(key, undefined, 'it is missing, or one of its lines is damaged')
  return {
    lines: tally.lines,
    alreadyLabeled: tally.alreadyLabeled,
    ...(priorAttribute !== undefined && { priorAttribute }),
    ...(images && { omissions: toOmissions(tally) }),
  }
}

async function findPriorAttribute(lines: AsyncIterable<SourceLine>): Promise<string | undefined> {
  for await (const { text } of lines) {
    const attribute = findBoxAttribute(text)
    if (attribute !== undefined) return attribute
  }
  return undefined
}

/** Reads the images of the batch; undefined where they cannot be read now: it may be copied again, or be damaged. */
async function findBatchImages(
  name: string,
  { selection, ...batch }: BatchState,
  priorAttribute: string | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
) {
  if (!selection) return undefined
  const boxAttribute = priorAttribute ?? batch.manifest?.boxAttribute
  return await readBatchImages(name, { selection, ...batch }, boxAttribute, ports).catch((error: unknown) => {
    if (error instanceof AppError || error instanceof CorruptStateError) return undefined
    throw error
  })
}

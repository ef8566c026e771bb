import type { BatchState } from '../../batches/record/state.ts'
import { findBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { LabelerJob } from '../../contracts/labeler.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { createState, replaceCorrupt } from '../../platform/state/record.ts'
import { findWork } from '../engine/work.ts'
import { defaultAttribute, type JobOptions, toLabels, withDefaults } from '../job-options.ts'
import { inputManifestKey, type JobPlace } from '../job-places.ts'
import { findOwnTeam } from '../sagemaker/workteams.ts'
import { absentFromManifest } from './absent-images.ts'
import { compareWithBatch, readBatchImages } from './batch-images.ts'
import { describeJob, type EngineNeeds } from './engine-jobs.ts'
import { tallyLines, toLineRules, toOmissions } from './input-lines.ts'
import { findPreviousJob } from './job-context.ts'
import { addToIndex } from './job-index.ts'
import { findBoxAttribute } from './job-source.ts'
import { isSameJob } from './own-job.ts'
import { toPreflightError } from './preflight.ts'
import { parseLines, storedLines } from './source-lines.ts'
import type { LabelingJobState } from './state.ts'
import { jobRef } from './store.ts'

/** The ports that this file uses. */
type Needs = EngineNeeds & Pick<Ports, 'config' | 'files' | 'workteams'>

/**
 * Writes the state of a job that its engine has again, when it is missing or cannot be read. How the job ended is recorded
 * and published by whoever reads the state next, perhaps for the second time.
 * @param corrupt the version to replace; undefined where there is none
 * @returns false when the engine has no job of that name, so that the name can be claimed
 * @throws AppError `conflict` when the engine's job is another one
 */
export async function rebuildState(
  job: string,
  request: CompleteJobRequest,
  corrupt: CorruptStateError | undefined,
  ports: Needs,
): Promise<boolean> {
  const state = await recoverState(job, request, ports)
  if (!state) return false
  if (request.engine === 'groundwork') await addToIndex(state, ports)
  // Whoever was faster has written a state that is as good.
  await (corrupt ? replaceCorrupt(jobRef(job), corrupt, state, ports) : createState(jobRef(job), state, ports))
  return true
}

/**
 * Returns the state that a job of an engine must have had, from the request, its batch and its files.
 * @returns undefined when the engine has no job of that name
 * @throws AppError `conflict` when the engine's job is another one; CorruptStateError when its input manifest is damaged
 */
export async function recoverState(
  job: string,
  request: CompleteJobRequest,
  ports: Needs,
): Promise<LabelingJobState | undefined> {
  const { batch: name, engine, mode, boxesFrom } = request
  const [live, batch, previous, boxJob, team, work] = await Promise.all([
    describeJob(engine, job, ports),
    findBatch(name, ports),
    findPreviousJob(request.continueFrom, ports),
    findPreviousJob(typeof boxesFrom === 'object' ? boxesFrom.job : undefined, ports),
    findOwnTeam(request.workteamArn, ports),
    engine === 'groundwork' ? findWork(job, ports) : undefined,
  ])
  if (!live) return undefined
  if (!batch || !isJobOfRequest(job, live, request, batch.value, ports)) throw toNameTakenError(job, live.job)
  const classNames = batch.value.criteria.classes.map(({ className }) => className)
  const place = { job, batch: name }
  const known = boxJob?.state.labelAttributeName
  const prior = mode === 'draw' ? undefined : await findPrior(known, place, ports)
  const attribute =
    work?.value.labelAttributeName ??
    previous?.state.labelAttributeName ??
    defaultAttribute(mode, prior?.attributes ?? [])
  const options = withDefaults(request, classNames, attribute, ports.config.labelingRoles)
  return {
    ...{ job, batch: request.batch, batchId: batch.value.batchId, request },
    state: 'created',
    labelAttributeName: options.labelAttributeName,
    labels: [...toLabels(request.mode, classNames)],
    ...(prior && { priorAttribute: prior.attribute }),
    ...(await readObjects(place, options, prior?.attribute, batch.value, ports)),
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
  { batch, workteamArn }: CompleteJobRequest,
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
  place: JobPlace,
  options: JobOptions,
  priorAttribute: string | undefined,
  batch: BatchState,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<Pick<LabelingJobState, 'lines' | 'alreadyLabeled' | 'omissions'>> {
  const key = inputManifestKey(place, ports)
  const { bucket, dataPrefix } = ports.config
  const lines = () => parseLines(storedLines(key, ports))
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
    ...(images && { omissions: toOmissions(tally) }),
  }
}

/** The boxes that a job adjusts or verifies, by the attributes of its input manifest. */
interface PriorBoxes {
  readonly attribute: string
  readonly attributes: readonly string[]
}

/** @param known the attribute, if the boxes are those of another job */
async function findPrior(
  known: string | undefined,
  place: JobPlace,
  ports: Pick<Ports, 'config' | 'files'>,
): Promise<PriorBoxes | undefined> {
  for await (const { text } of parseLines(storedLines(inputManifestKey(place, ports), ports))) {
    const attribute = known ?? findBoxAttribute(text)
    if (attribute !== undefined) return { attribute, attributes: listAttributes(text) }
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

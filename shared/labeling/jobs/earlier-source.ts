import type { SelectedBatch } from '../../batches/record/store.ts'
import { isFinalStatus, type LabelerJob } from '../../contracts/labeler.ts'
import type { ObjectsFrom } from '../../contracts/labeling-job.ts'
import type { Omission } from '../../manifests/input/omissions.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import { parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import { inputManifestKey, outputKey } from '../job-places.ts'
import { absentFromJob } from './absent-images.ts'
import { compareWithBatch, readBatchImages, startReadingImages } from './batch-images.ts'
import { findLengthOmission, fitLines, type LineLimits } from './line-limits.ts'
import { parseLines, type SourceItem, type SourceLine, storedLines } from './source-lines.ts'
import type { LabelingJobState } from './state.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files'>

/** Where a job's objects come from. */
export interface JobSource {
  readonly from: ObjectsFrom
  /** Reads the lines from the first one, and the images of the batch without one; each call reads the lines again. */
  items(): AsyncIterable<SourceItem>
  /** Label attribute of the existing boxes in the lines; undefined where none are needed. */
  readonly priorAttribute: string | undefined
  /** Label attributes that the lines are known to have; none where that does not matter. */
  readonly attributes: readonly string[]
}

/** An earlier job that a job builds on, as stored and as its engine has it. */
export interface PreviousJob {
  readonly state: LabelingJobState
  readonly live: LabelerJob | undefined
}

/** Whether a job has ended, and is one of this very batch. */
const isOver = ({ state, live }: PreviousJob, batch: SelectedBatch): boolean =>
  state.batchId === batch.batchId && live !== undefined && isFinalStatus(live.status)

/**
 * Opens the output of the job to be continued, or its input where nothing was labeled. Returns undefined where that is not
 * stored: SageMaker writes its results late, and labeled images must not be labeled again.
 * @param limits of the engine that continues the job: lines that it cannot take are left out
 */
export async function openContinuedJob(
  batch: SelectedBatch,
  previous: PreviousJob | undefined,
  limits: LineLimits | undefined,
  ports: Needs,
): Promise<JobSource | undefined> {
  if (!previous || !isOver(previous, batch)) return undefined
  const { state, live } = previous
  const { priorAttribute, labelAttributeName } = state
  const output = outputKey(state, live?.outputManifestUri, ports)
  const keys = live?.counters.labeled === 0 ? [output, inputManifestKey(state, ports)] : [output]
  const stored = await Promise.all(keys.map((key) => isStored(key, ports)))
  const key = keys[stored.indexOf(true)]
  if (key === undefined) return undefined
  const boxAttribute = priorAttribute === undefined ? batch.manifest?.boxAttribute : priorAttribute
  const images = startReadingImages(() => readBatchImages(state.batch, batch, boxAttribute, ports))
  const rules = {
    absent: absentFromJob(state),
    isLabeled: ({ line = {} }: SourceLine) => Object.hasOwn(line, labelAttributeName),
    findOmission: (line: SourceLine) => findLengthOmission(line, limits),
  }
  const items = () => compareWithBatch(parseLines(fitLines(storedLines(key, ports), limits)), images, rules)
  return { from: 'job', items, priorAttribute, attributes: [] }
}

/**
 * Opens the results of a job whose boxes are adjusted or verified. Images without such boxes are left out. Returns
 * undefined where the job has no results.
 * @param limits as for {@link openContinuedJob}
 */
export async function openBoxJob(
  batch: SelectedBatch,
  boxJob: PreviousJob | undefined,
  limits: LineLimits | undefined,
  ports: Needs,
): Promise<JobSource | undefined> {
  if (!boxJob || !isOver(boxJob, batch) || boxJob.state.request.mode === 'verify') return undefined
  const { state, live } = boxJob
  const { job, labelAttributeName: priorAttribute } = state
  const key = outputKey(state, live?.outputManifestUri, ports)
  if (!(await isStored(key, ports))) return undefined
  const images = startReadingImages(() => readBatchImages(state.batch, batch, undefined, ports))
  const lines = () => parseLines(fitLines(storedLines(key, ports), limits))
  const absent: Omission = { outcome: 'not-labeled', reason: `"${job}" has no boxes for it` }
  const hasBoxes = ({ text }: SourceLine) => parseOutputLine(text, priorAttribute).outcome === 'labeled'
  const rules = {
    absent,
    isLabeled: () => false,
    findOmission: (line: SourceLine) => (hasBoxes(line) ? findLengthOmission(line, limits) : absent),
  }
  const items = () => compareWithBatch(lines(), images, rules)
  return { from: 'job', items, priorAttribute, attributes: await findAttributes(lines(), priorAttribute) }
}

const isStored = async (key: string, ports: Pick<Ports, 'objects'>): Promise<boolean> =>
  (await findVersion(key, ports)) !== undefined

/** Returns the label attributes of the first line that has this one. */
async function findAttributes(lines: AsyncIterable<SourceLine>, attribute: string): Promise<readonly string[]> {
  for await (const { text, line = {} } of lines) if (Object.hasOwn(line, attribute)) return listAttributes(text)
  return [attribute]
}

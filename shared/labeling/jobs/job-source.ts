import type { SelectedBatch } from '../../batches/record/store.ts'
import type { Mode } from '../../contracts/built-in-functions.ts'
import { BOXES_ATTRIBUTE, LabelAttributeName } from '../../contracts/label-attribute.ts'
import { isFinalStatus, type LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobRequest, ObjectsFrom } from '../../contracts/labeling-job.ts'
import { type ManifestImage, manifestLines } from '../../manifests/input/manifest-lines.ts'
import { findManifest } from '../../manifests/input/stored-manifest.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import { type OutputLine, parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { findVersion } from '../../platform/storage/stored-file.ts'
import { inputManifestKey, outputKey } from '../sagemaker/job-files.ts'
import {
  absentFromJob,
  absentFromManifest,
  addBoxes,
  compareWithBatch,
  copyLines,
  readBatchImages,
  toBoxRequest,
} from './batch-images.ts'
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
}

/** The job that is continued, as stored and as the service has it. */
export interface PreviousJob {
  readonly state: LabelingJobState
  readonly live: LabelerJob | undefined
}

/**
 * Opens the objects of a job: those of the batch, or the results of the job to be continued.
 * @param batch undefined where the batch cannot be labeled
 * @returns undefined where the batch, or the job to be continued, is not ready
 */
export async function openSource(
  { batch: name, mode, continueFrom }: LabelingJobRequest,
  batch: SelectedBatch | undefined,
  previous: PreviousJob | undefined,
  ports: Needs,
): Promise<JobSource | undefined> {
  if (!batch) return undefined
  if (continueFrom === undefined) return openBatchSource(name, batch, mode, ports)
  const isOver = previous?.state.batchId === batch.batchId && previous.live && isFinalStatus(previous.live.status)
  return isOver ? openJobSource(batch, previous, ports) : undefined
}

/**
 * Opens the lines of the batch's manifest where there is one, otherwise the images that have a good copy. Where boxes are
 * needed and the manifest has none, its lines get those of Open Images.
 * @throws CorruptStateError when the manifest is damaged
 */
async function openBatchSource(batch: string, state: SelectedBatch, mode: Mode, ports: Needs): Promise<JobSource> {
  const readImages = () => readBatchImages(batch, state, state.manifest?.boxAttribute, ports)
  // The lines of a manifest that was recorded will be needed: the images are read beside them.
  const early = mode === 'draw' && state.manifest ? startReadingImages(readImages) : undefined
  const manifest = await closeOnError(early, findManifest(batch, state, ports))
  const attribute = mode === 'draw' ? undefined : BOXES_ATTRIBUTE
  const known = () => manifestLines(batch, state, toBoxRequest(attribute), ports)
  if (!manifest) return { from: 'copies', items: () => readAll(known, copyLines), priorAttribute: attribute }
  const { key } = manifest
  const lines = () => parseLines(storedLines(key, ports))
  const absent = absentFromManifest(batch, { isEdited: manifest.etag !== state.manifest?.etag })
  const priorAttribute = attribute && findBoxAttribute(await firstLine(lines()))
  if (attribute !== undefined && priorAttribute === undefined) {
    const addTo = (images: AsyncIterable<ManifestImage>) => addBoxes(lines(), images, { attribute, absent })
    return { from: 'manifest', items: () => readAll(known, addTo), priorAttribute: attribute }
  }
  const images = early ?? startReadingImages(readImages)
  const items = () => compareWithBatch(lines(), images, { absent, isLabeled: () => false })
  return { from: 'manifest', items, priorAttribute }
}

/**
 * Opens the output of another job, or its input where nothing was labeled. Returns undefined where that is not stored: the
 * service writes its results late, and labeled images must not be labeled again.
 */
async function openJobSource(
  batch: SelectedBatch,
  { state, live }: PreviousJob,
  ports: Needs,
): Promise<JobSource | undefined> {
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
  }
  const items = () => compareWithBatch(parseLines(storedLines(key, ports)), images, rules)
  return { from: 'job', items, priorAttribute }
}

const isStored = async (key: string, ports: Pick<Ports, 'objects'>): Promise<boolean> =>
  (await findVersion(key, ports)) !== undefined

/** Begins to read. A failure is thrown to whoever awaits it, and until then, does not count as an unhandled rejection. */
function startReadingImages<Images>(read: () => Promise<Images>): Promise<Images> {
  const reading = read()
  reading.catch(() => undefined)
  return reading
}

/** Waits for something; when that fails, also for the end of what was begun before. */
async function closeOnError<Result>(begun: Promise<unknown> | undefined, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    await Promise.allSettled([begun])
    throw error
  }
}

/** Reads the images of a batch each time that the items made of them are read. */
async function* readAll(
  read: () => Promise<AsyncIterable<ManifestImage>>,
  toItems: (images: AsyncIterable<ManifestImage>) => AsyncIterable<SourceItem>,
): AsyncGenerator<SourceItem> {
  yield* toItems(await read())
}

/** Returns the first line; an empty text where there is none. */
async function firstLine(lines: AsyncIterable<SourceLine>): Promise<string> {
  for await (const { text } of lines) return text
  return ''
}

/**
 * Returns the attribute of a line that holds boxes and may be named in a template: that of Open Images before others. An
 * attribute that cannot be read is returned only if there is no other, so that its line is reported.
 */
export function findBoxAttribute(text: string): string | undefined {
  const names = listAttributes(text).filter((attribute) => LabelAttributeName.safeParse(attribute).success)
  const withOutcome = (...outcomes: readonly OutputLine['outcome'][]) =>
    names.filter((attribute) => outcomes.includes(parseOutputLine(text, attribute).outcome))
  const [first, ...others] = [...withOutcome('labeled'), ...withOutcome('unreadable', 'failed')]
  return others.includes(BOXES_ATTRIBUTE) ? BOXES_ATTRIBUTE : first
}

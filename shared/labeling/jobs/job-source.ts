import { manifestKey, type SelectedBatch } from '../../batches/record/store.ts'
import type { Mode } from '../../contracts/built-in-functions.ts'
import { BOXES_ATTRIBUTE, LabelAttributeName } from '../../contracts/label-attribute.ts'
import { isFinalStatus, type LabelerJob } from '../../contracts/labeler.ts'
import type { LabelingJobRequest, ObjectsFrom } from '../../contracts/labeling-job.ts'
import { findManifest } from '../../manifests/input/stored-manifest.ts'
import { manifestLines } from '../../manifests/input/write-manifest.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import { type OutputLine, parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { findVersion, readStored } from '../../platform/storage/stored-file.ts'
import { inputManifestKey, outputKey } from '../sagemaker/job-files.ts'
import { storedLines, stringifyLine } from './input-lines.ts'
import type { LabelingJobState } from './state.ts'

/** Where a job's objects come from. */
export interface JobSource {
  readonly from: ObjectsFrom
  /** Reads the lines from the first one; each call reads them again. */
  lines(): AsyncIterable<string>
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
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<JobSource | undefined> {
  if (!batch) return undefined
  if (continueFrom === undefined) return openBatchSource(name, batch, mode, ports)
  const isOver = previous?.state.batchId === batch.batchId && previous.live && isFinalStatus(previous.live.status)
  return isOver ? openJobSource(previous, ports) : undefined
}

/**
 * Opens the lines of the batch's manifest where there is one, otherwise the images that have a good copy. Where boxes are
 * needed and the manifest has none, its lines get those of Open Images.
 * @throws CorruptStateError when the manifest is damaged
 */
async function openBatchSource(
  batch: string,
  state: SelectedBatch,
  mode: Mode,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<JobSource> {
  const key = manifestKey(batch, ports)
  const isWritten = (await findManifest(batch, state, ports)) !== undefined
  const manifest = () => storedLines(key, ports)
  if (mode === 'draw')
    return isWritten
      ? { from: 'manifest', lines: manifest, priorAttribute: undefined }
      : { from: 'copies', lines: () => copyLines(batch, state, 'none', ports), priorAttribute: undefined }
  const known = () => copyLines(batch, state, 'open-images', ports)
  if (!isWritten) return { from: 'copies', lines: known, priorAttribute: BOXES_ATTRIBUTE }
  const priorAttribute = findBoxAttribute(await firstLine(key, ports))
  if (priorAttribute !== undefined) return { from: 'manifest', lines: manifest, priorAttribute }
  return { from: 'manifest', lines: () => withBoxes(key, known(), ports), priorAttribute: BOXES_ATTRIBUTE }
}

/**
 * Opens the output of another job, or its input where nothing was labeled. Returns undefined where that is not stored: the
 * service writes its results late, and labeled images must not be labeled again.
 */
async function openJobSource(
  { state, live }: PreviousJob,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<JobSource | undefined> {
  const { priorAttribute } = state
  const output = outputKey(state, live?.outputManifestUri, ports)
  const keys = live?.counters.labeled === 0 ? [output, inputManifestKey(state, ports)] : [output]
  for (const key of keys)
    if (await isStored(key, ports)) return { from: 'job', lines: () => storedLines(key, ports), priorAttribute }
  return undefined
}

const isStored = async (key: string, ports: Pick<Ports, 'objects'>): Promise<boolean> =>
  (await findVersion(key, ports)) !== undefined

async function* copyLines(
  batch: string,
  state: SelectedBatch,
  boxes: 'none' | 'open-images',
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): AsyncGenerator<string> {
  const request = { boxes, labelAttributeName: BOXES_ATTRIBUTE, verify: false, provenance: false }
  for await (const item of await manifestLines(batch, state, request, ports)) if ('line' in item) yield item.line
}

/**
 * Adds the Open Images boxes to the lines of a manifest, in batch order. Lines without such an image follow unchanged.
 * Holds the manifest.
 */
async function* withBoxes(
  key: string,
  known: AsyncIterable<string>,
  ports: Pick<Ports, 'objects'>,
): AsyncGenerator<string> {
  const stored = await readStored(key, ports)
  if (!stored) throw new CorruptStateError(key, undefined, 'an input manifest: it does not exist any more')
  const texts = Buffer.from(stored.bytes).toString('utf8').replace(/\n$/, '').split('\n')
  const remaining = new Map(texts.map((text, index) => [parseSourceRef(text) ?? index, text]))
  for await (const line of known) {
    const image = parseSourceRef(line) ?? ''
    const text = remaining.get(image)
    if (text === undefined) continue
    remaining.delete(image)
    yield stringifyLine({ ...JSON.parse(line), ...JSON.parse(text) }) ?? text
  }
  yield* remaining.values()
}

function parseSourceRef(text: string): string | undefined {
  try {
    const source: unknown = JSON.parse(text)?.['source-ref']
    return typeof source === 'string' ? source : undefined
  } catch {
    return undefined
  }
}

async function firstLine(key: string, ports: Pick<Ports, 'config' | 'files'>): Promise<string> {
  for await (const line of storedLines(key, ports)) return line
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

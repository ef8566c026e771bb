import type { SelectedBatch } from '../../batches/record/store.ts'
import { BOXES_ATTRIBUTE, LabelAttributeName } from '../../contracts/label-attribute.ts'
import type { CompleteJobRequest } from '../../contracts/labeling-job-request.ts'
import { type ManifestImage, manifestLines } from '../../manifests/input/manifest-lines.ts'
import { findManifest } from '../../manifests/input/stored-manifest.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import { type OutputLine, parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { absentFromManifest } from './absent-images.ts'
import {
  addBoxes,
  compareWithBatch,
  copyLines,
  readBatchImages,
  startReadingImages,
  toBoxRequest,
} from './batch-images.ts'
import { type JobSource, openBoxJob, openContinuedJob, type PreviousJob } from './earlier-source.ts'
import { toLineLimits } from './line-limits.ts'
import { parseLines, type SourceItem, type SourceLine, storedLines } from './source-lines.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files'>

/** The earlier jobs that a job builds on. */
export interface EarlierJobs {
  /** The job that it continues. */
  readonly previous: PreviousJob | undefined
  /** The job whose boxes are adjusted or verified. */
  readonly boxJob: PreviousJob | undefined
}

/**
 * Opens the objects of a job: those of the batch, or the results of an earlier job.
 * @param batch undefined where the batch cannot be labeled
 * @returns undefined where the batch, or the earlier job, is not ready
 */
export async function openSource(
  { batch: name, mode, continueFrom, boxesFrom, engine }: CompleteJobRequest,
  batch: SelectedBatch | undefined,
  { previous, boxJob }: EarlierJobs,
  ports: Needs,
): Promise<JobSource | undefined> {
  if (!batch) return undefined
  const limits = toLineLimits(engine)
  if (continueFrom !== undefined) return openContinuedJob(batch, previous, limits, ports)
  if (mode === 'draw') return openManifest(name, batch, ports)
  if (typeof boxesFrom === 'object') return openBoxJob(batch, boxJob, limits, ports)
  return openBoxes(name, batch, { areFromOpenImages: boxesFrom === 'open-images' }, ports)
}

/** Opens the lines of the batch's manifest where there is one, otherwise the images that have a good copy. */
async function openManifest(batch: string, state: SelectedBatch, ports: Needs): Promise<JobSource> {
  const readImages = () => readBatchImages(batch, state, state.manifest?.boxAttribute, ports)
  // The lines of a manifest that was recorded will be needed: the images are read beside them.
  const early = state.manifest ? startReadingImages(readImages) : undefined
  const manifest = await closeOnError(early, findManifest(batch, state, ports))
  const known = () => manifestLines(batch, state, toBoxRequest(undefined), ports)
  const common = { priorAttribute: undefined, attributes: [] }
  if (!manifest) return { from: 'copies', items: () => readAll(known, copyLines), ...common }
  const absent = absentFromManifest(batch, { isEdited: manifest.etag !== state.manifest?.etag })
  const images = early ?? startReadingImages(readImages)
  const items = () =>
    compareWithBatch(parseLines(storedLines(manifest.key, ports)), images, { absent, isLabeled: () => false })
  return { from: 'manifest', items, ...common }
}

/**
 * Opens the same lines with boxes to adjust or to verify. Where the manifest has none, its lines get those of Open Images.
 * @throws CorruptStateError when the manifest is damaged
 */
async function openBoxes(
  batch: string,
  state: SelectedBatch,
  { areFromOpenImages }: { readonly areFromOpenImages: boolean },
  ports: Needs,
): Promise<JobSource> {
  const manifest = await findManifest(batch, state, ports)
  const attribute = BOXES_ATTRIBUTE
  const known = () => manifestLines(batch, state, toBoxRequest(attribute), ports)
  const added = { priorAttribute: attribute, attributes: [attribute] }
  if (!manifest) return { from: 'copies', items: () => readAll(known, copyLines), ...added }
  const lines = () => parseLines(storedLines(manifest.key, ports))
  const absent = absentFromManifest(batch, { isEdited: manifest.etag !== state.manifest?.etag })
  const first = await firstLine(lines())
  const attributes = listAttributes(first)
  const ofOpenImages = [attribute, state.manifest?.boxAttribute].find((name) => attributes.includes(name ?? ''))
  const priorAttribute = areFromOpenImages ? ofOpenImages : findBoxAttribute(first)
  if (priorAttribute === undefined) {
    const addTo = (images: AsyncIterable<ManifestImage>) => addBoxes(lines(), images, { attribute, absent })
    const items = () => readAll(known, addTo)
    return { from: 'manifest', items, priorAttribute: attribute, attributes: [...attributes, attribute] }
  }
  const images = startReadingImages(() => readBatchImages(batch, state, state.manifest?.boxAttribute, ports))
  const items = () => compareWithBatch(lines(), images, { absent, isLabeled: () => false })
  return { from: 'manifest', items, priorAttribute, attributes }
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

import { manifestKey, type SelectedBatch } from '../../batches/record/store.ts'
import type { Mode } from '../../contracts/built-in-functions.ts'
import { BOXES_ATTRIBUTE, LabelAttributeName } from '../../contracts/label-attribute.ts'
import type { ObjectsFrom } from '../../contracts/labeling-job.ts'
import { manifestLines } from '../../manifests/input/write-manifest.ts'
import { listAttributes } from '../../manifests/output/attributes.ts'
import { type OutputLine, parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { readStored } from '../../platform/storage/stored-file.ts'
import { rewrittenLines, storedLines } from './input-lines.ts'
import type { PreviousJob } from './job-context.ts'
import { inputManifestKey, outputKey } from './job-files.ts'

/** Where a job's objects come from. */
export interface JobSource {
  readonly from: ObjectsFrom
  /** The lines, from their first one; each call reads them anew. */
  lines(): AsyncIterable<string>
  /** The attribute that the known boxes have in them; undefined where none are needed. */
  readonly priorAttribute: string | undefined
}

/**
 * The objects of a new job: the lines of the batch's manifest where there is one, else the images that have a good copy.
 * Where boxes are needed and the manifest has none, its lines get those of Open Images.
 */
export async function openBatchSource(
  batch: string,
  state: SelectedBatch,
  mode: Mode,
  ports: Ports,
): Promise<JobSource> {
  const key = manifestKey(batch, ports)
  const isWritten = await isThere(key, ports)
  const own = () => storedLines(key, ports)
  if (mode === 'draw')
    return isWritten
      ? { from: 'manifest', lines: own, priorAttribute: undefined }
      : { from: 'copies', lines: () => copiesOf(batch, state, 'none', ports), priorAttribute: undefined }
  const known = () => copiesOf(batch, state, 'open-images', ports)
  if (!isWritten) return { from: 'copies', lines: known, priorAttribute: BOXES_ATTRIBUTE }
  const priorAttribute = boxAttributeOf(await firstLine(key, ports))
  if (priorAttribute !== undefined) return { from: 'manifest', lines: own, priorAttribute }
  return { from: 'manifest', lines: () => withBoxes(key, known(), ports), priorAttribute: BOXES_ATTRIBUTE }
}

/**
 * What another job has left: its output, or its input where nothing was labeled. Undefined where that is not there: the
 * service writes late, and what was labeled must not be labeled again.
 */
export async function openJobSource({ state, live }: PreviousJob, ports: Ports): Promise<JobSource | undefined> {
  const { priorAttribute } = state
  const output = outputKey(state, live?.outputManifestUri, ports)
  const keys = live?.counters.labeled === 0 ? [output, inputManifestKey(state, ports)] : [output]
  for (const key of keys)
    if (await isThere(key, ports)) return { from: 'job', lines: () => storedLines(key, ports), priorAttribute }
  return undefined
}

const isThere = async (key: string, { objects }: Ports): Promise<boolean> =>
  (await objects.get(key, { start: 0, end: 1 })) !== undefined

async function* copiesOf(
  batch: string,
  state: SelectedBatch,
  boxes: 'none' | 'open-images',
  ports: Ports,
): AsyncGenerator<string> {
  const request = { boxes, labelAttributeName: BOXES_ATTRIBUTE, provenance: false }
  for await (const made of await manifestLines(batch, state, request, ports)) if ('line' in made) yield made.line
}

/** The lines of a manifest, in batch order, with the known boxes of their images; what is none of these comes last, as it is. */
async function* withBoxes(key: string, known: AsyncIterable<string>, ports: Ports): AsyncGenerator<string> {
  const stored = await readStored(key, ports)
  const texts = Buffer.from(stored ?? [])
    .toString('utf8')
    .replace(/\n$/, '')
    .split('\n')
  const own = new Map(texts.map((text, at) => [sourceOf(text) ?? at, text]))
  for await (const line of known) {
    const image = sourceOf(line) ?? ''
    const text = own.get(image)
    if (text === undefined) continue
    own.delete(image)
    yield rewrittenLines({ ...JSON.parse(line), ...JSON.parse(text) }) ?? text
  }
  yield* own.values()
}

function sourceOf(text: string): string | undefined {
  try {
    const source: unknown = JSON.parse(text)?.['source-ref']
    return typeof source === 'string' ? source : undefined
  } catch {
    return undefined
  }
}

async function firstLine(key: string, ports: Ports): Promise<string> {
  for await (const line of storedLines(key, ports)) return line
  return ''
}

/**
 * The attribute of a line that holds boxes, and can be named in a template: that of Open Images before others, one that can
 * be read before one that cannot, of which the line is then told.
 */
function boxAttributeOf(text: string): string | undefined {
  const named = listAttributes(text).filter((attribute) => LabelAttributeName.safeParse(attribute).success)
  const whose = (...outcomes: readonly OutputLine['outcome'][]) =>
    named.filter((attribute) => outcomes.includes(parseOutputLine(text, attribute).outcome))
  const [known, ...others] = [...whose('labeled'), ...whose('unreadable', 'failed')]
  return others.includes(BOXES_ATTRIBUTE) ? BOXES_ATTRIBUTE : known
}

import { BOXES_ATTRIBUTE, LabelAttributeName } from '../batches/label-attribute.ts'
import { manifestKey, type SelectedBatch } from '../batches/store.ts'
import { manifestLines } from '../batches/write-manifest.ts'
import { attributesOf } from '../output-manifest/attributes.ts'
import { parseOutputLine } from '../output-manifest/line.ts'
import type { Ports } from '../ports.ts'
import type { Mode } from './built-in-functions.ts'
import { storedLines } from './input-lines.ts'
import type { LabelingJobState } from './job.ts'
import { inputManifestKey, outputManifestKey } from './job-files.ts'

/** Where a job's objects come from. */
export interface JobSource {
  /** The lines, from their first one; each call reads them anew. */
  lines(): AsyncIterable<string>
  /** The attribute that the known boxes have in them; undefined where none are needed. */
  readonly priorAttribute: string | undefined
}

/**
 * The objects of a new job: those of the batch's manifest where that is written and has what is needed, else those that
 * have a good copy, with the known boxes where they are needed.
 */
export async function sourceOfBatch(batch: string, state: SelectedBatch, mode: Mode, ports: Ports): Promise<JobSource> {
  const key = manifestKey(batch, ports)
  const first = await firstLine(key, ports)
  const boxesIn = first === undefined ? undefined : boxAttributeOf(first)
  if (first !== undefined && (mode === 'draw' || boxesIn !== undefined))
    return { lines: () => storedLines(key, ports), priorAttribute: mode === 'draw' ? undefined : boxesIn }
  const boxes = mode === 'draw' ? 'none' : 'open-images'
  const request = { boxes, labelAttributeName: BOXES_ATTRIBUTE, provenance: false } as const
  async function* lines(): AsyncGenerator<string> {
    for await (const made of await manifestLines(batch, state, request, ports)) if ('line' in made) yield made.line
  }
  return { lines, priorAttribute: mode === 'draw' ? undefined : BOXES_ATTRIBUTE }
}

/** What another job has left: its output, or its input where it wrote none. */
export async function sourceOfJob(previous: LabelingJobState, ports: Ports): Promise<JobSource> {
  const output = outputManifestKey(previous, ports)
  const isWritten = (await ports.objects.get(output, { start: 0, end: 1 })) !== undefined
  const key = isWritten ? output : inputManifestKey(previous, ports)
  return { lines: () => storedLines(key, ports), priorAttribute: previous.priorAttribute }
}

/** Undefined when there is no manifest, or nothing in it. */
async function firstLine(key: string, ports: Ports): Promise<string | undefined> {
  if (!(await ports.objects.get(key, { start: 0, end: 1 }))) return undefined
  for await (const line of storedLines(key, ports)) return line === '' ? undefined : line
  return undefined
}

/** The first attribute of a line that holds boxes, and can be named in a template. */
const boxAttributeOf = (text: string): string | undefined =>
  attributesOf(text).find(
    (attribute) =>
      LabelAttributeName.safeParse(attribute).success && parseOutputLine(text, attribute).outcome === 'labeled',
  )

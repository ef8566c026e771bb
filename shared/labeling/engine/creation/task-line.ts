import { inspectSource } from '../../../copying/inspect-source.ts'
import { parseOutputLine } from '../../../manifests/output/line.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { TaskLine } from '../task-lines.ts'
import { type KnownBox, toTruth } from './truth.ts'

/** Size of an image in pixels as stored, before EXIF orientation. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** What the lines of an input manifest mean for a job. */
export interface TaskRules {
  readonly labelAttributeName: string
  /** Label attribute of the boxes to adjust or to verify; undefined where none are shown. */
  readonly priorAttribute: string | undefined
  /** Sizes that are known, by the URI of the image. */
  readonly sizes: ReadonlyMap<string, ImageSize>
  /** Boxes of images whose answer is known, by the URI of the image; undefined where they are not used. */
  readonly known?: ReadonlyMap<string, readonly KnownBox[]> | undefined
}

/** Returns what a worker sees for a line of the input manifest, with the answer if it is known, or why nobody is asked. */
export async function toTaskLine(
  text: string,
  rules: TaskRules,
  ports: Pick<Ports, 'config' | 'copier'>,
): Promise<TaskLine> {
  const line = parseObject(text)
  if (Object.hasOwn(line, rules.labelAttributeName)) return { alreadyLabeled: true }
  const uri = line['source-ref']
  const folder = `s3://${ports.config.bucket}/`
  if (typeof uri !== 'string' || !uri.startsWith(folder)) return { problem: 'its image is not in the working bucket' }
  const size = rules.sizes.get(uri) ?? (await readSize(uri, ports))
  if ('problem' in size) return size
  const boxes = rules.priorAttribute === undefined ? undefined : readBoxes(text, rules.priorAttribute)
  const known = rules.known?.get(uri)
  return {
    key: uri.slice(folder.length),
    ...size,
    ...(boxes && { boxes }),
    ...(known && { truth: toTruth(known, size) }),
  }
}

/** The manifest was checked when it was written. @throws Error for a line that is not one JSON object */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('a line of an input manifest must be an object')
  return value as Readonly<Record<string, unknown>>
}

/** Reads the size of an image from its header: one request for nearly all. */
async function readSize(
  uri: string,
  ports: Pick<Ports, 'copier'>,
): Promise<ImageSize | Required<Pick<TaskLine, 'problem'>>> {
  const found = await inspectSource(uri, ports)
  if (found === 'changed') return { problem: 'its image was replaced while it was read' }
  if ('refused' in found) return { problem: found.reason }
  if ('unusable' in found) return { problem: found.unusable }
  const { width, height } = found.header
  return { width, height }
}

/** @throws Error when the line has no boxes, or one without a class: the manifest was checked when it was written */
function readBoxes(text: string, attribute: string): NonNullable<TaskLine['boxes']> {
  const prior = parseOutputLine(text, attribute)
  if (prior.outcome !== 'labeled') throw new Error(`a line of an input manifest must have boxes in ${attribute}`)
  return prior.boxes.map(({ className, left, top, width, height }) => {
    if (className === undefined) throw new Error(`a box of ${attribute} must have a class`)
    return { className, left, top, width, height }
  })
}

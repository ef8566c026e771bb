import { MAX_ATTRIBUTE, MAX_LINE } from '../batches/manifest-line.ts'
import { lineBlocks } from '../bytes/line-blocks.ts'
import { readAhead } from '../bytes/read-ahead.ts'
import type { Fault } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { openStored } from '../stored-file.ts'

/** Objects of one job. */
export const MAX_OBJECTS = 100_000
/** More are not told of one manifest. */
const MOST_FAULTS = 20

/** What lines of an input manifest must be. */
export interface LineRules {
  /** The bucket that all images must lie in. */
  readonly bucket: string
  readonly labelAttributeName: string
  /** Whether objects may be labeled already, as in what another job has left. */
  readonly continues: boolean
  /** The attribute that every line must have boxes in, of these classes. */
  readonly prior?: { readonly attribute: string; readonly classNames: readonly string[] | undefined }
}

/** What was seen while lines went by. */
export interface LineTally {
  lines: number
  /** Lines that have the label attribute. */
  alreadyLabeled: number
  readonly faults: Fault[]
}

export const emptyTally = (): LineTally => ({ lines: 0, alreadyLabeled: 0, faults: [] })

/** The lines of a stored manifest, as text without their ends. Holds four ranges. */
export async function* storedLines(key: string, ports: Ports): AsyncGenerator<string> {
  const source = await openStored(key, ports)
  const chunks = readAhead(source, { from: 0, to: source.size, rangeBytes: 256 << 10, inFlight: 4 })
  for await (const { bytes } of lineBlocks(chunks)) {
    const text = Buffer.from(bytes).toString('utf8')
    yield* text.replace(/\r?\n$/, '').split(/\r?\n/)
  }
}

/**
 * Lines on their way into a job's input manifest, each held against the rules; what is wrong is told by the tally, and
 * so is how many went by. Of a failed object its failure goes, so that it is tried again.
 */
export async function* checkedLines(
  lines: AsyncIterable<string>,
  rules: LineRules,
  tally: LineTally,
): AsyncGenerator<string> {
  for await (const text of lines) {
    tally.lines += 1
    const blame = (message: string): void => {
      if (tally.faults.length < MOST_FAULTS) tally.faults.push({ at: `manifest line ${tally.lines}`, message })
    }
    const line = parsed(text)
    if (!line) {
      blame('must be one JSON object')
      continue
    }
    for (const message of wrongInLine(text, line, rules)) blame(message)
    const attribute = rules.labelAttributeName
    if (Object.hasOwn(line, attribute)) tally.alreadyLabeled += 1
    yield rules.continues ? withoutFailure(text, line, attribute) : text
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html */
function* wrongInLine(text: string, line: Record<string, unknown>, rules: LineRules): Generator<string> {
  const source = line['source-ref']
  if (typeof source !== 'string') yield 'must have a source-ref'
  else if (!source.startsWith(`s3://${rules.bucket}/`)) yield `source-ref must be an image in s3://${rules.bucket}/`
  if (text.length > MAX_LINE) yield `must have at most ${MAX_LINE} characters, not ${text.length}`
  for (const [key, value] of Object.entries(line)) {
    if (key.startsWith('$')) yield `must have no key that begins with $, such as ${JSON.stringify(key.slice(0, 80))}`
    const { length } = JSON.stringify(value)
    if (length > MAX_ATTRIBUTE) yield `${key.slice(0, 80)} must have at most ${MAX_ATTRIBUTE} characters, not ${length}`
  }
  if (rules.prior) yield* wrongInPrior(line, rules.prior)
}

function* wrongInPrior(
  line: Record<string, unknown>,
  { attribute, classNames }: NonNullable<LineRules['prior']>,
): Generator<string> {
  const labels = Object.hasOwn(line, attribute) ? line[attribute] : undefined
  const metadata = Object.hasOwn(line, `${attribute}-metadata`) ? line[`${attribute}-metadata`] : undefined
  const classMap = isRecord(metadata) ? metadata['class-map'] : undefined
  if (!isRecord(labels) || !Array.isArray(labels.annotations) || !isRecord(classMap)) {
    yield `must have boxes in ${attribute}, with their class-map in ${attribute}-metadata`
    return
  }
  const unknown = Object.values(classMap).filter((name) => classNames && !classNames.includes(String(name)))
  if (unknown.length > 0) yield `has boxes of ${unknown.join(', ')}, which workers could not choose`
}

/** Failed objects keep nothing but why: without that they are sent to workers again. */
function withoutFailure(text: string, line: Record<string, unknown>, attribute: string): string {
  const metadata = `${attribute}-metadata`
  if (Object.hasOwn(line, attribute) || !Object.hasOwn(line, metadata)) return text
  const { [metadata]: _, ...rest } = line
  return JSON.stringify(rest)
}

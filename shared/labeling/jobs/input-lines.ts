import { isUtf8 } from 'node:buffer'
import type { Issue } from '../../contracts/errors.ts'
import { MAX_ATTRIBUTE_CHARACTERS, MAX_LINE_CHARACTERS } from '../../manifests/input/manifest-line.ts'
import { parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'

/** Objects of one job. */
export const MAX_OBJECTS = 100_000
/** Behind so many faults, no more of a manifest is looked at. */
export const MAX_ISSUES = 20
const MOST_SHOWN = 80

/** What lines of an input manifest must be. */
export interface LineRules {
  /** `s3://bucket/data/`: where all images must lie. */
  readonly imagesIn: string
  readonly labelAttributeName: string
  /** Whether objects may be labeled already, as in what another job has left. */
  readonly continues: boolean
  /** The attribute that every line must have boxes in; where classes are named, only of these. */
  readonly prior?: { readonly attribute: string; readonly classNames: readonly string[] | undefined }
}

/** What was seen while lines went by. */
export interface LineTally {
  lines: number
  /** Lines that have the label attribute. */
  alreadyLabeled: number
  readonly faults: Issue[]
}

export const emptyTally = (): LineTally => ({ lines: 0, alreadyLabeled: 0, faults: [] })

/** The lines of a stored manifest, as text without their ends; what is no UTF-8 is no JSON either. Holds four ranges. */
export async function* storedLines(key: string, ports: Ports): AsyncGenerator<string> {
  const source = await openStored(key, ports)
  const chunks = readAhead(source, { from: 0, to: source.size, rangeBytes: 1 << 20, inFlight: 4 })
  for await (const { bytes } of lineBlocks(chunks)) {
    const lines = Buffer.from(bytes)
      .toString('utf8')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
    yield* isUtf8(bytes) ? lines : lines.map((line) => (line.includes('\uFFFD') ? `not UTF-8: ${line}` : line))
  }
}

/**
 * Lines on their way into a job's input manifest, each held against the rules; what is wrong is told by the tally, and
 * so is how many went by. Ends early where there are too many, or too much is wrong. Of a failed object its failure
 * goes, so that it is tried again.
 */
export async function* checkedLines(
  lines: AsyncIterable<string>,
  rules: LineRules,
  tally: LineTally,
): AsyncGenerator<string> {
  for await (const text of lines) {
    tally.lines += 1
    const { line, wrong } = checked(text, rules)
    for (const message of wrong) tally.faults.push({ at: `manifest line ${tally.lines}`, message })
    if (tally.lines > MAX_OBJECTS || tally.faults.length >= MAX_ISSUES) return
    if (line && Object.hasOwn(line, rules.labelAttributeName)) tally.alreadyLabeled += 1
    yield line && rules.continues && wrong.length === 0 ? withoutFailure(text, line, rules.labelAttributeName) : text
  }
}

type Line = Readonly<Record<string, unknown>>

function checked(text: string, rules: LineRules): { readonly line?: Line; readonly wrong: readonly string[] } {
  const line = parsed(text)
  if (!line) return { wrong: ['must be one JSON object, in UTF-8 and without a byte order mark'] }
  return { line, wrong: [...wrongInLine(text, line, rules)] }
}

function parsed(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Line => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html */
function* wrongInLine(text: string, line: Line, rules: LineRules): Generator<string> {
  const source = line['source-ref']
  if (typeof source !== 'string') yield 'must have a source-ref'
  else if (!isImageIn(rules.imagesIn, source))
    yield `source-ref must be a .jpg or .png in ${rules.imagesIn}, not ${shown(source)}`
  if (text.length > MAX_LINE_CHARACTERS) yield `must have at most ${MAX_LINE_CHARACTERS} characters, not ${text.length}`
  for (const [key, value] of Object.entries(line)) {
    if (key.startsWith('$')) yield `must have no key that begins with $, such as ${shown(key)}`
    const isTooLong = text.length > MAX_ATTRIBUTE_CHARACTERS && lengthOf(value) > MAX_ATTRIBUTE_CHARACTERS
    if (isTooLong) yield `${shown(key)} must have at most ${MAX_ATTRIBUTE_CHARACTERS} characters`
  }
  if (rules.prior) yield* wrongInPrior(text, rules.prior)
}

const isImageIn = (folder: string, uri: string): boolean =>
  uri.startsWith(folder) && /[^/]\.(jpe?g|png)$/i.test(uri) && !uri.split('/').includes('..')

const shown = (text: string): string =>
  JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

const lengthOf = (value: unknown): number => rewrittenLines(value)?.length ?? Number.POSITIVE_INFINITY

/** As JSON; undefined where it is nested deeper than can be written, though it could be read. */
export function rewrittenLines(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function* wrongInPrior(text: string, { attribute, classNames }: NonNullable<LineRules['prior']>): Generator<string> {
  const prior = parseOutputLine(text, attribute)
  if (prior.outcome !== 'labeled') {
    const why = prior.outcome === 'unreadable' ? prior.reason : `it is ${prior.outcome}`
    yield `must have boxes in ${attribute}: ${why}`
    return
  }
  const nameless = prior.boxes.find(({ className }) => className === undefined)
  if (nameless) yield `has a box in ${attribute} whose class ${nameless.classId} is not in its class-map`
  const unknown = prior.boxes
    .flatMap(({ className }) => className ?? [])
    .find((name) => !(classNames ?? [name]).includes(name))
  if (unknown !== undefined) yield `has a box in ${attribute} of ${shown(unknown)}, which workers could not choose`
}

/** Failed objects keep nothing but why: without that they are sent to workers again. */
function withoutFailure(text: string, line: Line, attribute: string): string {
  const metadata = `${attribute}-metadata`
  if (Object.hasOwn(line, attribute) || !Object.hasOwn(line, metadata)) return text
  const { [metadata]: _, ...rest } = line
  return rewrittenLines(rest) ?? text
}

import { isUtf8 } from 'node:buffer'
import { AppError, type Issue } from '../../contracts/errors.ts'
import { MAX_ATTRIBUTE_CHARACTERS, MAX_LINE_CHARACTERS } from '../../manifests/input/manifest-line.ts'
import { metadataKey } from '../../manifests/output/attributes.ts'
import { parseOutputLine } from '../../manifests/output/line.ts'
import type { Ports } from '../../platform/ports.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import type { JobOptions } from '../sagemaker/job-request.ts'

/** Objects of one job. */
export const MAX_OBJECTS = 100_000
/** Checking a manifest stops after so many issues. */
export const MAX_ISSUES = 20
const MAX_SHOWN_CHARACTERS = 80

/** The rules for the lines of an input manifest. */
export interface LineRules {
  /** The prefix of all image URIs: `s3://bucket/data/`. */
  readonly imagesIn: string
  readonly labelAttributeName: string
  /** Whether the lines are the results of another job, so that some may be labeled already. */
  readonly continues: boolean
  /** The attribute in which every line must have boxes and, where classes are given, the only classes these may have. */
  readonly prior?: { readonly attribute: string; readonly classNames: readonly string[] | undefined }
}

/** Counts of the lines of a manifest, and what is wrong with them. */
export interface LineTally {
  lines: number
  /** Lines that have the label attribute. */
  alreadyLabeled: number
  readonly issues: Issue[]
}

export const emptyTally = (): LineTally => ({ lines: 0, alreadyLabeled: 0, issues: [] })

/** Checks and counts lines. A file that cannot be read as lines is an issue too. */
export async function tallyLines(lines: AsyncIterable<string>, rules: LineRules): Promise<LineTally> {
  const tally = emptyTally()
  try {
    for await (const _ of checkedLines(lines, rules, tally));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-source') throw error
    tally.issues.push({ at: 'manifest', message: error.message })
  }
  return tally
}

/** Whether two readings of a manifest found the same lines, and nothing wrong with them. Pure. */
export const isSameTally = (tally: LineTally, before: LineTally): boolean =>
  tally.issues.length === 0 && tally.lines === before.lines && tally.alreadyLabeled === before.alreadyLabeled

/**
 * Passes lines on to the input manifest of a job, and adds each to the tally. Stops after too many lines or issues. The
 * failure of an object is removed, so that the service tries it again.
 */
export async function* checkedLines(
  lines: AsyncIterable<string>,
  rules: LineRules,
  tally: LineTally,
): AsyncGenerator<string> {
  for await (const text of lines) {
    tally.lines += 1
    const line = parseLine(text)
    const messages = line
      ? [...findLineIssues(text, line, rules)]
      : ['must be one JSON object, in UTF-8 without a byte order mark']
    for (const message of messages) tally.issues.push({ at: `manifest line ${tally.lines}`, message })
    if (tally.lines > MAX_OBJECTS || tally.issues.length >= MAX_ISSUES) return
    if (line && Object.hasOwn(line, rules.labelAttributeName)) tally.alreadyLabeled += 1
    const isRetried = line && rules.continues && messages.length === 0
    yield isRetried ? withoutFailure(text, line, rules.labelAttributeName) : text
  }
}

type Line = Readonly<Record<string, unknown>>

function parseLine(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Line => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html */
function* findLineIssues(text: string, line: Line, rules: LineRules): Generator<string> {
  const source = line['source-ref']
  if (typeof source !== 'string') yield 'must have a source-ref'
  else if (!isImageIn(rules.imagesIn, source))
    yield `must have a source-ref to a .jpg or .png in ${rules.imagesIn}, not ${quote(source)}`
  if (text.length > MAX_LINE_CHARACTERS) yield `must have at most ${MAX_LINE_CHARACTERS} characters, not ${text.length}`
  for (const [key, value] of Object.entries(line)) {
    if (key.startsWith('$')) yield `must not have a key that begins with $, such as ${quote(key)}`
    const isTooLong = text.length > MAX_ATTRIBUTE_CHARACTERS && countCharacters(value) > MAX_ATTRIBUTE_CHARACTERS
    if (isTooLong) yield `must have at most ${MAX_ATTRIBUTE_CHARACTERS} characters in ${quote(key)}`
  }
  if (rules.prior) yield* findPriorIssues(text, rules.prior)
}

const isImageIn = (folder: string, uri: string): boolean =>
  uri.startsWith(folder) && /[^/]\.(jpe?g|png)$/i.test(uri) && !uri.split('/').includes('..')

const quote = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text)

const countCharacters = (value: unknown): number => stringifyLine(value)?.length ?? Number.POSITIVE_INFINITY

/** Returns the value as JSON; undefined where it is nested too deep to be written, though it could be parsed. */
export function stringifyLine(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function* findPriorIssues(text: string, { attribute, classNames }: NonNullable<LineRules['prior']>): Generator<string> {
  const prior = parseOutputLine(text, attribute)
  if (prior.outcome !== 'labeled') {
    yield `must have boxes in ${attribute}: ${prior.outcome === 'unreadable' ? prior.reason : `it is ${prior.outcome}`}`
    return
  }
  const unnamed = prior.boxes.find(({ className }) => className === undefined)
  if (unnamed) yield `must have the class ${unnamed.classIndex} of ${attribute} in its class-map`
  const unknown = prior.boxes
    .flatMap(({ className }) => className ?? [])
    .find((name) => !(classNames ?? [name]).includes(name))
  if (unknown !== undefined)
    yield `must not have boxes of ${quote(unknown)} in ${attribute}: it is not a class of the batch`
}

/** Removes the metadata of a failed object, which has no label: with it, the service would not send it to workers. */
function withoutFailure(text: string, line: Line, attribute: string): string {
  const key = metadataKey(attribute)
  if (Object.hasOwn(line, attribute) || !Object.hasOwn(line, key)) return text
  const { [key]: _, ...rest } = line
  return stringifyLine(rest) ?? text
}

/** Reads the lines of a stored manifest, without line ends. A line that is not UTF-8 is made invalid JSON. Holds four ranges. */
export async function* storedLines(key: string, ports: Pick<Ports, 'config' | 'files'>): AsyncGenerator<string> {
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

/** Returns the rules that the lines of a job must follow. Pure. */
export const toLineRules = (
  { labelAttributeName, continueFrom, mode }: JobOptions,
  classNames: readonly string[],
  priorAttribute: string | undefined,
  imagesIn: string,
): LineRules => ({
  imagesIn,
  labelAttributeName,
  continues: continueFrom !== undefined,
  ...(priorAttribute !== undefined && {
    prior: { attribute: priorAttribute, classNames: mode === 'adjust' ? classNames : undefined },
  }),
})

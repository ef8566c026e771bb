import { AppError, type Issue } from '../../contracts/errors.ts'
import { MAX_JOB_OMISSIONS } from '../../contracts/omitted-image.ts'
import { omissionCollector } from '../../manifests/input/omissions.ts'
import { metadataKey } from '../../manifests/output/attributes.ts'
import { parseOutputLine } from '../../manifests/output/line.ts'
import type { JobOptions } from '../job-options.ts'
import { findLengthIssues, type LineLimits, quote, toLineLimits } from './line-limits.ts'
import { findSourceRef, type Line, type SourceItem, type SourceLine, stringifyLine } from './source-lines.ts'
import type { JobOmissions } from './state.ts'

/** Objects of one job. */
export const MAX_OBJECTS = 100_000
/** Checking a manifest stops after so many issues. */
export const MAX_ISSUES = 20

/** The rules for the lines of an input manifest. */
export interface LineRules {
  /** The prefix of all image URIs: `s3://bucket/data/`. */
  readonly imagesIn: string
  readonly labelAttributeName: string
  /** Whether the lines are the results of another job, so that some may be labeled already. */
  readonly continues: boolean
  /** How long lines and attributes may be; undefined where the engine has no limits. */
  readonly limits: LineLimits | undefined
  /** The attribute in which every line must have boxes and, where classes are given, the only classes these may have. */
  readonly prior?: { readonly attribute: string; readonly classNames: readonly string[] | undefined }
}

/** The list of omitted images is part of the job's record. */
const MAX_OMITTED = { maxImages: MAX_JOB_OMISSIONS, maxBytes: 200_000 }

/** Counts of the lines for a job, of the images without one, and what is wrong with the lines. */
export interface LineTally {
  lines: number
  /** Lines of the source, with those of images that are left out. */
  sourceLines: number
  /** Lines for no image of the batch, and further lines for one. */
  extraLines: number
  /** Lines that have the label attribute. */
  alreadyLabeled: number
  /** Labeled lines of images that are left out. */
  omittedLabels: number
  readonly omissions: ReturnType<typeof omissionCollector>
  readonly issues: Issue[]
}

export const emptyTally = (): LineTally => ({
  lines: 0,
  sourceLines: 0,
  extraLines: 0,
  alreadyLabeled: 0,
  omittedLabels: 0,
  omissions: omissionCollector(MAX_OMITTED),
  issues: [],
})

/** Returns what a job leaves out. Pure. */
export const toOmissions = ({ omissions, extraLines }: LineTally): JobOmissions => ({
  ...omissions.report(),
  extraLines,
})

/** Checks and counts lines. A file that cannot be read as lines is an issue too. */
export async function tallyLines(items: AsyncIterable<SourceItem>, rules: LineRules): Promise<LineTally> {
  const tally = emptyTally()
  try {
    for await (const _ of checkedLines(items, rules, tally));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-source') throw error
    tally.issues.push({ at: 'manifest', message: error.message })
  }
  return tally
}

/** Whether two readings of a manifest found the same lines, and nothing wrong with them. Pure. */
export const isSameTally = (tally: LineTally, before: LineTally): boolean =>
  tally.issues.length === 0 &&
  tally.lines === before.lines &&
  tally.alreadyLabeled === before.alreadyLabeled &&
  tally.omissions.report().omittedCount === before.omissions.report().omittedCount

/**
 * Passes lines on to the input manifest of a job, and adds each to the tally, as well as the images that are left out.
 * Stops after too many lines or issues. The failure of an object is removed, so that the service tries it again.
 */
export async function* checkedLines(
  items: AsyncIterable<SourceItem>,
  rules: LineRules,
  tally: LineTally,
): AsyncGenerator<string> {
  for await (const item of items) {
    if ('omitted' in item) {
      tally.omissions.add(item.omitted)
      tally.sourceLines += item.lines
      tally.omittedLabels += item.labeledLines ?? 0
      continue
    }
    const { text, number, line } = item
    tally.lines += 1
    tally.sourceLines += 1
    if (item.isExtra) tally.extraLines += 1
    const messages = line
      ? [...findLineIssues(item, line, rules)]
      : ['must be one JSON object, in UTF-8 without a byte order mark']
    for (const message of messages) tally.issues.push({ at: `manifest line ${number}`, message })
    if (tally.lines > MAX_OBJECTS || tally.issues.length >= MAX_ISSUES) return
    if (line && Object.hasOwn(line, rules.labelAttributeName)) tally.alreadyLabeled += 1
    const isRetried = line && rules.continues && messages.length === 0
    yield isRetried ? withoutFailure(text, line, rules.labelAttributeName) : text
  }
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html */
function* findLineIssues({ text }: SourceLine, line: Line, rules: LineRules): Generator<string> {
  const source = findSourceRef({ line })
  if (source === undefined) yield 'must have a source-ref'
  else if (!isImageIn(rules.imagesIn, source))
    yield `must have a source-ref to a .jpg or .png in ${rules.imagesIn}, not ${quote(source)}`
  for (const key of Object.keys(line))
    if (key.startsWith('$')) yield `must not have a key that begins with $, such as ${quote(key)}`
  if (rules.limits) for (const { message } of findLengthIssues({ text, line }, rules.limits)) yield message
  if (rules.prior) yield* findPriorIssues(text, rules.prior)
}

const isImageIn = (folder: string, uri: string): boolean =>
  uri.startsWith(folder) && /[^/]\.(jpe?g|png)$/i.test(uri) && !uri.split('/').includes('..')

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

/** Returns the rules that the lines of a job must follow. Pure. */
export const toLineRules = (
  { engine, labelAttributeName, continueFrom, mode }: JobOptions,
  classNames: readonly string[],
  priorAttribute: string | undefined,
  imagesIn: string,
): LineRules => ({
  imagesIn,
  labelAttributeName,
  continues: continueFrom !== undefined,
  limits: toLineLimits(engine),
  ...(priorAttribute !== undefined && {
    prior: { attribute: priorAttribute, classNames: mode === 'adjust' ? classNames : undefined },
  }),
})

import type { Engine } from '../../contracts/labeler.ts'
import { MAX_ATTRIBUTE_CHARACTERS, MAX_LINE_CHARACTERS } from '../../manifests/input/manifest-line.ts'
import type { Omission } from '../../manifests/input/omissions.ts'
import { isLine, parseLine, type SourceLine, stringifyLine } from './source-lines.ts'

const MAX_SHOWN_CHARACTERS = 80

/** How long lines of an input manifest, and the values in them, may be: in characters. */
export interface LineLimits {
  readonly lineCharacters: number
  readonly attributeCharacters: number
}

const SERVICE_LIMITS: LineLimits = {
  lineCharacters: MAX_LINE_CHARACTERS,
  attributeCharacters: MAX_ATTRIBUTE_CHARACTERS,
}

/** Returns the limits of an engine; undefined for Groundwork's own, which has none. Pure. */
export const toLineLimits = (engine: Engine): LineLimits | undefined =>
  engine === 'groundwork' ? undefined : SERVICE_LIMITS

/** What is too long about a line. */
interface LengthIssue {
  readonly outcome: 'line-too-long' | 'attribute-too-long'
  readonly message: string
}

/** Finds what is too long about a line. Pure. @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html */
export function* findLengthIssues(
  { text, line = {} }: Pick<SourceLine, 'text' | 'line'>,
  { lineCharacters, attributeCharacters }: LineLimits,
): Generator<LengthIssue> {
  if (text.length > lineCharacters)
    yield { outcome: 'line-too-long', message: `must have at most ${lineCharacters} characters, not ${text.length}` }
  if (text.length <= attributeCharacters) return
  for (const [key, value] of Object.entries(line))
    if (countCharacters(value) > attributeCharacters)
      yield {
        outcome: 'attribute-too-long',
        message: `must have at most ${attributeCharacters} characters in ${quote(key)}`,
      }
}

/**
 * Leaves out of lines that are too long for the engine how their labels came about, which only Groundwork's own engine
 * writes, and nobody needs to continue a job.
 */
export async function* fitLines(texts: AsyncIterable<string>, limits: LineLimits | undefined): AsyncGenerator<string> {
  for await (const text of texts)
    yield limits && text.length > limits.attributeCharacters && text.includes('"consolidation"')
      ? withoutOrigins(text)
      : text
}

function withoutOrigins(text: string): string {
  const line = parseLine(text)
  if (!line) return text
  const shorter = Object.entries(line).map(([key, value]) => {
    if (!key.endsWith('-metadata') || !isLine(value)) return [key, value]
    const { consolidation: _, ...metadata } = value
    return [key, metadata]
  })
  return stringifyLine(Object.fromEntries(shorter)) ?? text
}

/** Returns why the engine cannot take the line of an earlier job; undefined where it can. Pure. */
export function findLengthOmission(line: SourceLine, limits: LineLimits | undefined): Omission | undefined {
  const [issue] = limits ? findLengthIssues(line, limits) : []
  return issue && { outcome: issue.outcome, reason: `for SageMaker, its line ${issue.message}` }
}

const countCharacters = (value: unknown): number => stringifyLine(value)?.length ?? Number.POSITIVE_INFINITY

/** Quotes text for a message, shortened. Pure. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text)

import * as z from 'zod'
import type { Issue } from '../../contracts/errors.ts'
import { withoutPeriod } from '../../contracts/sentence.ts'

/** Bounds the response: a request with more issues gets the first ones only. */
const MAX_ISSUES = 100
const MAX_SHOWN_CHARACTERS = 80

/** Names for zod's types in messages. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}

/**
 * Words the issues of schemas that have no message of their own: what the value must be, and what it was
 * (`must be at most 10, not 11`). Passed to every parse of a request.
 */
export const zodErrorMap: z.core.$ZodErrorMap = (issue) => {
  const notValue = issue.input === undefined ? '' : `, not ${formatValue(issue.input)}`
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `is required and ${mustBe(issue)}` : `${mustBe(issue)}${notValue}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(formatValue).join(', ')}${notValue}`
    case 'too_small':
      return `must ${formatBound(issue.origin, 'at least', issue.minimum)}${notSize(issue)}`
    case 'too_big':
      // For an unsafe integer zod first reports Number.MAX_SAFE_INTEGER; the schema's own bounds are more useful.
      if (issue.inst instanceof z.ZodNumber) return `${mustBe(issue)}${notValue}`
      return `must ${formatBound(issue.origin, 'at most', issue.maximum)}${notSize(issue)}`
    default:
      return undefined
  }
}

/** A number's schema knows its bounds, so they are part of the first message. */
function mustBe({ expected, inst }: z.core.$ZodRawIssue): string {
  if (!(inst instanceof z.ZodNumber)) return `must be ${TYPE_NAMES[String(expected)] ?? String(expected)}`
  const { minValue, maxValue, isInt } = inst
  const isBounded = minValue !== null && maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER
  return `must be a ${isInt ? 'whole ' : ''}number${isBounded ? ` from ${minValue} to ${maxValue}` : ''}`
}

function formatBound(origin: string, limit: string, size: number | bigint): string {
  if (origin === 'string') return `have ${limit} ${size} character${size === 1 ? '' : 's'}`
  if (origin === 'array') return `have ${limit} ${size} item${size === 1 ? '' : 's'}`
  return `be ${limit} ${size}`
}

const notSize = ({ input }: { readonly input?: unknown }): string =>
  `, not ${typeof input === 'string' || Array.isArray(input) ? input.length : formatValue(input)}`

/** Shortens long values, and never shows what is inside an array or object. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
}

/**
 * Turns zod's issues into those of a problem document, at most one for each place: the first that zod reported.
 * @param part `path`, `query` or `body`
 */
export function toIssues(part: string, zodIssues: readonly z.core.$ZodIssue[]): Issue[] {
  const byPlace = new Map<string, Issue>()
  for (const issue of zodIssues.flatMap((zodIssue) => expandIssue(part, zodIssue)))
    if (!byPlace.has(issue.at)) byPlace.set(issue.at, issue)
  return [...byPlace.values()]
}

function expandIssue(part: string, issue: z.core.$ZodIssue): Issue[] {
  const at = issue.path.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key).slice(0, MAX_SHOWN_CHARACTERS)}`,
    part,
  )
  if (issue.code !== 'unrecognized_keys') return [{ at, message: withValue(issue) }]
  const message = `is not a known ${part === 'query' ? 'query parameter' : 'field'}; remove it or correct its spelling`
  return issue.keys.map((key) => ({ at: `${at}.${key.slice(0, MAX_SHOWN_CHARACTERS)}`, message }))
}

/** A schema's own message is fixed text, so the value is added here. */
function withValue({ code, message, input }: z.core.$ZodIssue): string {
  if (typeof input !== 'string') return message
  if (code === 'invalid_format') return `${message}, not ${formatValue(input)}`
  return code === 'custom' ? `${formatValue(input)} ${message}` : message
}

/** Summarizes a request's issues for a problem document: a single one is its `detail`, several are counted there. */
export function toProblemErrors(issues: readonly Issue[]): {
  readonly detail: string
  readonly errors: readonly Issue[]
} {
  // Some messages are those of an error, which is a whole sentence.
  const errors = issues.slice(0, MAX_ISSUES).map((issue) => ({ ...issue, message: withoutPeriod(issue.message) }))
  const [first] = errors
  if (issues.length === 1 && first) return { detail: `${first.at}: ${first.message}.`, errors }
  const where = issues.length > MAX_ISSUES ? `errors has the first ${MAX_ISSUES}` : 'see errors'
  return { detail: `The request has ${issues.length} issues; ${where}.`, errors }
}

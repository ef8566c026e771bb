import * as z from 'zod'
import type { Issue } from '../../contracts/errors.ts'

/** More are not told, so that no request is answered with more than it sent. */
const MAX_ISSUES = 100
const MAX_SHOWN_CHARACTERS = 80

/** What must be, by the name that zod has for it. */
const NOUNS: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

/**
 * What zod says where a schema says nothing itself: what would be right, and which value is not. Given to every parse
 * of a request.
 */
export const zodErrorMap: z.core.$ZodErrorMap = (issue) => {
  const instead = issue.input === undefined ? '' : `, not ${shown(issue.input)}`
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? `is missing; it ${mustBe(issue)}` : `${mustBe(issue)}${instead}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(shown).join(', ')}${instead}`
    case 'too_small':
      return `must ${bound(issue.origin, 'at least', issue.minimum)}${sizeInstead(issue)}`
    case 'too_big':
      // What is no safe integer is first told the bound of those.
      if (issue.inst instanceof z.ZodNumber) return `${mustBe(issue)}${instead}`
      return `must ${bound(issue.origin, 'at most', issue.maximum)}${sizeInstead(issue)}`
    default:
      return undefined
  }
}

/** A number's schema knows its bounds, so that the first message names them too. */
function mustBe({ expected, inst }: z.core.$ZodRawIssue): string {
  if (!(inst instanceof z.ZodNumber)) return `must be ${NOUNS[String(expected)] ?? String(expected)}`
  const { minValue, maxValue, isInt } = inst
  const isBounded = minValue !== null && maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER
  return `must be a ${isInt ? 'whole ' : ''}number${isBounded ? ` from ${minValue} to ${maxValue}` : ''}`
}

function bound(origin: string, limit: string, size: number | bigint): string {
  if (origin === 'string') return `have ${limit} ${size} character${size === 1 ? '' : 's'}`
  if (origin === 'array') return `have ${limit} ${size} item${size === 1 ? '' : 's'}`
  return `be ${limit} ${size}`
}

function sizeInstead({ input }: { readonly input?: unknown }): string {
  return typeof input === 'string' || Array.isArray(input) ? `, not ${input.length}` : `, not ${shown(input)}`
}

/** A value as a message shows it: short, and never what is inside of it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
}

/** What is wrong with one part of a request, one fault for each place. @param part `path`, `query` or `body` */
export function toIssues(part: string, issues: readonly z.core.$ZodIssue[]): Issue[] {
  const faults = issues.flatMap((issue) => faultsOfIssue(part, issue)).toReversed()
  // What was found first at a place stands, and keeps its turn.
  return [...new Map(faults.map((fault) => [fault.at, fault])).values()].toReversed()
}

function faultsOfIssue(part: string, issue: z.core.$ZodIssue): Issue[] {
  const at = issue.path.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key).slice(0, MAX_SHOWN_CHARACTERS)}`,
    part,
  )
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ at: `${at}.${key.slice(0, MAX_SHOWN_CHARACTERS)}`, message: unknown(part) }))
  return [{ at, message: withValue(issue) }]
}

/** A schema's own message does not know the value; it is put where the sentence takes it. */
function withValue({ code, message, input }: z.core.$ZodIssue): string {
  if (typeof input !== 'string') return message
  if (code === 'invalid_format') return `${message}, not ${shown(input)}`
  return code === 'custom' ? `${shown(input)} ${message}` : message
}

const unknown = (part: string): string =>
  part === 'query'
    ? 'unknown query parameter; leave it out or correct its spelling'
    : 'unknown field; leave it out or correct its spelling'

/** A request's faults as they are told: one in the detail, several in `errors`, of very many the first hundred. */
export function toProblemErrors(faults: readonly Issue[]): {
  readonly detail: string
  readonly errors: readonly Issue[]
} {
  const errors = faults.slice(0, MAX_ISSUES)
  const [first] = errors
  if (faults.length === 1 && first) return { detail: `${first.at}: ${first.message}.`, errors }
  const where = faults.length > MAX_ISSUES ? `errors has the first ${MAX_ISSUES}` : 'see errors'
  return { detail: `${faults.length} faults in the request; ${where}.`, errors }
}

import type * as z from 'zod'
import { ServiceError } from './errors.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * The members of a request, held against the model of the API. Everything that breaks it is told at once, in the words
 * that AWS services use. Members that the model does not know are left out, as services with this protocol do: a
 * client may be newer than they are.
 * @throws ServiceError `SerializationException` for a member of another type, `ValidationException` for the rest
 */
export function parseMembers<Members>(schema: z.ZodType<Members>, body: unknown): Members {
  const given = withoutNulls(body)
  const parsed = schema.safeParse(given, { reportInput: true })
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const misread = issues.find((issue) => issue.code === 'invalid_type' && issue.input !== undefined)
  if (misread)
    throw new ServiceError('SerializationException', `${memberName(misread.path)} is not of the type that it must be`)
  const faults = faultsOf(issues, given)
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`
  throw new ServiceError('ValidationException', `${count} detected: ${faults.join('; ')}`)
}

/** In JSON of this protocol a member that is null was not given. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const given = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)]))
}

/** A sentence for each fault; those of a list's plain items are one, about the list. */
function faultsOf(issues: readonly Issue[], body: unknown): string[] {
  const lists = new Map<string, { path: Path; constraints: Set<string> }>()
  const faults: string[] = []
  for (const issue of issues) {
    if (typeof issue.path.at(-1) !== 'number') {
      faults.push(faultOf(issue.path, issue.input, constraintOf(issue)))
      continue
    }
    const path = issue.path.slice(0, -1)
    const list = lists.get(memberName(path)) ?? { path, constraints: new Set() }
    lists.set(memberName(path), list)
    list.constraints.add(constraintOf(issue))
  }
  for (const { path, constraints } of lists.values())
    faults.push(faultOf(path, valueAt(body, path), `Member must satisfy constraint: [${[...constraints].join(', ')}]`))
  return faults
}

const faultOf = (path: Path, value: unknown, constraint: string) =>
  `Value ${textOf(value)} at '${memberName(path)}' failed to satisfy constraint: ${constraint}`

function constraintOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return 'Member must not be null'
  if (issue.code === 'invalid_value') return `Member must satisfy enum value set: [${issue.values.join(', ')}]`
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return issue.message
  const what = issue.origin === 'string' || issue.origin === 'array' ? 'length' : 'value'
  return issue.code === 'too_small'
    ? `Member must have ${what} greater than or equal to ${issue.minimum}`
    : `Member must have ${what} less than or equal to ${issue.maximum}`
}

/** `humanTaskConfig.taskTitle`, `tags.1.member.key`: lists count from one. */
const memberName = (path: Path): string =>
  path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part)))).join('.')

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

function textOf(value: unknown): string {
  if (value === undefined) return 'null'
  if (Array.isArray(value)) return `'[${value.join(', ')}]'`
  return typeof value === 'object' ? `'${JSON.stringify(value)}'` : `'${String(value)}'`
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === String(part))?.[1]
  }
  return value
}

import type * as z from 'zod'
import { ServiceError } from './errors.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * Validates the members of a request against the API model. Reports all violations at once, in the wording of AWS
 * services. Drops unknown members, as services with this protocol do, because a client may be newer than the service.
 * @throws ServiceError `SerializationException` for a member of the wrong type, `ValidationException` for the rest
 */
export function parseMembers<Members>(schema: z.ZodType<Members>, body: unknown): Members {
  const members = removeNulls(body)
  const parsed = schema.safeParse(members, { reportInput: true })
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const mistyped = issues.find((issue) => issue.code === 'invalid_type' && issue.input !== undefined)
  if (mistyped) throw new ServiceError('SerializationException', `${formatPath(mistyped.path)} has the wrong type`)
  const messages = toMessages(issues, members)
  const count = messages.length === 1 ? '1 validation error' : `${messages.length} validation errors`
  throw new ServiceError('ValidationException', `${count} detected: ${messages.join('; ')}`)
}

/** Removes null members. In this protocol null means absent. */
function removeNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(removeNulls)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, removeNulls(member)]))
}

/** Returns a message per issue. The issues of a list's plain items become one message about the list. */
function toMessages(issues: readonly Issue[], body: unknown): string[] {
  const lists = new Map<string, { path: Path; constraints: Set<string> }>()
  const messages: string[] = []
  for (const issue of issues) {
    if (typeof issue.path.at(-1) !== 'number') {
      messages.push(formatIssue(issue.path, issue.input, toConstraint(issue)))
      continue
    }
    const path = issue.path.slice(0, -1)
    const list = lists.get(formatPath(path)) ?? { path, constraints: new Set() }
    lists.set(formatPath(path), list)
    list.constraints.add(toConstraint(issue))
  }
  for (const { path, constraints } of lists.values())
    messages.push(
      formatIssue(path, readPath(body, path), `Member must satisfy constraint: [${[...constraints].join(', ')}]`),
    )
  return messages
}

const formatIssue = (path: Path, value: unknown, constraint: string) =>
  `Value ${formatValue(value)} at '${formatPath(path)}' failed to satisfy constraint: ${constraint}`

function toConstraint(issue: Issue): string {
  if (issue.code === 'invalid_type') return 'Member must not be null'
  if (issue.code === 'invalid_value') return `Member must satisfy enum value set: [${issue.values.join(', ')}]`
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return issue.message
  const what = issue.origin === 'string' || issue.origin === 'array' ? 'length' : 'value'
  return issue.code === 'too_small'
    ? `Member must have ${what} greater than or equal to ${issue.minimum}`
    : `Member must have ${what} less than or equal to ${issue.maximum}`
}

/** Formats a path as `humanTaskConfig.taskTitle` or `tags.1.member.key`; list indexes start at one. */
const formatPath = (path: Path): string =>
  path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : lowerFirst(String(part)))).join('.')

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

function formatValue(value: unknown): string {
  if (value === undefined) return 'null'
  if (Array.isArray(value)) return `'[${value.join(', ')}]'`
  return typeof value === 'object' ? `'${JSON.stringify(value)}'` : `'${String(value)}'`
}

function readPath(body: unknown, path: Path): unknown {
  let value = body
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === String(part))?.[1]
  }
  return value
}

import type { ApiIssue } from '../../kit/api.ts'

/** What the API said when it refused a request. */
export interface Problem {
  readonly message: string
  readonly status: number
  readonly code: string
  readonly issues: readonly ApiIssue[]
}

/** The messages of a problem, each beside the field that it is about. */
export interface FieldMessages<Field extends string> {
  readonly byField: Readonly<Partial<Record<Field, readonly string[]>>>
  /** What is about none of the fields. */
  readonly others: readonly string[]
}

/** Returns no messages, for a form without problems. */
export const NO_MESSAGES: FieldMessages<never> = { byField: {}, others: [] }

/**
 * Finds the field of a form that each issue is about. The most specific place wins: `body.gold.share` is about the
 * field with this place, or else about the one with `body.gold`. Pure.
 * @param places for each field, where its value is in the request: `body.classNames`, `path.batch`
 */
export function toFieldMessages<Field extends string>(
  problem: Problem,
  places: Readonly<Record<Field, string>>,
): FieldMessages<Field> {
  if (problem.code === 'conflict') return toNameMessages(problem, places)
  const byField: Partial<Record<Field, string[]>> = {}
  const others: string[] = []
  for (const { at, message } of problem.issues) {
    const field = findField(at, places)
    if (field === undefined) others.push(`${at}: ${message}`)
    else byField[field] = [...(byField[field] ?? []), message]
  }
  // The detail repeats what the issues say, or is all there is.
  if (problem.issues.length === 0) others.push(problem.message)
  return { byField, others }
}

/** Another resource has the name. Its issues say what differs from that one, and nothing about this form. */
function toNameMessages<Field extends string>(
  { message }: Problem,
  places: Readonly<Record<Field, string>>,
): FieldMessages<Field> {
  const [name] = (Object.entries(places) as [Field, string][]).find(([, place]) => place.startsWith('path.')) ?? []
  const byField: Partial<Record<Field, readonly string[]>> = {}
  if (name === undefined) return { byField, others: [message] }
  byField[name] = [message]
  return { byField, others: [] }
}

function findField<Field extends string>(at: string, places: Readonly<Record<Field, string>>): Field | undefined {
  const fields = Object.entries(places) as [Field, string][]
  const matching = fields.filter(
    ([, place]) => at === place || at.startsWith(`${place}.`) || at.startsWith(`${place}[`),
  )
  return matching.sort(([, one], [, other]) => other.length - one.length)[0]?.[0]
}

/** Says in a sentence what a person can do about a problem that is not about a field. Pure. */
export function explainProblem({ status, code, message }: Problem): string {
  if (code === 'unreachable')
    return 'The server cannot be reached. Check the connection; this page tries again by itself.'
  if (status === 403) return `${message} Paste a token with the scope write to do this.`
  if (status >= 500) return `${message} This is not about your request: try again later.`
  return message
}

import type * as z from 'zod'
import { toIssues, zodErrorMap } from '../../platform/http/request-issues.ts'

const MAX_SHOWN_CHARACTERS = 120

/** A line cannot be read; the message says why. It is caught by the parser of the line. */
export class UnreadableLineError extends Error {}

/**
 * Parses a part of a line with its schema. Pure.
 * @param at place in the line, for the error message: `boxes-metadata`
 * @throws UnreadableLineError with the first issue
 */
export function readAs<Output>(schema: z.ZodType<Output>, value: unknown, at: string): Output {
  const result = schema.safeParse(value, { error: zodErrorMap, reportInput: true })
  if (result.success) return result.data
  const [issue] = toIssues(truncate(at), result.error.issues.slice(0, 1))
  throw new UnreadableLineError(issue ? `${issue.at} ${issue.message}` : `${truncate(at)} is invalid`)
}

/** Shortens a text of the file for a message. Pure. */
export const truncate = (text: string): string =>
  text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text

import type * as z from 'zod'
import { toIssues, zodErrorMap } from '../../platform/http/request-issues.ts'

const MOST_SHOWN = 120

/** Why a line cannot be read, in plain words. Never leaves the reading of a line. */
export class UnreadableLineError extends Error {}

/**
 * A part of a line, as its schema has it.
 * @param at where in the line, as the reason names it: `boxes-metadata`
 * @throws UnreadableLine with the first thing that is wrong
 */
export function readAs<Output>(schema: z.ZodType<Output>, value: unknown, at: string): Output {
  const result = schema.safeParse(value, { error: zodErrorMap, reportInput: true })
  if (result.success) return result.data
  const [fault] = toIssues(truncate(at), result.error.issues.slice(0, 1))
  throw new UnreadableLineError(fault ? `${fault.at} ${fault.message}` : `${truncate(at)} is not what it should be`)
}

/** What the file wrote, short enough for a message. */
export const truncate = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

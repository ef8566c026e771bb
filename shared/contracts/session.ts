import * as z from 'zod'
import { instant } from './instant.ts'
import { WORKER_ROLES, WorkerName } from './worker.ts'

/** A string whose value no error message shows, as messages are logged. @param rule what is right: `must be …` */
const secretText = (pattern: RegExp, rule: string) =>
  z
    .string()
    .check(({ value, issues }) => {
      if (!pattern.test(value)) issues.push({ code: 'custom', message: rule, input: undefined })
    })
    .meta({ pattern: pattern.source })

/** The body of `POST /v1/me/sessions`. */
export const SessionRequest = z
  .strictObject({
    secret: secretText(
      /^(\S{0,2000}#)?(w\.)?[A-Za-z0-9_-]{43}$/,
      'must be the whole link, or its part behind #',
    ).describe('The part of the link behind `#`, or the whole link'),
    seat: secretText(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 letters, digits, hyphens and underscores')
      .optional()
      .describe('Random text that a browser keeps. Required for a shared link, where each becomes a worker of its own'),
  })
  .meta({ id: 'SessionRequest', description: 'The secret of a link.' })
export type SessionRequest = z.infer<typeof SessionRequest>

/** The reply of `POST /v1/me/sessions`. */
export const SessionView = z
  .object({
    session: z.string().describe('To be sent as `authorization: Bearer …` to the endpoints with the scope `label`'),
    worker: WorkerName,
    seat: z.int().min(1).describe('The number of the seat; 1 for a link that is not shared'),
    role: z.enum(WORKER_ROLES),
    expiresAt: instant('When the session ends'),
  })
  .meta({ id: 'Session', description: 'A session of a worker.' })
export type SessionView = z.infer<typeof SessionView>

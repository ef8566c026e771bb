import * as z from 'zod'
import { ALL_ERROR_CODES } from './error-codes.ts'

const Issue = z
  .object({
    at: z.string().meta({ description: 'Location: `body.classNames[1]`, `query.limit`, `line 7, byte 412`' }),
    message: z.string().meta({ description: 'What is wrong and what is expected' }),
    suggestions: z.array(z.string()).optional().meta({ description: 'Similar valid values' }),
  })
  .meta({ id: 'Issue', description: 'A problem with one part of a request.' })

/** The body of every error response. */
export const Problem = z
  .object({
    type: z
      .string()
      .meta({ format: 'uri', description: 'Stable identifier of the code: `urn:groundwork:errors#not-found`' }),
    title: z.string().meta({ description: 'The code in words' }),
    status: z.int().min(400).max(599).meta({ description: 'HTTP status' }),
    detail: z
      .string()
      .meta({ description: 'Human-readable explanation: what is wrong, the value, and what is expected' }),
    instance: z
      .string()
      .meta({ format: 'uri', description: 'The request id, as `urn:request:…`; the same as in the logs' }),
    code: z.enum(ALL_ERROR_CODES).meta({ description: 'Machine-readable error code' }),
    errors: z.array(Issue).meta({ description: 'All issues of the request; empty if `detail` covers it' }),
  })
  .meta({ id: 'Problem', description: 'Problem details of an error, according to RFC 9457.' })

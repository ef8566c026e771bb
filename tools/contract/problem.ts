import * as z from 'zod'
import { ALL_CODES } from './codes.ts'

const Fault = z
  .object({
    at: z.string().meta({ description: 'Where: `body.classNames[1]`, `query.limit`, `line 7, byte 412`' }),
    message: z.string().meta({ description: 'What is wrong there, and what would be right' }),
    suggestions: z.array(z.string()).optional().meta({ description: 'What may have been meant' }),
  })
  .meta({ id: 'Fault', description: 'One thing that is wrong with a request.' })

/** The body of every answer from 400 on. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Names the code, and never changes: `urn:groundwork:errors#not-found`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong, which value, and what would be right; for people' }),
    instance: z.string().meta({ description: 'The request id, as `urn:request:…`; it finds the request in the log' }),
    code: z.enum(ALL_CODES).meta({ description: 'What went wrong, of a closed list; for programs' }),
    errors: z
      .array(Fault)
      .meta({ description: 'Everything that is wrong at once; empty where the detail says it all' }),
  })
  .meta({ id: 'Problem', description: 'Why a call was refused or failed, after RFC 9457.' })

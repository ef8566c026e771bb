import * as z from 'zod'
import { AppError } from '../../../contracts/errors.ts'
import { PURPOSES } from '../../../contracts/labeling-answer.ts'
import type { Ports } from '../../../platform/ports.ts'
import { signText, verifyText } from '../../../platform/tokens/signed-text.ts'
import { labelingKey } from '../../workers/labeling-key.ts'
import type { TaskLease } from '../shard.ts'
import type { Work } from '../work.ts'

/** What a ticket says. It lets an answer be stored without reading anything. */
const Ticket = z.object({
  /** Id of the work. */
  work: z.string(),
  line: z.int(),
  /** The worker's pseudonym. */
  worker: z.string(),
  lease: z.string(),
  /** What the task is; absent where an opinion is asked for. */
  purpose: z.enum(PURPOSES).optional(),
  /** Whether the task is to practice: the answer never counts. */
  practice: z.literal(true).optional(),
  /** When the lease began and ends, in milliseconds since 1970. */
  since: z.number(),
  until: z.number(),
  /** Size of the image in pixels. */
  width: z.int(),
  height: z.int(),
})
export type Ticket = z.infer<typeof Ticket>

/** What the text is signed for. */
const SIGNED_FOR = 'ticket'

/** What tickets say of the lease that they belong to. Practice images have none: whoever has them keeps nobody waiting. */
type TicketLease = Pick<TaskLease, 'id' | 'worker' | 'purpose' | 'since' | 'until'> & Pick<Ticket, 'practice'>

/** Returns a function that signs the tickets of a lease. */
export async function ticketSigner(
  work: Pick<Work, 'workId'>,
  { id, worker, purpose, practice, since, until }: TicketLease,
  ports: Pick<Ports, 'objects'>,
): Promise<(task: { readonly line: number; readonly width: number; readonly height: number }) => string> {
  const key = await labelingKey.find(ports)
  // The session of the worker was verified with it.
  if (!key) throw new Error('the key that signs tickets is gone')
  const times = { since: Date.parse(since), until: Date.parse(until) }
  const common = {
    work: work.workId,
    worker,
    lease: id,
    ...(purpose && { purpose }),
    ...(practice && { practice }),
    ...times,
  }
  return ({ line, width, height }) => signText({ ...common, line, width, height } satisfies Ticket, SIGNED_FOR, key)
}

/**
 * Verifies a ticket.
 * @throws AppError `forbidden` when it was not issued here, or for another job, worker or line
 */
export async function verifyTicket(
  text: string,
  expected: Pick<Ticket, 'work' | 'worker' | 'line'>,
  ports: Pick<Ports, 'objects'>,
): Promise<Ticket> {
  const key = await labelingKey.find(ports)
  const ticket = key && verifyText(text, SIGNED_FOR, key, Ticket)
  if (!ticket) throw refuse('was not issued by this API, or was changed')
  if (ticket.work !== expected.work) throw refuse('is for another labeling job')
  if (ticket.worker !== expected.worker) throw refuse('was issued to another worker')
  if (ticket.line !== expected.line) throw refuse(`is for line ${ticket.line}, not ${expected.line}`)
  return ticket
}

function refuse(why: string): AppError {
  const issue = { at: 'body.ticket', message: `${why}; send the ticket of the task` }
  return new AppError('forbidden', `${issue.at}: ${issue.message}.`, [issue])
}

import type { Ports } from '../ports.ts'
import { type NamedRound, type StartRoundMessage, toFields } from './messages.ts'

/** How often a round is looked at: the longest delay of an SQS message. */
const CHECK_SECONDS = 900
/** An hour: longer than SQS takes to move a message that keeps failing to the dead-letter queue. */
export const CHECKS_UNTIL_RESENT = 4
/** A day: a backlog of other work may be that long. */
export const MAX_CHECKS_WITHOUT_PROGRESS = 96

type Check = NonNullable<StartRoundMessage['check']>

/** What to do with a round that is open when its message comes. */
export type CheckStep =
  | { readonly action: 'send' | 'wait'; readonly next: Check }
  /** Nothing was done for a day. */
  | { readonly action: 'dead-letter' }

/**
 * Decides what a message about an open round leads to. Pure.
 * @param check what the message says of the previous look; absent when somebody starts or resumes the round
 * @param done receipts that are there now
 */
export function checkRound(check: Check | undefined, done: number): CheckStep {
  if (!check) return { action: 'send', next: { number: 1, done } }
  if (done > check.done) return { action: 'wait', next: { number: 1, done } }
  if (check.number >= MAX_CHECKS_WITHOUT_PROGRESS) return { action: 'dead-letter' }
  const isStuck = check.number % CHECKS_UNTIL_RESENT === 0
  return { action: isStuck ? 'send' : 'wait', next: nextCheck({ ...check, done }) }
}

/** Returns the next look after one that found no progress. Pure. */
export const nextCheck = (check: Check): Check => ({ ...check, number: check.number + 1 })

/** Sends the message that looks at the round again. */
export async function sendCheck(
  { job, subject, round }: NamedRound,
  check: Check,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: StartRoundMessage = {
    task: 'start-round',
    job: job.name,
    subject: toFields(subject),
    round,
    check,
    requestId,
  }
  await messages.send('tasks', [message], CHECK_SECONDS)
}

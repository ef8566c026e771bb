import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { createState, readState, type State } from '../state/record.ts'
import { listingPages } from '../storage/listing-pages.ts'
import type { FanOutJob } from './job.ts'
import type { StartRoundMessage } from './messages.ts'

/** Never more, so that one LIST counts a round's receipts. */
export const MAX_CHUNKS = 1000

/** `<round>/start.json`: what the round is to do. Never changed. */
const RoundStart = z.object({
  /** Numbers of the chunks that this round does, ascending. */
  chunks: z.array(z.int().nonnegative()).max(MAX_CHUNKS),
  startedAt: z.string(),
})
export type RoundStart = z.infer<typeof RoundStart>

/** `<round>.json`: how the round ended, decided by one conditional write. */
const RoundEnd = z.object({
  state: z.enum(['finished', 'cancelled']),
  totals: z.unknown(),
  endedAt: z.string(),
  /** The chunk whose worker ended it, and must see to what follows; a round without chunks has none. */
  endedBy: z.int().nonnegative().optional(),
  /** Set once what follows has been done and its event sent. */
  completedAt: z.string().optional(),
})
export type RoundEnd = z.infer<typeof RoundEnd>

/** One round of one subject's work. */
export interface RoundRef<Subject, Receipt, Totals> {
  readonly job: FanOutJob<Subject, Receipt, Totals>
  readonly subject: Subject
  readonly round: number
}

/** A reference to a round of any kind of work. */
export type AnyRound = RoundRef<unknown, unknown, unknown>

const folderOf = ({ job, subject, round }: AnyRound, { config }: Ports) => `${job.roundsKey(subject, config)}/${round}/`
export const endKey = (ref: AnyRound, { config }: Ports): string =>
  `${ref.job.roundsKey(ref.subject, config)}/${ref.round}.json`
const startKey = (ref: AnyRound, ports: Ports): string => `${folderOf(ref, ports)}start.json`
export const receiptKey = (ref: AnyRound, chunk: number, ports: Ports): string =>
  `${folderOf(ref, ports)}${String(chunk).padStart(4, '0')}.json`

export const readStart = async (ref: AnyRound, ports: Ports): Promise<RoundStart | undefined> =>
  (await readState(ports.objects, startKey(ref, ports), RoundStart))?.value

export const readEnd = (ref: AnyRound, ports: Ports): Promise<State<RoundEnd> | undefined> =>
  readState(ports.objects, endKey(ref, ports), RoundEnd)

/**
 * Starts a round, or starts it again: writes what it is to do and sends the one message that sends all others.
 * Safe to repeat at any time: chunks that have a receipt are not sent again.
 */
export async function startRound(ref: AnyRound, chunks: readonly number[], ports: Ports): Promise<void> {
  await createState(ports, startKey(ref, ports), { chunks, startedAt: ports.now().toISOString() })
  await resumeRound(ref, ports)
}

/** Sends the message that sends every chunk without a receipt. */
export async function resumeRound({ job, subject, round }: AnyRound, ports: Ports): Promise<void> {
  const message: StartRoundMessage = {
    task: 'start-round',
    job: job.name,
    // A subject is small and flat, as messages need it: its schema says so.
    subject: subject as Record<string, string>,
    round,
    requestId: ports.requestId,
  }
  await ports.messages.send('tasks', [message])
}

/** How many rounds the subject's work has had; 0 before the first. */
export async function latestRound(job: FanOutJob, subject: unknown, ports: Ports): Promise<number> {
  const prefix = `${job.roundsKey(subject, ports.config)}/`
  let latest = 0
  for await (const { folders } of listingPages(ports, prefix, { folded: true }))
    latest = Math.max(latest, ...folders.map((folder) => Number(folder.slice(prefix.length, -1))))
  return latest
}

/** Numbers of the chunks that have a receipt in this round: one LIST, unless S3 ends its page early. */
export async function receiptNumbers(ref: AnyRound, ports: Ports): Promise<Set<number>> {
  const folder = folderOf(ref, ports)
  const numbers = new Set<number>()
  for await (const { objects } of listingPages(ports, folder, { limit: MAX_CHUNKS })) {
    const names = objects.map(({ key }) => key.slice(folder.length))
    for (const name of names) if (/^\d+\.json$/.test(name)) numbers.add(Number.parseInt(name, 10))
    // Digits sort before `start.json`: behind these there is no other receipt.
    if (numbers.size === MAX_CHUNKS) break
  }
  return numbers
}

import * as z from 'zod'
import type { Ports } from '../ports.ts'
import { CorruptStateError } from '../state/corrupt-state.ts'
import { createOrRestore, readState, type State } from '../state/record.ts'
import { type Migration, recordType } from '../state/record-type.ts'
import { storedEnum, storedObject } from '../state/stored-schema.ts'
import { listingPages } from '../storage/listing-pages.ts'
import type { FanOutJob, RoundOptions } from './job.ts'
import { type StartRoundMessage, toFields } from './messages.ts'

/** A round never has more chunks, so that one LIST counts its receipts. */
export const MAX_CHUNKS = 1000

/** Higher numbers are ignored, so that walking through all rounds of a subject always comes to an end. */
const MAX_ROUNDS = 10_000

/** `<round>/start.json`: what the round does. Written once. */
const RoundStart = storedObject({
  /** Numbers of the chunks that this round does, ascending. */
  chunks: z.array(z.int().nonnegative()).max(MAX_CHUNKS),
  startedAt: z.string(),
  /** Whether it looks again at what earlier rounds did well. Absent otherwise, and in rounds of older versions. */
  verify: z.boolean().optional(),
})
export type RoundStart = z.infer<typeof RoundStart>

const ROUND_START = recordType('the start of a round', RoundStart)

/** `<round>.json`: how the round ended. One conditional write decides it. */
const RoundEnd = storedObject({
  state: storedEnum(['finished', 'cancelled']),
  /** Absent in a round that was cancelled: its workers may still write receipts, which are summed up when asked for. */
  totals: z.unknown().optional(),
  endedAt: z.string(),
  /** The chunk whose worker ended the round and runs what follows; absent for a round without chunks. */
  endedBy: z.int().nonnegative().optional(),
  /** When what follows was done and its event published. */
  completedAt: z.string().optional(),
})
export type RoundEnd = z.infer<typeof RoundEnd>

/** Version 1 called the mark `followedAt` at first. */
const renameFollowedAt: Migration = ({ followedAt, ...end }) =>
  followedAt === undefined ? end : { completedAt: followedAt, ...end }

const ROUND_END = recordType('the end of a round', RoundEnd, [renameFollowedAt])

/** One round of a job on one subject. Rounds count from 1. */
export interface RoundRef<Subject, Receipt, Totals> {
  readonly job: FanOutJob<Subject, Receipt, Totals>
  readonly subject: Subject
  readonly round: number
}

/** A reference to a round of any job. */
export type AnyRound = RoundRef<unknown, unknown, unknown>

/** Key prefix of what belongs to one round; ends in a slash. */
export const roundFolder = ({ job, subject, round }: AnyRound, { config }: Pick<Ports, 'config'>): string =>
  `${job.roundsKey(subject, config)}/${round}/`

export const startRef = (ref: AnyRound, ports: Pick<Ports, 'config'>) => ({
  key: `${roundFolder(ref, ports)}start.json`,
  type: ROUND_START,
})

/** The round's end, which holds its totals. */
export const endRef = ({ job, subject, round }: AnyRound, { config }: Pick<Ports, 'config'>) => ({
  key: `${job.roundsKey(subject, config)}/${round}.json`,
  type: ROUND_END,
})

/** Reads what a round does; `undefined` when there is no such round. */
export const readStart = async (
  ref: AnyRound,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<RoundStart | undefined> => (await readState(startRef(ref, ports), ports))?.value

/** Reads how a round ended; `undefined` while it is open. @throws CorruptStateError, also for unreadable totals */
export async function readEnd(
  ref: AnyRound,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<State<RoundEnd> | undefined> {
  const { key, type } = endRef(ref, ports)
  const end = await readState({ key, type }, ports)
  if (end?.value.state === 'finished' && !ref.job.totals.safeParse(end.value.totals).success)
    throw new CorruptStateError(key, end.etag, `${type.name}: its totals are missing or invalid`)
  return end
}

/** Writes how a round ended, unless it is written already. An end that cannot be read is replaced. */
export const writeEnd = async (
  ref: AnyRound,
  end: RoundEnd,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<boolean> => (await createOrRestore(endRef(ref, ports), end, () => readEnd(ref, ports), ports)) !== undefined

/**
 * Writes what a round does, unless it is written already. A start that cannot be read is replaced.
 * @returns the start that this call wrote; `undefined` when it was written already
 */
export async function writeStart(
  ref: AnyRound,
  chunks: readonly number[],
  ports: Pick<Ports, 'config' | 'objects' | 'newId' | 'now'>,
  { verify = false }: RoundOptions = {},
): Promise<RoundStart | undefined> {
  const start: RoundStart = { chunks: [...chunks], startedAt: ports.now().toISOString(), ...(verify && { verify }) }
  return (await createOrRestore(startRef(ref, ports), start, () => readStart(ref, ports), ports))?.value
}

/**
 * Starts a round: writes what it does and sends the one message whose worker sends all others. Idempotent: a round that
 * was started before is resumed.
 * @returns the start, if this call has started the round
 */
export async function startRound(
  ref: AnyRound,
  chunks: readonly number[],
  ports: Pick<Ports, 'config' | 'objects' | 'newId' | 'now' | 'messages' | 'requestId'>,
  options: RoundOptions = {},
): Promise<RoundStart | undefined> {
  const start = await writeStart(ref, chunks, ports, options)
  await resumeRound(ref, ports)
  return start
}

/** Sends the message that dispatches a round: its worker sends every chunk that has no receipt. */
export async function resumeRound(
  { job, subject, round }: AnyRound,
  { messages, requestId }: Pick<Ports, 'messages' | 'requestId'>,
): Promise<void> {
  const message: StartRoundMessage = {
    task: 'start-round',
    job: job.name,
    subject: toFields(subject),
    round,
    requestId,
  }
  await messages.send('tasks', [message])
}

/**
 * Returns the number of the subject's latest round; 0 before the first. Rounds are numbered without gaps, so that an
 * object of somebody else with a number that does not follow is ignored.
 */
export async function latestRound(
  job: FanOutJob,
  subject: unknown,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<number> {
  const prefix = `${job.roundsKey(subject, ports.config)}/`
  const rounds = new Set<number>()
  for await (const { folders, objects } of listingPages(ports, prefix, { folded: true })) {
    // `<round>/` holds its start and receipts, `<round>.json` is its end: either may have been lost.
    const names = [...folders, ...objects.map(({ key }) => key)].map((key) => key.slice(prefix.length))
    for (const name of names) {
      const [, round] = /^([1-9]\d*)(?:\/|\.json)$/.exec(name) ?? []
      if (Number(round) <= MAX_ROUNDS) rounds.add(Number(round))
    }
  }
  return lastConsecutive(rounds)
}

/**
 * Returns the last number that is reached from 0 in steps of 1 or 2; 0 when there is none. All objects of one round may
 * have been lost, whereas a number after a wider gap belongs to somebody else's object. Pure.
 */
const lastConsecutive = (rounds: ReadonlySet<number>): number =>
  [...rounds].toSorted((one, other) => one - other).reduce((latest, round) => (round - latest <= 2 ? round : latest), 0)

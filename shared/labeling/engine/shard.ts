import * as z from 'zod'
import { type Answer, PURPOSES, type Purpose } from '../../contracts/labeling-answer.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { shardKey, type WorkId } from './folders.ts'
import { HabitsByClass, ScoresByWorker } from './worker-scores.ts'

const ByteRange = storedObject({ start: z.int(), end: z.int() })

/** Tasks that a worker has, until a time. */
const TaskLease = storedObject({
  id: z.string(),
  /** The worker's pseudonym. */
  worker: z.string(),
  /** Block of the shard, from 0. */
  block: z.int(),
  /** Line numbers, all of that block. */
  lines: z.array(z.int()),
  /** Absent where the worker is asked for opinions. */
  purpose: storedEnum(PURPOSES).optional(),
  /** RFC 3339. */
  since: z.string(),
  until: z.string(),
})
export type TaskLease = z.infer<typeof TaskLease>

/** A block that a worker has finished, or has left. */
const HandBack = storedObject({
  worker: z.string(),
  at: z.string(),
  /** Lines that the worker has answered in it. */
  answered: z.int(),
  /** From the lease to this moment, pauses included. */
  seconds: z.number(),
  /** Whether the lease had expired. */
  expired: z.literal(true).optional(),
  /** Of one of its answers: active time and number of boxes. */
  sample: storedObject({ milliseconds: z.number(), boxes: z.int() }).optional(),
  swapMilliseconds: z.number().optional(),
})
export type HandBack = z.infer<typeof HandBack>

const CLOSE_REASONS = ['complete', 'stopped', 'deadline'] as const

/**
 * `…/shards/<shard>.json`: which of 100 lines are with whom, and which answers count. Whatever is to be part of the result
 * is in this object when it is closed, by the conditional write that closes it.
 */
const Shard = storedObject({
  workId: z.string(),
  /** From 0. */
  shard: z.int(),
  /** Number of its first line, from 1. */
  firstLine: z.int(),
  lines: z.int(),
  /** Its lines in the input manifest. */
  input: ByteRange,
  /** The lines of each block in `tasks.jsonl`. */
  blocks: z.array(ByteRange),
  /** Lines that nobody is asked for: labeled before, or without a picture. */
  skipped: z.array(z.int()),
  leases: z.array(TaskLease),
  /**
   * The answers that count, by line number: `<worker>.<revision>`, followed by `.<answer>` for those that are no label:
   * `cannot-tell`, `bad-image`, `declined`.
   */
  answers: z.record(z.string(), z.array(z.string())),
  /** Lines about which enough workers agree, so that no other is asked; of a job with `stopWhen`. */
  settled: z.array(z.int()).optional(),
  /**
   * How well the answers of a line agree with the others, in hundredths and in the order of `answers`; null for an answer
   * that is no label. Of a job whose opinions are compared while it runs.
   */
  agreement: z.record(z.string(), z.array(z.number().nullable())).optional(),
  /** The same with what is known of a line; of a job with gold. */
  gold: z.record(z.string(), z.array(z.number().nullable())).optional(),
  /** How each worker draws, by pseudonym and class name, on lines that have all their opinions. */
  habits: z.record(z.string(), HabitsByClass).optional(),
  /** Lines whose opinions, as far as they have come, differ; of a job with reviewers. */
  disputed: z.array(z.int()).optional(),
  /** What reviewers say about them that counts, in the form of `answers`. */
  reviews: z.record(z.string(), z.array(z.string())).optional(),
  /** What those say who check whether an object lacks a box, in the same form, also with `.incorrect`: one does. */
  checks: z.record(z.string(), z.array(z.string())).optional(),
  handBacks: z.array(HandBack),
  closed: storedObject({ at: z.string(), because: storedEnum(CLOSE_REASONS) }).optional(),
  /** How well its workers agree, once the opinions in it are collected; of a job with several opinions an image. */
  scores: ScoresByWorker.optional(),
  /** The object was lost, and made again from the answers. */
  rebuilt: storedObject({
    at: z.string(),
    /**
     * When the last lease ends that the lost object may have had. What is answered under these leases until then is known
     * only by listing the answers. Absent once that is over, and where the shard was closed.
     */
    leasesUntil: z.string().optional(),
  }).optional(),
})
export type Shard = z.infer<typeof Shard>

const SHARD = recordType('a shard of a labeling job', Shard)

export const shardRef = (work: WorkId, shard: number) => ({
  key: shardKey(work, shard),
  type: SHARD,
  isOwn: (state: Shard) => state.workId === work.workId && state.shard === shard,
})

export const readShard = (
  work: WorkId,
  shard: number,
  ports: Pick<Ports, 'objects'>,
): Promise<State<Shard> | undefined> => readState(shardRef(work, shard), ports)

/** A shard in which nothing changes any more. */
export type ClosedShard = Shard & { readonly closed: NonNullable<Shard['closed']> }

export const isClosed = (shard: Shard): shard is ClosedShard => shard.closed !== undefined

/**
 * Reads a shard in which nothing changes any more.
 * @throws CorruptStateError when it cannot be read; Error when it is not closed
 */
export async function readClosedShard(
  work: WorkId,
  number: number,
  ports: Pick<Ports, 'objects'>,
): Promise<State<ClosedShard>> {
  const found = await readShard(work, number, ports)
  if (!found) throw new CorruptStateError(shardKey(work, number), undefined, 'it does not exist')
  if (isClosed(found.value)) return { ...found, value: found.value }
  throw new Error(`shard ${number} of the labeling job "${work.job}" is not closed`)
}

/** Returns the numbers of the lines for which workers are asked, ascending. Pure. */
export const askedLines = ({ firstLine, lines, skipped }: Pick<Shard, 'firstLine' | 'lines' | 'skipped'>): number[] =>
  Array.from({ length: lines }, (_, index) => firstLine + index).filter((line) => !skipped.includes(line))

/** An answer that counts, as a shard lists it. */
export interface CountedAnswer {
  /** The worker's pseudonym. */
  readonly worker: string
  readonly revision: number
  /** Undefined for a label, whatever it is (`boxes`, `empty`, `correct` or `incorrect`), and for a check that is `correct`. */
  readonly noLabel: NoLabel | undefined
}

/** Answers that are no label; `incorrect` where a worker was asked to check. */
const NO_LABELS = ['cannot-tell', 'bad-image', 'declined', 'incorrect'] as const satisfies readonly Answer[]
export type NoLabel = (typeof NO_LABELS)[number]

/** Returns what an answer is if it is no label; undefined for a label. Pure. @param answer undefined where it is not known */
export function toNoLabel(answer: string | undefined, purpose: Purpose | undefined): NoLabel | undefined {
  // To somebody who verifies, it is a label like any other.
  if (answer === 'incorrect' && purpose !== 'check') return undefined
  return NO_LABELS.find((one) => one === answer)
}

export const formatCounted = ({ worker, revision, noLabel }: CountedAnswer): string =>
  [worker, revision, ...(noLabel ? [noLabel] : [])].join('.')

function parseCounted(text: string): CountedAnswer {
  const [worker = '', revision = '1', answer] = text.split('.')
  return { worker, revision: Number(revision), noLabel: NO_LABELS.find((one) => one === answer) }
}

/** The fields of a shard that list what counts. */
export type Counted = Pick<Shard, 'answers' | 'reviews' | 'checks'>

/** Returns the field that lists the answers to what workers are asked for. Pure. */
export const countedField = (purpose: Purpose | undefined): keyof Counted =>
  purpose === undefined ? 'answers' : COUNTED_FIELDS[purpose]

const COUNTED_FIELDS = { review: 'reviews', check: 'checks' } as const satisfies Record<Purpose, keyof Counted>

/** Returns what counts for a line, in the order in which it was counted. Pure. @param purpose undefined for opinions */
export function countedFor(shard: Counted, line: number, purpose: Purpose | undefined): readonly CountedAnswer[] {
  const counted = shard[countedField(purpose)] ?? {}
  return (Object.hasOwn(counted, line) ? counted[line] : undefined)?.map(parseCounted) ?? []
}

/** Returns the opinions that count for a line. Pure. */
export const countedAnswers = ({ answers }: Pick<Counted, 'answers'>, line: number): readonly CountedAnswer[] =>
  countedFor({ answers }, line, undefined)

/** Returns what reviewers say about a line. Pure. */
export const countedReviews = (shard: Counted, line: number): readonly CountedAnswer[] =>
  countedFor(shard, line, 'review')

/** Returns what those say who have checked a line. Pure. */
export const countedChecks = (shard: Counted, line: number): readonly CountedAnswer[] =>
  countedFor(shard, line, 'check')

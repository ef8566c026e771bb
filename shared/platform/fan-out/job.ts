import type * as z from 'zod'
import { AppError, type ErrorCode } from '../../contracts/errors.ts'
import type { EventType } from '../../contracts/event-type.ts'
import type { Config } from '../config.ts'
import type { Ports } from '../ports.ts'
import type { RecordType } from '../state/record-type.ts'

/** A domain event to publish when a round is complete. It has one id however often it is published. */
export interface EventDraft {
  readonly type: EventType
  readonly data: Readonly<Record<string, unknown>>
  /** Runs after the event is published, for actions that could lose the event if they ran first. May run twice. */
  readonly afterPublish?: () => Promise<void>
}

/** How a round does its chunks. */
export interface RoundOptions {
  /** Whether it looks again at what earlier rounds did well. */
  readonly verify?: boolean | undefined
}

/**
 * A kind of work that is spread over N chunks, with a queue message and a receipt for each; the worker that writes the
 * last receipt completes the round (scatter/gather). Every function may run again for the same chunk or round, and in
 * several workers at once.
 */
export interface FanOutJob<Subject = unknown, Receipt = unknown, Totals = unknown> {
  /** Identifies the job in queue messages. */
  readonly name: string
  /** What the job works on, small enough for a message. A recreated subject has another id. */
  readonly subject: z.ZodType<Subject>
  readonly receipt: RecordType<Receipt>
  readonly totals: z.ZodType<Totals>
  /** Key prefix of this subject's rounds, without a slash at its end; unique to the subject's id. */
  roundsKey(subject: Subject, config: Config): string
  /**
   * Returns the chunks that a round does, from the state of the subject alone: what is written when the round starts,
   * and how a start that was lost is rebuilt, then without options. `undefined` when the subject is gone.
   */
  planChunks(subject: Subject, round: number, ports: Ports): Promise<readonly number[] | undefined>
  /**
   * Does one chunk.
   * @param before the chunk's receipt of the latest earlier round that has one
   * @throws SubjectGoneError when the subject is gone: nothing is retried. Another permanent error records the chunk by
   *   `deadLetterChunk`; anything else is retried.
   */
  runChunk(
    subject: Subject,
    chunk: number,
    before: Receipt | undefined,
    ports: Ports,
    options: RoundOptions,
  ): Promise<Receipt>
  /** Returns the receipt of a chunk that failed permanently or kept failing. @throws SubjectGoneError */
  deadLetterChunk(
    subject: Subject,
    chunk: number,
    before: Receipt | undefined,
    error: AppError,
    ports: Ports,
    options: RoundOptions,
  ): Promise<Receipt>
  /** Sums up the latest receipt of every chunk. Pure. */
  total(receipts: ReadonlyMap<number, Receipt>): Totals
  /** Does what follows a complete round, and returns the event to publish. @throws as `runChunk` does */
  onComplete(subject: Subject, totals: Totals, ports: Ports): Promise<EventDraft | undefined>
  /** Runs instead when `onComplete` fails permanently or keeps failing. */
  onFailure(subject: Subject, totals: Totals, error: AppError, ports: Ports): Promise<EventDraft | undefined>
  /**
   * Removes what was written for a subject that is gone. Runs after each chunk, and when its round is gone.
   * @param receipt of the chunk that was just done
   */
  cleanUp?(subject: Subject, ports: Ports, receipt?: Receipt): Promise<void>
}

/** What a job works on is gone: its batch was deleted or recreated, its import removed. Nothing is retried. */
export class SubjectGoneError extends AppError {
  constructor(message: string) {
    super('not-found', message)
    this.name = 'SubjectGoneError'
  }
}

/** Whether retrying cannot help: the same message would fail in the same way. */
export const isPermanent = (error: unknown): error is AppError =>
  error instanceof AppError && !RETRYABLE.includes(error.code) && !(error instanceof SubjectGoneError)

const RETRYABLE: readonly ErrorCode[] = ['internal', 'upstream-failed', 'upstream-timeout', 'quota-reached']

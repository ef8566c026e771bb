import type * as z from 'zod'
import { AppError, type ErrorCode } from '../../contracts/errors.ts'
import type { EventType } from '../../contracts/event-type.ts'
import type { Config } from '../config.ts'
import type { Ports } from '../ports.ts'

/** Something that happened, for the outside: one id however often it is sent. */
export interface EventDraft {
  readonly type: EventType
  readonly data: Readonly<Record<string, unknown>>
  /** Done when the event has been sent: what may not happen before, or the event could be lost. May happen twice. */
  readonly afterPublish?: () => Promise<void>
}

/**
 * One kind of work that is spread over chunks: N chunks, a message each, a receipt each, and the last one in finishes.
 * Every function may be called again for the same chunk or round, by several workers at once.
 */
export interface FanOutJob<Subject = unknown, Receipt = unknown, Totals = unknown> {
  /** Names the work in messages. */
  readonly name: string
  /** What the work is done on, small enough for a message; made anew, it has another id. */
  readonly subject: z.ZodType<Subject>
  readonly receipt: z.ZodType<Receipt>
  readonly totals: z.ZodType<Totals>
  /** Where the rounds of this subject are kept; unique to the subject's id. No slash at the end. */
  roundsKey(subject: Subject, config: Config): string
  /**
   * Does one chunk.
   * @param before the chunk's receipt of the latest earlier round that has one
   * @throws AppError `not-found` when the subject is gone, as `giveUp` and `follow` do: nothing is tried again; another
   *   one of the caller's kind (status below 500) when trying again is hopeless; anything else is tried again
   */
  runChunk(subject: Subject, chunk: number, before: Receipt | undefined, ports: Ports): Promise<Receipt>
  /** The receipt of a chunk that is hopeless or kept failing. */
  deadLetterChunk(
    subject: Subject,
    chunk: number,
    before: Receipt | undefined,
    error: AppError,
    ports: Ports,
  ): Promise<Receipt>
  /** Sums up the latest receipt of every chunk. Pure. */
  total(receipts: ReadonlyMap<number, Receipt>): Totals
  /** What comes next once all is in; the event is sent on. @throws as `runChunk` does */
  onComplete(subject: Subject, totals: Totals, ports: Ports): Promise<EventDraft | undefined>
  /** What comes instead where `follow` is hopeless or kept failing; the event is sent on. */
  onFailure(subject: Subject, totals: Totals, error: AppError, ports: Ports): Promise<EventDraft | undefined>
  /**
   * Called behind each chunk, and where a round is gone: removes what was written after its subject was given up.
   * @param receipt what the chunk has just done
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

import { AppError } from '../../contracts/errors.ts'
import { backoff } from '../state/backoff.ts'

/** Opens bytes [start, end) of one version of a file. */
export type OpenRange = (start: number, end: number) => Promise<AsyncIterable<Uint8Array>>

const STALLS = 4

/**
 * Bytes [start, end) as they come. A body that breaks is asked for again from the byte reached; only attempts in a row
 * that bring nothing are counted, and after four of them it fails. Holds one chunk.
 * @throws AppError `source-changed`, or what the last attempt failed with
 */
export async function* streamResumed(open: OpenRange, start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = start
  let stalls = 0
  while (at < end) {
    const from = at
    let failure: unknown
    try {
      for await (const chunk of await open(at, end)) {
        at += chunk.length
        if (at > end) throw new AppError('bad-source', `${at - end} bytes more were sent than were asked for.`)
        yield chunk
      }
    } catch (error) {
      if (isFinal(error)) throw error
      failure = error
    }
    if (at >= end) return
    stalls = at > from ? 0 : stalls + 1
    if (stalls >= STALLS) throw brokenOff(at, failure)
    await backoff(stalls)
  }
}

/** The same bytes at once. Holds all of them. */
export async function readResumed(open: OpenRange, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  for await (const chunk of streamResumed(open, start, end)) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return bytes
}

/** @throws RangeError when [start, end) does not lie in a file of `size` bytes */
export function checkRange(start: number, end: number, size: number): void {
  if (start >= 0 && start <= end && end <= size) return
  throw new RangeError(`bytes ${start} to ${end} of ${size} were asked for`)
}

const isFinal = (error: unknown): boolean => error instanceof AppError && !error.code.startsWith('upstream-')

const brokenOff = (at: number, failure: unknown): AppError =>
  failure instanceof AppError
    ? failure
    : new AppError('upstream-failed', `The file breaks off at byte ${at}, again and again.`, [], failure)

import { AppError } from '../../contracts/errors.ts'
import { backoff } from '../state/backoff.ts'

/** Opens bytes [start, end) of one version of a file. */
export type OpenRange = (start: number, end: number) => Promise<AsyncIterable<Uint8Array>>

/** Consecutive attempts without a byte after which a read fails. */
const MAX_STALLS = 4

/**
 * Streams bytes [start, end). When a body breaks off, requests the rest, with exponential backoff. Fails after four
 * consecutive attempts without a byte. Holds one chunk.
 * @throws AppError `source-changed`, or the error of the last attempt
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
        if (at > end) throw new AppError('bad-source', `The server must send ${end - from} bytes, not ${at - from}.`)
        yield chunk
      }
    } catch (error) {
      if (isFinal(error)) throw error
      failure = error
    }
    if (at >= end) return
    stalls = at > from ? 0 : stalls + 1
    if (stalls >= MAX_STALLS) throw toReadError(at, failure)
    await backoff(stalls)
  }
}

/** Reads bytes [start, end) like {@link streamResumed}, at once. Holds all of them. */
export async function readResumed(open: OpenRange, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start)
  let filled = 0
  for await (const chunk of streamResumed(open, start, end)) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  return bytes
}

/** @throws RangeError when [start, end) is not within a file of `size` bytes */
export function checkRange(start: number, end: number, size: number): void {
  if (start >= 0 && start <= end && end <= size) return
  throw new RangeError(`Invalid range: bytes ${start} to ${end} of ${size}`)
}

const isFinal = (error: unknown): boolean => error instanceof AppError && !error.code.startsWith('upstream-')

const toReadError = (at: number, failure: unknown): AppError =>
  failure instanceof AppError
    ? failure
    : new AppError('upstream-failed', `The file breaks off at byte ${at} after ${MAX_STALLS} attempts.`, [], failure)

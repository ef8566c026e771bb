import { Logger } from '@aws-lambda-powertools/logger'
import { shorten } from '../../contracts/sentence.ts'
import type { Log, LogKeys } from '../ports.ts'

const root = new Logger({ serviceName: 'groundwork' })

/**
 * Returns a log whose lines all carry these keys: the request id, and for workers the batch and chunk.
 * @example
 * logWith({ requestId, batch: 'tires' }).info('round.completed', { round: 1 })
 */
export function logWith(keys: LogKeys): Log {
  const child = root.createChild()
  child.appendKeys({ ...keys })
  return {
    info: (event, fields = {}) => child.info(event, { event, ...fields }),
    warn: (event, fields = {}) => child.warn(event, { event, ...fields }),
    error: (event, fields = {}) => child.error(event, { event, ...fields }),
  }
}

const MAX_CHARACTERS = 1000
/** More than the longest path that a route accepts. */
const MAX_PATH_CHARACTERS = 500

/** Cuts off a path, or a part of one. A caller without a token may send a long one, and log lines are paid for. */
export const shortenPath = (path: string): string => shorten(path, MAX_PATH_CHARACTERS)

/**
 * Prepares text from a caller for the log: cuts it off, and removes user info and queries of URLs, which may be
 * secrets.
 */
export const withoutSecrets = (text: string): string =>
  text
    .slice(0, MAX_CHARACTERS)
    .replaceAll(/:\/\/[^\s"'/@]*@/g, '://…@')
    .replaceAll(/(:\/\/[^\s"'?#]*)[?#][^\s"']*/g, '$1?…')

import { Logger } from '@aws-lambda-powertools/logger'
import type { Log, LogKeys } from '../ports.ts'

const root = new Logger({ serviceName: 'groundwork' })

/** Returns a log whose lines all carry these keys: the request id, and for workers the batch and chunk. */
export function logWith(keys: LogKeys): Log {
  const child = root.createChild()
  child.appendKeys({ ...keys })
  return {
    info: (event, fields = {}) => child.info(event, { event, ...fields }),
    warn: (event, fields = {}) => child.warn(event, { event, ...fields }),
    error: (event, fields = {}) => child.error(event, { event, ...fields }),
  }
}

const MOST_CHARACTERS = 1000

/** What repeats a caller's words, for a line of the log: of URLs in it neither user part nor query, which may be secrets. */
export const withoutSecrets = (text: string): string =>
  text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/:\/\/[^\s"'/@]*@/g, '://…@')
    .replaceAll(/(:\/\/[^\s"'?#]*)[?#][^\s"']*/g, '$1?…')

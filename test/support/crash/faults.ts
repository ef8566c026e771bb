import { AppError } from '../../../shared/contracts/errors.ts'
import type { Call, Fault } from '../world/call.ts'

/** A fault by name; undefined for calls to which it cannot happen. */
export type NamedFault = readonly [name: string, faultFor: (call: Call) => Fault]

const unavailable = (what: string) => new AppError('upstream-failed', `${what}: SlowDown (503).`)
const timeout = new AppError('upstream-timeout', 'The request timed out.')

const READING = [
  'get',
  'list',
  'open',
  'read',
  'stream',
  'describe',
  'readRange',
  'find',
  'region',
  'link',
  'corsRules',
]

/**
 * Crashes after calls that change something. A crash after a read leaves the same state behind as a crash after the
 * call before it.
 */
export const crashAfterWrite = ({ method }: Call): Fault => (READING.includes(method) ? undefined : 'after')

/** Transient faults: each may happen once at any call, and a retry gets over it. */
export const FAULTS: readonly NamedFault[] = [
  ['a crash before the call', () => 'before'],
  ['a crash after the call', crashAfterWrite],
  ['a conditional write refused by its own first attempt', ({ conditional }) => (conditional ? 'refused' : undefined)],
  ['a 503', ({ key }) => unavailable(key)],
  ['a timeout although the call took effect', (call) => crashAfterWrite(call) && { after: timeout }],
]

/** What the adapters return for client errors: these are not retried at once. */
export const ANSWERS: readonly NamedFault[] = [
  ['403', (call) => clientError(call, 'denied', new AppError('bad-source', 'The file may not be read.'))],
  ['404', (call) => clientError(call, 'missing', new AppError('bad-source', 'There is no such file.'))],
  ['412', ({ method }) => preconditionFailed(method)],
]

function preconditionFailed(method: string): Fault {
  if (method === 'readRange') return { answer: 'changed' }
  return method === 'read' ? new AppError('source-changed', 'The file was replaced.') : undefined
}

function clientError({ port, method }: Call, refused: string, error: Error): Fault {
  if (port === 'copier') return { answer: method === 'describe' ? refused : { refused, reason: 'S3 refuses it' } }
  if (port === 'uploads') return new AppError('wrong-state', 'The upload is over.')
  return method === 'open' ? error : undefined
}

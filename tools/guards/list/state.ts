import type { Guard } from '../guard.ts'

const RECORD = 'shared/platform/state/record.ts'
const RETRY = 'shared/platform/state/retry-on-conflict.ts'
const BACKOFF = 'shared/platform/state/backoff.ts'
const CORRUPT = 'shared/platform/state/corrupt-state.ts'
const RECORD_TEST = 'test/platform/state/record.test.ts'
const RECORD_TYPE_TEST = 'test/platform/state/record-type.test.ts'
const SWAP_TEST = 'test/platform/state/compare-and-swap.test.ts'
const RETRY_TEST = 'test/platform/state/retry-on-conflict.test.ts'
const CORRUPT_TEST = 'test/platform/state/corrupt-state.test.ts'

/** `shared/platform/state/`: conditional writes, corrupt state, the outbox, the lease. */
export const STATE_GUARDS: readonly Guard[] = [
  {
    prevents: 'Two writers create the same object.',
    file: RECORD,
    text: 'value, { absent: true }, ports)',
    without: 'value, undefined, ports)',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'A writer overwrites a version that it has not read.',
    file: RECORD,
    text: '=> writeState(ref, value, { etag }, ports)',
    without: '=> writeState(ref, value, undefined, ports)',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'A caller removes a version that it has not read.',
    file: RECORD,
    text: 'objects.remove([{ key, etag }])',
    without: 'objects.remove([{ key }])',
    tests: [RECORD_TYPE_TEST],
  },
  {
    prevents: 'A write that the client repeated counts as lost.',
    file: RECORD,
    text: 'current !== undefined && readNonce(current.bytes) === nonce',
    without: 'false',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'A refused writer takes the write of another for its own.',
    file: RECORD,
    text: 'current !== undefined && readNonce(current.bytes) === nonce',
    without: 'current !== undefined',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'A copy of another object is read as if it belonged under its key.',
    file: RECORD,
    text: '(ref.isOwn && !ref.isOwn(value))',
    without: 'false',
    tests: ['test/labeling/jobs/damaged-jobs.test.ts', 'test/webhooks/damaged-deliveries.test.ts'],
  },
  {
    prevents: 'The record of another batch, dataset or webhook is read as if it belonged under its key.',
    file: RECORD,
    text: 'namesAnother(value, ref.subject)',
    without: 'false',
    tests: ['test/state/copied-record.test.ts'],
  },
  {
    prevents: 'A corrupt object that can be made anew stays corrupt.',
    file: RECORD,
    text: 'return replaceState(ref, { etag: found.etag }, value, ports)',
    without: 'return false',
    tests: ['test/platform/fan-out/damaged-round.test.ts'],
  },
  {
    prevents: 'A corrupt object that was repaired meanwhile is overwritten.',
    file: RECORD,
    text: 'return await replaceState(ref, { etag }, value, ports)',
    without: 'return await writeState(ref, value, undefined, ports)',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'Nobody learns that a corrupt object was replaced.',
    file: RECORD,
    text: "  ports.log.error('state.corrupt', { key })\n",
    without: '',
    tests: [RECORD_TEST],
  },
  {
    prevents: 'A refused change is reported as made.',
    file: 'shared/platform/state/compare-and-swap.ts',
    text: 'return written ?? CONFLICT',
    without: "return written ?? { value: next, etag: '' }",
    tests: [SWAP_TEST],
  },
  {
    prevents: 'A write is tried without end.',
    file: RETRY,
    text: 'MAX_ATTEMPTS = 25',
    without: 'MAX_ATTEMPTS = 25_000',
    tests: [RETRY_TEST],
  },
  {
    prevents: 'A write fails as soon as several write at once.',
    file: RETRY,
    text: 'MAX_ATTEMPTS = 25',
    without: 'MAX_ATTEMPTS = 2',
    tests: [SWAP_TEST],
  },
  {
    prevents: 'Writers that conflict keep conflicting, as none of them waits.',
    file: RETRY,
    text: 'if (number > 1) await wait(number - 1)',
    without: '',
    tests: [RETRY_TEST],
  },
  {
    prevents: 'Writers that conflict wait for the same time, and conflict again.',
    file: BACKOFF,
    text: 'random * ',
    without: '',
    tests: [RETRY_TEST],
  },
  {
    prevents: 'A writer waits longer than its function may run.',
    file: BACKOFF,
    text: 'Math.min(MAX_MILLISECONDS, BASE_MILLISECONDS * 2 ** attempt)',
    without: 'BASE_MILLISECONDS * 2 ** attempt',
    tests: [RETRY_TEST],
  },
  {
    prevents: 'An error of S3 is taken for a corrupt object.',
    file: CORRUPT,
    text: 'if (error instanceof CorruptStateError) return error',
    without: 'return error',
    tests: [CORRUPT_TEST],
  },
  {
    prevents: 'Nobody learns that a corrupt object was skipped.',
    file: CORRUPT,
    text: "  log.error('state.corrupt', { key: found.key })\n",
    without: '',
    tests: [CORRUPT_TEST],
  },
]

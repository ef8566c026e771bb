import type { Guard } from '../guard.ts'

const OUTBOX = 'shared/platform/state/outbox.ts'
const LEASE = 'shared/platform/state/lease.ts'
const OUTBOX_TEST = 'test/platform/state/outbox.test.ts'
const LEASE_TEST = 'test/platform/state/lease.test.ts'

/** `shared/platform/state/`: events that wait in the outbox of a record, and leases on a record. */
export const OUTBOX_AND_LEASE_GUARDS: readonly Guard[] = [
  {
    prevents: 'An event is published again under another id.',
    file: 'shared/platform/state/domain-event.ts',
    text: 'JSON.stringify([subject, dedupKey, type])',
    without: 'JSON.stringify([subject, dedupKey, type, Math.random()])',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'Two events of a subject have one id.',
    file: 'shared/platform/state/domain-event.ts',
    text: 'JSON.stringify([subject, dedupKey, type])',
    without: 'JSON.stringify([subject, type])',
    tests: ['test/platform/fan-out/fan-out.test.ts'],
  },
  {
    prevents: 'A crash loses an event that was removed before it was published.',
    file: OUTBOX,
    text: 'for (const event of published) await publishEvent',
    without:
      'await update((current) => withoutPublished(current, published))\n  for (const event of published) await publishEvent',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'An event that was enqueued meanwhile is removed unpublished.',
    file: OUTBOX,
    text: '!isPublished(event)',
    without: 'false',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'A later event of the same type is removed unpublished.',
    file: OUTBOX,
    text: ' && event.dedupKey === dedupKey',
    without: '',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'Published events stay, and are published for ever.',
    file: OUTBOX,
    text: '(await update((current) => withoutPublished(current, published))) ?? state',
    without: 'state',
    tests: [OUTBOX_TEST],
  },
  {
    prevents: 'The lease of a crashed call never expires.',
    file: LEASE,
    text: 'lease !== undefined && isAhead(Date.parse(lease.until), LONGEST_MILLISECONDS, now)',
    without: 'lease !== undefined',
    tests: [LEASE_TEST],
  },
  {
    prevents: 'A lease of a clock that was ahead does not expire for years.',
    file: 'shared/platform/state/time-limit.ts',
    text: ' && limit - now.getTime() <= longest + MAX_SKEW_MILLISECONDS',
    without: '',
    tests: [LEASE_TEST],
  },
  {
    prevents: 'A call takes the lease of another for its own.',
    file: LEASE,
    text: 'lease?.holder === other.holder',
    without: 'lease !== undefined',
    tests: [LEASE_TEST],
  },
  {
    prevents: 'A call that has lost its lease changes the state.',
    file: LEASE,
    text: '(isSameLease(value.lease, lease) ? change(value) : undefined)',
    without: 'change(value)',
    tests: [LEASE_TEST],
  },
]

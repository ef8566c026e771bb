import type { Guard } from '../guard.ts'

const DELIVER = 'shared/webhooks/deliver.ts'
const DISPATCH = 'shared/webhooks/dispatch-event.ts'
const STEP = 'shared/webhooks/next-step.ts'
const REMOVE = 'shared/webhooks/remove.ts'
const DELIVER_TEST = 'test/webhooks/deliver.test.ts'
const CLOCKS_TEST = 'test/webhooks/wrong-clocks.test.ts'
const DAMAGED_TEST = 'test/webhooks/damaged-deliveries.test.ts'
const DAMAGED_WEBHOOK_TEST = 'test/webhooks/damaged-webhooks.test.ts'

/** `shared/webhooks/` and `shared/events/`: deliveries of events. */
export const WEBHOOK_GUARDS: readonly Guard[] = [
  {
    prevents: 'A message that is delivered twice leads to two requests.',
    file: DELIVER,
    text: 'return isClaimed ?',
    without: 'return true ?',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A request is sent while that of another worker is under way.',
    file: STEP,
    text: 'if (inFlight && !isAbandoned(inFlight, now))',
    without: 'if (false)',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A delivery whose worker crashed stays under way for ever.',
    file: STEP,
    text: '!isAhead(abandonedAt(attempt).getTime(), ABANDONED_AFTER_MILLISECONDS, now)',
    without: 'attempt.number < 0 && now !== now',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A clock that was ahead keeps a crashed attempt under way for years.',
    file: STEP,
    text: '!isAhead(abandonedAt(attempt).getTime(), ABANDONED_AFTER_MILLISECONDS, now)',
    without: 'abandonedAt(attempt) <= now',
    tests: [CLOCKS_TEST],
  },
  {
    prevents: 'A clock that was ahead delays a retry for years.',
    file: STEP,
    text: 'isAhead(due.getTime(), LONGEST_DELAY_MILLISECONDS, now)',
    without: 'due > now',
    tests: [CLOCKS_TEST],
  },
  {
    prevents: 'A clock that was ahead leaves an enabled webhook without events.',
    file: STEP,
    text: 'timesDisabled === undefined ? ',
    without: 'stoppedAt !== undefined ? ',
    tests: [CLOCKS_TEST],
  },
  {
    prevents: 'A webhook without a valid secret is called without a signature.',
    file: 'shared/webhooks/webhook.ts',
    text: 'if (signingSecrets(state, now).length > 0) return undefined',
    without: 'if (now) return undefined',
    tests: [CLOCKS_TEST],
  },
  {
    prevents: 'A delivery that has ended is attempted again.',
    file: STEP,
    text: "if (delivery.state !== 'pending')",
    without: "if (delivery.state === 'failed')",
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A crash before the next message loses the delivery.',
    file: STEP,
    text: "isSent ? 'nothing' : 'send-next'",
    without: "'nothing'",
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A worker that was given up on overwrites the attempt of another.',
    file: 'shared/webhooks/attempt.ts',
    text: 'if (attempt?.number !== number) return undefined',
    without: 'if (!attempt) return undefined',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A webhook gets the events of one of its name that was removed.',
    file: DELIVER,
    text: '  if (webhook.webhookId !== message.webhookId) return undefined\n',
    without: '',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A webhook whose record is lost loses its pending deliveries.',
    file: DELIVER,
    text: "throw new CorruptStateError(webhookRef(message.webhook).key, undefined, 'it does not exist')",
    without: 'return undefined',
    tests: [DAMAGED_WEBHOOK_TEST],
  },
  {
    prevents: 'A delivery whose event cannot be read never ends.',
    file: DELIVER,
    text: 'await readOrCorrupt(getEvent(found.value.event.id, ports))',
    without: 'await getEvent(found.value.event.id, ports)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'An event is dispatched again by each message that is delivered twice.',
    file: DISPATCH,
    text: '  if (event.dispatchedAt !== undefined) return\n',
    without: '',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A crash loses the deliveries of an event that was marked as dispatched before.',
    file: DISPATCH,
    text: '  const limit = pLimit(MAX_IN_FLIGHT)\n  const { webhooks,',
    without: '  await markDispatched(stored, [], ports)\n  const limit = pLimit(MAX_IN_FLIGHT)\n  const { webhooks,',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'One corrupt webhook keeps an event from all others.',
    file: DISPATCH,
    text: 'readOrCorrupt(findCurrent(webhook, ports))',
    without: 'findCurrent(webhook, ports)',
    tests: [DAMAGED_WEBHOOK_TEST, DAMAGED_TEST],
  },
  {
    prevents: 'Nobody learns that a webhook got no delivery of an event.',
    file: DISPATCH,
    text: '      skipped.push(webhook)\n',
    without: '',
    tests: [DAMAGED_WEBHOOK_TEST, DAMAGED_TEST],
  },
  {
    prevents: 'A corrupt delivery keeps the event from its webhook.',
    file: 'shared/webhooks/delivery-store.ts',
    text: 'return (await replaceCorrupt(ref, existing, state, ports)) ? state : CONFLICT',
    without: 'return state',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A delivery that was attempted gets another message from a duplicate of its event.',
    file: 'shared/webhooks/delivery-store.ts',
    text: 'return existing?.value ?? state',
    without: 'return state',
    tests: [DELIVER_TEST],
  },
  {
    prevents: 'A corrupt event is never replaced.',
    file: 'shared/events/stored-event.ts',
    text: '    if (!(stored instanceof CorruptStateError)) return stored\n',
    without: '    if (stored instanceof CorruptStateError) throw stored\n    else return stored\n',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A corrupt webhook cannot be removed.',
    file: REMOVE,
    text: '  const found = await readOrCorrupt(findWebhook(webhook, ports))\n',
    without: '  const found = await findWebhook(webhook, ports)\n',
    tests: [DAMAGED_WEBHOOK_TEST],
  },
  {
    prevents: 'The slower of two removals removes a webhook that was registered again.',
    file: REMOVE,
    text: 'if (current?.value.webhookId === webhookId)',
    without: 'if (current)',
    tests: ['test/webhooks/webhooks.test.ts'],
  },
  {
    prevents: 'The removal of a corrupt webhook removes the deliveries of one that was repaired.',
    file: REMOVE,
    text: 'current instanceof CorruptStateError && current.etag === etag',
    without: 'true',
    tests: ['test/webhooks/webhooks.test.ts'],
  },
]

import type { Guard } from '../guard.ts'

const COMPLETE = 'shared/platform/fan-out/complete-round.ts'
const ROUND_TEST = 'test/platform/fan-out/fan-out.test.ts'
const DAMAGED_TEST = 'test/platform/fan-out/damaged-round.test.ts'

/** `shared/platform/fan-out/complete-round.ts`: what ends a round, once all its receipts are in. */
export const COMPLETE_ROUND_GUARDS: readonly Guard[] = [
  {
    prevents: 'Every worker of a round reads all its receipts.',
    file: COMPLETE,
    text: '  if (!start.chunks.every((chunk) => listed.has(chunk))) return\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round completes short of a receipt that was lost after it was listed.',
    file: COMPLETE,
    text: '  if (!start.chunks.every((chunk) => receipts.has(chunk))) return\n',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A chunk whose receipt became corrupt is never done again.',
    file: COMPLETE,
    text: 'if (own.length > 0) return sendChunks(ref, own, ports)',
    without: 'if (own.length > 0) return',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A corrupt receipt of an earlier round is left out of the totals.',
    file: COMPLETE,
    text: 'for (const [chunk, error] of corrupt)',
    without: 'for (const [chunk, error] of [] as never[])',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Every worker of an ended round does what follows it.',
    file: COMPLETE,
    text: "scope === endedBy || (scope === 'round' && !cause)",
    without: 'true',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A round that was resumed does not do what follows it.',
    file: COMPLETE,
    text: " || (scope === 'round' && !cause)",
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'What follows a round is done again by each late message.',
    file: COMPLETE,
    text: ' || completedAt !== undefined',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A completed round is not marked as such.',
    file: COMPLETE,
    text: '  await replaceState(endRef(ref, ports), end, completed, ports)\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A crash loses the event of a round that was marked before it was published.',
    file: COMPLETE,
    text: '  if (event) {\n',
    without:
      "  await replaceState(endRef(ref, ports), end, { ...end.value, completedAt: 'now' }, ports)\n  if (event) {\n",
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A crash loses an event as afterPublish runs before it is published.',
    file: COMPLETE,
    text: '    await publishEvent(',
    without: '    await afterPublish?.()\n    await publishEvent(',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A cancelled round does what follows a finished one.',
    file: COMPLETE,
    text: "state === 'cancelled' || ",
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'What follows a round fails for ever although retrying cannot help.',
    file: COMPLETE,
    text: 'if (!isPermanent(error)) throw error',
    without: 'throw error',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A job whose onComplete keeps failing never fails.',
    file: COMPLETE,
    text: '  if (cause) return job.onFailure(subject, totals, cause, ports)\n',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A damaged receipt keeps a round from being cancelled.',
    file: COMPLETE,
    text: "=> writeEnd(ref, { state: 'cancelled', endedAt: ports.now().toISOString() }, ports)",
    without:
      "=> findReceipts(ref, ports).then(({ corrupt }) => corrupt.size === 0 && writeEnd(ref, { state: 'cancelled', endedAt: ports.now().toISOString() }, ports))",
    tests: [DAMAGED_TEST],
  },
]

import type { Guard } from '../guard.ts'

const ROUND = 'shared/platform/fan-out/round.ts'
const WATCH = 'shared/platform/fan-out/watch-round.ts'
const JOB = 'shared/platform/fan-out/job.ts'
const ROUND_TEST = 'test/platform/fan-out/fan-out.test.ts'
const DAMAGED_TEST = 'test/platform/fan-out/damaged-round.test.ts'
const WATCH_TEST = 'test/platform/fan-out/watch-round.test.ts'

/** The rest of `shared/platform/fan-out/`: what a round stores, and the delayed look at one that goes on. */
export const FAN_OUT_GUARDS: readonly Guard[] = [
  {
    prevents: 'A subject that is gone counts as a chunk that failed.',
    file: JOB,
    text: ' && !(error instanceof SubjectGoneError)',
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'An error of S3 counts as permanent.',
    file: JOB,
    text: "'upstream-failed', ",
    without: '',
    tests: [ROUND_TEST],
  },
  {
    prevents: 'A corrupt receipt is not replaced when its chunk is done again.',
    file: 'shared/platform/fan-out/receipts.ts',
    text: 'const reread = () => readReceipt(ref, chunk, ports)',
    without: 'const reread = async () => undefined',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A corrupt end of a round is never replaced.',
    file: ROUND,
    text: '() => readEnd(ref, ports)',
    without: 'async () => undefined',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A corrupt start of a round is never replaced.',
    file: ROUND,
    text: '() => readStart(ref, ports)',
    without: 'async () => undefined',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'Totals of another job are read as those of the round.',
    file: ROUND,
    text: "end?.value.state === 'finished' && !ref.job.totals.safeParse(end.value.totals).success",
    without: 'false',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A round whose end alone is left is not found, and its number is used again.',
    file: ROUND,
    text: '[...folders, ...objects.map(({ key }) => key)]',
    without: '[...folders]',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A round that has no end yet is not found.',
    file: ROUND,
    text: '[...folders, ...objects.map(({ key }) => key)]',
    without: '[...objects.map(({ key }) => key)]',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'What somebody put beside the rounds counts as a round.',
    file: ROUND,
    text: '/^([1-9]\\d*)(?:\\/|\\.json)$/',
    without: '/^0*([1-9]\\d*)/',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A round that goes on is given up after a day.',
    file: WATCH,
    text: "  if (done > check.done) return { action: 'wait', next: { number: 1, done } }\n",
    without: '',
    tests: [WATCH_TEST],
  },
  {
    prevents: 'A round that nobody works on never ends.',
    file: WATCH,
    text: 'check.number >= MAX_CHECKS_WITHOUT_PROGRESS',
    without: 'false',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A chunk whose receipt was lost after its message is never sent again.',
    file: WATCH,
    text: "isStuck ? 'send' : 'wait'",
    without: "'wait'",
    tests: [DAMAGED_TEST],
  },
]

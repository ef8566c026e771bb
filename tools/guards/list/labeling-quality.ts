import type { Guard } from '../guard.ts'

const ENGINE = 'shared/labeling/engine/'
const STOP_TEST = 'test/labeling/engine/serving/stop-when.test.ts'
const REVIEW_TEST = 'test/labeling/engine/serving/review.test.ts'
const RESULT_TEST = 'test/labeling/engine/consolidated-result.test.ts'
const OWNER_TEST = 'test/labeling/jobs/notify-owner.test.ts'
const PEOPLE_TEST = 'test/labeling/engine/trusted-labels.test.ts'
const HINTS_TEST = 'test/labeling/engine/consolidation/hints.test.ts'
const PROGRESS_TEST = 'test/labeling/engine/progress/progress.test.ts'

/** Guards of what opinions amount to: when enough agree, who decides otherwise, and whom to trust. */
export const LABELING_QUALITY_GUARDS: readonly Guard[] = [
  {
    prevents: 'Two who say without a look that there is nothing settle an image.',
    file: `${ENGINE}judging/is-settled.ts`,
    text: '(saysSomething(one) ? workers : workers + 1)',
    without: 'workers',
    tests: [STOP_TEST],
  },
  {
    prevents: 'An image on which two differ is kept from a third for as long as the leases of others last.',
    file: `${ENGINE}serving/search.ts`,
    text: 'Math.min(room.until, now.getTime() + REOPEN_MILLISECONDS)',
    without: 'room.until',
    tests: [STOP_TEST],
  },
  {
    prevents: 'What was answered in a block that was left is compared by nobody.',
    file: `${ENGINE}serving/visit-shard.ts`,
    text: 'return await judgeChanges(work, current.value, handed, judged, ports)',
    without: 'return handed',
    tests: [STOP_TEST],
  },
  {
    prevents: 'A shard is closed while an image in it waits for a reviewer.',
    file: `${ENGINE}serving/lines.ts`,
    text: ' && !needsReview(shard, line, rules)',
    without: '',
    tests: [REVIEW_TEST],
  },
  {
    prevents: 'An image that a reviewer has declined waits for nobody.',
    file: `${ENGINE}line-rules.ts`,
    text: "countedReviews(shard, line).some(({ noLabel }) => noLabel !== 'declined')",
    without: 'countedReviews(shard, line).length > 0',
    tests: [REVIEW_TEST],
  },
  {
    prevents: 'Each answer of a job with several opinions is read twice.',
    file: `${ENGINE}opinions/open-opinions.ts`,
    text: 'isCollected(work) ? await readOpinionsFile(work, shard.shard, ports) : undefined',
    without: 'undefined',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'Collected opinions that were damaged become the result.',
    file: `${ENGINE}opinions/open-opinions.ts`,
    text: 'if (lines.every((line) => line !== undefined)) yield* lines',
    without: 'if (collected) yield* lines.filter((line) => line !== undefined)',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'A worker whose answers are too often wrong goes on.',
    file: `${ENGINE}serving/visit-shard.ts`,
    text: 'getsNoTasks(work, worker, now) ? nothing.room',
    without: 'isOver(work, now) ? nothing.room',
    tests: [OWNER_TEST, PEOPLE_TEST],
  },
  {
    prevents: 'Somebody who answers at random is noticed only by the message that comes every quarter of an hour.',
    file: `${ENGINE}serving/announce-changes.ts`,
    text: 'makesSuspect(before, after, work) ? sendJudgeWorkers(work, ports) : undefined,',
    without: '',
    tests: [STOP_TEST],
  },
  {
    prevents: 'The owner is told again of a worker whenever it is noticed.',
    file: 'shared/labeling/jobs/notify-owner.ts',
    text: '.filter(([worker]) => !notifiedOf.includes(worker))',
    without: '',
    tests: [OWNER_TEST],
  },
  {
    prevents: 'A hint tells from a single case which image was compared.',
    file: `${ENGINE}consolidation/find-hints.ts`,
    text: 'cases >= MIN_CASES && cases >= share * of',
    without: 'cases > 0 && cases >= share * of',
    tests: [HINTS_TEST],
  },
  {
    prevents: 'The scores of a shard are missing in the counts, as it was counted before they were known.',
    file: `${ENGINE}progress/count-again.ts`,
    text: '(scores !== undefined || !isCollected(work) || work.end !== undefined)',
    without: 'true',
    tests: [PROGRESS_TEST],
  },
]

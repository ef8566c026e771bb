import type { Guard } from '../guard.ts'

const ENGINE = 'shared/labeling/engine/'
const CHECK_TEST = 'test/labeling/engine/serving/coverage-check.test.ts'
const ANSWERS_TEST = 'test/labeling/engine/serving/check-answers.test.ts'
const REVIEW_TEST = 'test/labeling/engine/serving/reviewed-checks.test.ts'
const RESULT_TEST = 'test/labeling/engine/checked-result.test.ts'
const REBUILD_TEST = 'test/labeling/engine/rebuilt-checks.test.ts'

/** Guards of the question whether any object lacks a box: who is asked, and what the answers amount to. */
export const LABELING_CHECK_GUARDS: readonly Guard[] = [
  {
    prevents: 'A shard is closed while a label in it is to be checked.',
    file: `${ENGINE}serving/lines.ts`,
    text: ' && !needsCheck(shard, line, rules)',
    without: '',
    tests: [CHECK_TEST],
  },
  {
    prevents: 'Somebody checks what is their own.',
    file: `${ENGINE}serving/lines.ts`,
    text: 'needsCheck(shard, line, rules) && !hasAnswered(shard, line, worker)',
    without: 'needsCheck(shard, line, rules)',
    tests: [CHECK_TEST],
  },
  {
    prevents: 'Two people check the same label at the same time.',
    file: `${ENGINE}serving/lines.ts`,
    text: "open.filter((line) => isFreeTo('check', shard, line))",
    without: 'open',
    tests: [CHECK_TEST],
  },
  {
    prevents: 'An image that could not be labeled waits for somebody who checks it.',
    file: `${ENGINE}line-rules.ts`,
    text: ' && isLabeled(labels, counted)',
    without: '',
    tests: [CHECK_TEST],
  },
  {
    prevents: 'What a reviewer is to decide, or has decided, is checked.',
    file: `${ENGINE}line-rules.ts`,
    text: ' || needsReview(shard, line, rules) || isReviewed(shard, line)',
    without: '',
    tests: [REVIEW_TEST],
  },
  {
    prevents: 'No reviewer gets an image on which an object lacks a box.',
    file: `${ENGINE}line-rules.ts`,
    text: ' || isIncomplete(shard, line)',
    without: '',
    tests: [REVIEW_TEST],
  },
  {
    prevents: 'To somebody who verifies, boxes that are incorrect are no label.',
    file: `${ENGINE}shard.ts`,
    text: "if (answer === 'incorrect' && purpose !== 'check') return undefined",
    without: '',
    tests: [ANSWERS_TEST],
  },
  {
    prevents: 'What a reviewer has drawn before is taken for the decision.',
    file: `${ENGINE}serving/shard-changes.ts`,
    text: ' && purpose === lease.purpose',
    without: '',
    tests: [REVIEW_TEST],
  },
  {
    prevents: 'Of what one worker has said about an image, a shard that is made again has only a part.',
    file: `${ENGINE}rebuild/stored-answers.ts`,
    text: '[line, worker, purpose]',
    without: '[line, worker]',
    tests: [REBUILD_TEST],
  },
  {
    prevents: 'Of two who have checked a label, the one who finds something is not heard.',
    file: `${ENGINE}opinions/read-opinions.ts`,
    text: 'checks.opinions.find(findsMissing) ?? checks.opinions[0]',
    without: 'checks.opinions[0]',
    tests: [RESULT_TEST],
  },
]

import type { Guard } from '../guard.ts'

const PRACTICE = 'shared/labeling/engine/practice/'
const PRACTICE_TEST = 'test/labeling/engine/practice/practice.test.ts'
const LINES_TEST = 'test/labeling/engine/practice/gold-lines.test.ts'
const CHOICE_TEST = 'test/labeling/engine/practice/choose-gold.test.ts'
const REQUEST_TEST = 'test/labeling/jobs/gold.test.ts'

/** Guards of gold and practice. */
export const LABELING_PRACTICE_GUARDS: readonly Guard[] = [
  {
    prevents: 'An answer to a practice image counts.',
    file: 'shared/labeling/engine/serving/submit-answer.ts',
    text: 'if (ticket.practice) return await submitPractice(work, { answer, cutBoxes }, ports)',
    without: '',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'A worker who has been shown the truth answers a practice image again.',
    file: `${PRACTICE}submit-practice.ts`,
    text: 'if (stored?.submitId === submitId)',
    without: 'if (stored)',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'A practice answer that is damaged can never be given.',
    file: `${PRACTICE}submit-practice.ts`,
    text: 'if (await createOrRestore(ref, answer, read, ports))',
    without: 'if (await createOrRestore(ref, answer, async () => undefined, ports))',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'A damaged list of practice images stops the workers of a job.',
    file: `${PRACTICE}practice-images.ts`,
    text: 'if (!found || found instanceof CorruptStateError) {',
    without: 'if (found instanceof CorruptStateError) throw found\n  if (!found) {',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'Workers practice for a job that is over.',
    file: `${PRACTICE}next-practice.ts`,
    text: 'getsNoTasks(work, worker, ports.now()) || ',
    without: '',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'Each call of a worker who has practiced looks for practice answers.',
    file: `${PRACTICE}next-practice.ts`,
    text: 'if (own.length > 0) rememberPracticed(work, worker, ports)',
    without: '',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'Workers do not practice any more once the images could not be read.',
    file: `${PRACTICE}next-practice.ts`,
    text: 'if (own.length > 0) rememberPracticed(work, worker, ports)',
    without: 'rememberPracticed(work, worker, ports)',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'A job without gold looks for practice answers.',
    file: `${PRACTICE}next-practice.ts`,
    text: 'count === 0 || ',
    without: '',
    tests: [PRACTICE_TEST],
  },
  {
    prevents: 'Boxes of a class that nobody has checked lower a score.',
    file: `${PRACTICE}score-known.ts`,
    text: 'drawn.filter(({ className }) => classes.has(className))',
    without: '[...drawn].filter(() => classes.size > 0)',
    tests: ['test/labeling/engine/practice/score-known.test.ts'],
  },
  {
    prevents: 'A worker can read in a task which line is gold.',
    file: 'shared/labeling/engine/serving/block.ts',
    text: 'return { line, image, width, height, ',
    without: 'return { ...lines.get(line), line, image, width, height, ',
    tests: [LINES_TEST],
  },
  {
    prevents: 'All lines whose answer is known are gold.',
    file: 'shared/labeling/engine/creation/choose-gold.ts',
    text: 'gold.has(firstLine + index) ? task : withoutTruth(task)',
    without: 'gold.has(firstLine + index) ? task : task',
    tests: [CHOICE_TEST],
  },
  {
    prevents: 'Gold that is practiced with tells workers its answer.',
    file: 'shared/labeling/engine/creation/choose-gold.ts',
    text: ' || gold.has(line)) return undefined',
    without: ') return undefined',
    tests: [CHOICE_TEST],
  },
  {
    prevents: 'Whoever knows the id of the work, which is in every ticket, can tell which lines are gold.',
    file: 'shared/labeling/engine/create-work.ts',
    text: 'const seed = gold && ports.newId()',
    without: 'const seed = gold && identity.workId',
    tests: [LINES_TEST],
  },
  {
    prevents: 'A group of objects counts as one object that must be drawn.',
    file: 'shared/labeling/jobs/known-answers.ts',
    text: 'isGroupOf !== 1 && ',
    without: 'isGroupOf !== 2 && ',
    tests: [LINES_TEST],
  },
  {
    prevents: 'Boxes that the batch lacks count as drawn in vain.',
    file: 'shared/labeling/jobs/known-answers.ts',
    text: 'if (findExcludedIssue(state.criteria) !== undefined) return { share, practice, known }',
    without: '',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'A run fails at its last step because nothing is known about its images.',
    file: 'shared/labeling/jobs/plan.ts',
    text: 'request.gold && !mayLackGold ?',
    without: 'request.gold ?',
    tests: [REQUEST_TEST],
  },
]

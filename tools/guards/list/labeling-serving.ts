import type { Guard } from '../guard.ts'

const SUBMIT = 'shared/labeling/engine/serving/submit-answer.ts'
const TICKETS = 'shared/labeling/engine/serving/tickets.ts'
const CHANGES = 'shared/labeling/engine/serving/shard-changes.ts'
const SUBMIT_TEST = 'test/labeling/engine/serving/submit-answer.test.ts'
const NEXT_TEST = 'test/labeling/engine/serving/next-tasks.test.ts'
const WATCH_TEST = 'test/labeling/engine/watch.test.ts'

/** Giving images to workers, and taking their answers. */
export const LABELING_SERVING_GUARDS: readonly Guard[] = [
  {
    prevents: 'An acknowledged answer is lost whose lease another function ended some seconds early.',
    file: SUBMIT,
    text: 'const SKEW_MILLISECONDS = 5000',
    without: 'const SKEW_MILLISECONDS = 0',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'An acknowledged answer is lost because the function did not know that the job was stopped.',
    file: SUBMIT,
    text: 'time - asOf < MAX_KNOWN_MILLISECONDS && ',
    without: '',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'A repeated answer is stored as another one.',
    file: SUBMIT,
    text: 'if (repeated) return { revision: repeated.name.revision, isNew: false }',
    without: '',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'An answer from one tab silently replaces one from another.',
    file: SUBMIT,
    text: 'latest?.answer && latest.answer.submitId !== replaces',
    without: 'latest === undefined',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'The ticket of one worker lets another one answer.',
    file: TICKETS,
    text: "if (ticket.worker !== expected.worker) throw refuse('was issued to another worker')",
    without: '',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'The ticket of one job opens another.',
    file: TICKETS,
    text: "if (ticket.work !== expected.work) throw refuse('is for another labeling job')",
    without: '',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'The ticket of one image answers for another.',
    file: TICKETS,
    text: 'if (ticket.line !== expected.line) throw refuse(',
    without: 'if (ticket.line < 0) throw refuse(',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'An earlier answer of a worker replaces a later one.',
    file: CHANGES,
    text: 'existing.revision > revision || isSame',
    without: 'isSame',
    tests: ['test/labeling/engine/serving/shard-changes.test.ts'],
  },
  {
    prevents: 'A late answer changes a shard whose result may be written already.',
    file: 'shared/labeling/engine/serving/count-answer.ts',
    text: 'if (shard.closed) return { before: shard, shard }',
    without: '',
    tests: [SUBMIT_TEST],
  },
  {
    prevents: 'A block is taken back that is not finished.',
    file: 'shared/labeling/engine/serving/visit-shard.ts',
    text: ' || !isFinished(shard, lease, found)) return shard',
    without: ') return shard',
    tests: [NEXT_TEST],
  },
  {
    prevents: 'The statistics count an answer of an earlier lease twice.',
    file: 'shared/labeling/engine/serving/found-answers.ts',
    text: 'answer?.lease === lease ? ',
    without: 'answer ? ',
    tests: [NEXT_TEST],
  },
  {
    prevents: 'More workers get an image than it needs.',
    file: 'shared/labeling/engine/serving/lines.ts',
    text: 'counted.opinions + held.length < wantedOpinions(counted, rules)',
    without: 'counted.opinions < wantedOpinions(counted, rules)',
    tests: [NEXT_TEST],
  },
  {
    prevents: 'A worker who declined an image is counted as an opinion when the call failed before it was counted.',
    file: 'shared/labeling/engine/serving/block.ts',
    text: ' && !answer.noLabel)',
    without: ')',
    tests: [NEXT_TEST],
  },
  {
    prevents: 'Those who decline count as opinions, and a line ends without a label.',
    file: 'shared/labeling/engine/line-rules.ts',
    text: 'opinions: answers.length - declined',
    without: 'opinions: answers.length',
    tests: [NEXT_TEST, SUBMIT_TEST, 'test/labeling/engine/progress/shard-summary.test.ts'],
  },
  {
    prevents: 'A stopped job ends while a worker finishes a block.',
    file: 'shared/labeling/engine/watch/watch-shard.ts',
    text: 'mayBeLeased(shard) || ',
    without: '',
    tests: [WATCH_TEST],
  },
  {
    prevents: 'The result is begun before all shards are closed.',
    file: 'shared/labeling/engine/watch/watch-work.ts',
    text: 'if (ended.size === countShards(work)) await startResult(work, ports)',
    without: 'if (ended.size > 0) await startResult(work, ports)',
    tests: [WATCH_TEST],
  },
]

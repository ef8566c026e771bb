import type { Guard } from '../guard.ts'

const AGAIN = 'shared/labeling/engine/again/'
const RESULT_TEST = 'test/labeling/engine/again/consolidate-again.test.ts'
const BOXES_TEST = 'test/labeling/engine/again/compare-boxes.test.ts'
const REQUEST_TEST = 'test/labeling/jobs/consolidate.test.ts'
const READ_TEST = 'test/labeling/jobs/read-consolidations.test.ts'

/** Guards of consolidations with other settings. */
export const LABELING_AGAIN_GUARDS: readonly Guard[] = [
  {
    prevents: 'The opinions of workers count who are left out.',
    file: `${AGAIN}consolidate-shard.ts`,
    text: 'opinions.filter(({ worker }) => !workers.includes(worker))',
    without: 'opinions.filter(({ worker }) => worker || workers)',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'Skills count although all opinions are to count the same.',
    file: `${AGAIN}consolidate-shard.ts`,
    text: "skills: skills === 'equal' ? new Map() : rules.skills",
    without: "skills: skills === 'equal' ? rules.skills : rules.skills",
    tests: [RESULT_TEST],
  },
  {
    prevents: 'Labels are compared with themselves, and not with those of the job.',
    file: `${AGAIN}consolidate-shard.ts`,
    text: 'compareLines(toResultLine(line, rules), again)',
    without: 'compareLines(again, again)',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'A line without any opinion that counts is said to have expired.',
    file: 'shared/labeling/engine/result/decide-line.ts',
    text: 'if (leftOut > 0)',
    without: 'if (leftOut < 0)',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'A box is paired with one of another class although there is one of its own.',
    file: `${AGAIN}compare-boxes.ts`,
    text: 'const paired = [...same, ...moved]',
    without: 'const paired: readonly Pair[] = same',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'Boxes that hardly overlap count as moved.',
    file: `${AGAIN}compare-boxes.ts`,
    text: 'overlap >= SAME_OBJECT_AT',
    without: 'overlap > 0',
    tests: [BOXES_TEST],
  },
  {
    prevents: 'A consolidation is completed although labels are missing.',
    file: `${AGAIN}consolidate-job.ts`,
    text: 'if (failedShards > 0 && problem)',
    without: 'if (failedShards < 0 && problem)',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'A consolidation whose record was removed gets the labels of an earlier one of its name.',
    file: 'shared/labeling/jobs/consolidate.ts',
    text: 'id: ports.newId()',
    without: 'id: name',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'What a crash has interrupted is never resumed.',
    file: 'shared/labeling/jobs/consolidate.ts',
    text: "if (state.state === 'running')",
    without: 'if (isNew)',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'Other settings under a name that is taken are ignored.',
    file: 'shared/labeling/jobs/consolidate.ts',
    text: 'assertSameRequest(toKnown(existing.settings), toKnown(settings), describeTaken(existing, work))',
    without: 'describeTaken(existing, work)',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'The order of the workers who are left out makes another request.',
    file: 'shared/labeling/jobs/consolidate.ts',
    text: 'withoutWorkers: withoutWorkers.toSorted()',
    without: 'withoutWorkers',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'A job has any number of consolidations.',
    file: 'shared/labeling/jobs/consolidate.ts',
    text: 'await assertQuota(work, ports)',
    without: '',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'The answers of a job are consolidated while workers still label.',
    file: 'shared/labeling/jobs/job-with-work.ts',
    text: 'if (work.end) return work',
    without: 'if (work) return work',
    tests: [REQUEST_TEST],
  },
  {
    prevents: 'A manifest that has become shorter is read as if it was whole.',
    file: 'shared/labeling/jobs/list-consolidated.ts',
    text: 'const minBytes = consolidation.outputBytes',
    without: 'const minBytes = undefined',
    tests: [READ_TEST],
  },
]

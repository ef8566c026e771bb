import type { Guard } from '../guard.ts'

const STORE = 'shared/labeling/jobs/store.ts'
const RESULT_TEST = 'test/labeling/engine/result.test.ts'
const DAMAGED_RESULT_TEST = 'test/labeling/engine/damaged-result.test.ts'
const OWN_TEST = 'test/labeling/jobs/own-engine.test.ts'

/** The work of jobs of our own engine: how it begins, and its result. */
export const LABELING_WORK_GUARDS: readonly Guard[] = [
  {
    prevents: 'The result of a job depends on the order in which answers are read.',
    file: 'shared/labeling/engine/opinions/read-opinions.ts',
    text: 'inOrder(found.filter((opinion) => opinion !== undefined))',
    without: 'found.filter((opinion) => opinion !== undefined)',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'An answer that its worker has replaced is part of the result.',
    file: 'shared/labeling/engine/opinions/read-opinions.ts',
    text: 'answer.revision > before.revision',
    without: 'answer.revision < before.revision',
    tests: [RESULT_TEST],
  },
  {
    prevents: 'Answers are removed when the record of a labeling job is lost.',
    file: 'shared/labeling/engine/result/result-subject.ts',
    text: "if (state && state.state !== 'deleting' && state.labelingJobs?.some((one) => one.job === job))",
    without: 'if (!state)',
    tests: [DAMAGED_RESULT_TEST],
  },
  {
    prevents: 'A part of the output manifest that was damaged is joined with the others.',
    file: 'shared/labeling/engine/result/output-manifest.ts',
    text: 'if (stored?.etag === part.etag) return',
    without: 'if (stored) return',
    tests: [DAMAGED_RESULT_TEST],
  },
  {
    prevents: 'The tasks of an abandoned creation stay in the bucket.',
    file: STORE,
    text: "if (claim.request.engine === 'groundwork') await removeFolder(jobWorkFolder(claim.job), ports)",
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'Nobody watches or lists a job whose creator crashed once it existed.',
    file: 'shared/labeling/jobs/create.ts',
    text: "if (claim.request.engine === 'groundwork') await announceWork(claim, ports)",
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A shard in which nobody is asked for anything is never closed.',
    file: 'shared/labeling/engine/creation/plan-shard.ts',
    text: "...(skipped.length === input.length && { closed: { at: createdAt, because: 'complete' as const } }),",
    without: '',
    tests: ['test/labeling/engine/create-work.test.ts'],
  },
]

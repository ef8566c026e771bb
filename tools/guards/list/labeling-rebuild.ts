import type { Guard } from '../guard.ts'

const REBUILD = 'shared/labeling/engine/rebuild/rebuild-shard.ts'
const REBUILT_TEST = 'test/labeling/engine/rebuilt-shard.test.ts'
const LOST_TEST = 'test/labeling/engine/lost-shard.test.ts'
const JOB_END_TEST = 'test/labeling/jobs/record-job-end.test.ts'

/** Shards and works of labeling jobs that are lost or damaged. */
export const LABELING_REBUILD_GUARDS: readonly Guard[] = [
  {
    prevents: 'An answer is lost that was given under a lease of a shard that was lost.',
    file: REBUILD,
    text: 'rebuilt: { at: now.toISOString(), leasesUntil } }',
    without: 'rebuilt: { at: now.toISOString() } }',
    tests: [REBUILT_TEST],
  },
  {
    prevents: 'A rebuilt shard is closed while somebody may still answer under a lease that it does not know.',
    file: 'shared/labeling/engine/serving/shard-changes.ts',
    text: 'leases.length > 0 || rebuilt?.leasesUntil !== undefined',
    without: 'leases.length > 0 || rebuilt?.at === undefined ? leases.length > 0 : false',
    tests: [REBUILT_TEST],
  },
  {
    prevents: 'A rebuilt shard never closes.',
    file: 'shared/labeling/engine/rebuild/collect-answers.ts',
    text: 'return isOver ? { ...counted, rebuilt: settled } : counted',
    without: 'return isOver ? counted : counted',
    tests: [REBUILT_TEST],
  },
  {
    prevents: 'A shard that is rebuilt has nothing to give, as a hint says so.',
    file: REBUILD,
    text: 'if (!shard.closed) await forgetHints(work, answers, ports)',
    without: '',
    tests: [REBUILT_TEST],
  },
  {
    prevents: 'The image of an answer that is lost is not asked for again, as its worker was everywhere.',
    file: REBUILD,
    text: 'if (lost.length > 0) await removeObjects(placesFolder(job), ports)',
    without: '',
    tests: [LOST_TEST],
  },
  {
    prevents: 'A shard of a job that was deleted meanwhile is left behind.',
    file: REBUILD,
    text: 'if (!(await isGone(work, ports))) return written',
    without: 'if (written) return written',
    tests: [LOST_TEST],
  },
  {
    prevents: 'A closed shard is opened again while its result is written.',
    file: 'shared/labeling/engine/rebuild/read-or-rebuild.ts',
    text: 'const isClosed = await hasShardEnd(work, number, ports)',
    without: 'const isClosed = (await hasShardEnd(work, number, ports)) && false',
    tests: [LOST_TEST],
  },
  {
    prevents: 'The late message of a shard that is open again lets the result be written.',
    file: 'shared/labeling/engine/watch/watch-work.ts',
    text: 'if (!found || !isClosed(found.value)) return',
    without: 'if (!found) return',
    tests: [LOST_TEST],
  },
  {
    prevents: 'One damaged shard keeps workers from the images of all others.',
    file: 'shared/labeling/engine/serving/search.ts',
    text: 'orAskToRebuild(work, shard, visiting, ports)',
    without: 'visiting',
    tests: [REBUILT_TEST],
  },
  {
    prevents: 'A job whose work is lost counts as one that is gone.',
    file: 'shared/labeling/jobs/own-job.ts',
    text: 'if (!job) await assertWorkNotLost(state, ports)',
    without: '',
    tests: [JOB_END_TEST],
  },
  {
    prevents: 'Nobody watches a job any more whose record was lost and restored.',
    file: 'shared/labeling/engine/watch/watch-work.ts',
    text: "if (objects.length > 0) throw new CorruptStateError(workRef(job).key, undefined, 'it does not exist')",
    without: 'if (objects.length > 100) return undefined',
    tests: ['test/labeling/engine/watch.test.ts'],
  },
]

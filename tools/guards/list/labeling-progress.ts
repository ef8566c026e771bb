import type { Guard } from '../guard.ts'

const REFRESH = 'shared/labeling/engine/progress/refresh.ts'
const COUNT = 'shared/labeling/engine/progress/count-again.ts'
const READ = 'shared/labeling/engine/progress/read-progress.ts'
const SUMMARY = 'shared/labeling/engine/progress/shard-summary.ts'
const LINE = 'shared/labeling/engine/progress/line-outcome.ts'
const PROGRESS_TEST = 'test/labeling/engine/progress/progress.test.ts'
const LEFT_TEST = 'test/labeling/engine/serving/images-left.test.ts'
const SUMMARY_TEST = 'test/labeling/engine/progress/shard-summary.test.ts'

/** `shared/labeling/engine/progress/`: the counts of a running job. */
export const LABELING_PROGRESS_GUARDS: readonly Guard[] = [
  {
    prevents: 'A closed shard is counted again each time that its object has another version.',
    file: REFRESH,
    text: '!closed.has(shard) && ',
    without: '',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'Each poll of a running job reads all shards that have changed in between.',
    file: REFRESH,
    text: 'toMinute(Date.parse(at)) === toMinute(now.getTime())',
    without: 'false',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'The counts of a job that has ended lag behind its result.',
    file: REFRESH,
    text: ' && (!work.end || Date.parse(at) >= Date.parse(work.end.at))',
    without: '',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'A poll of a job that is being deleted leaves an object behind for ever.',
    file: REFRESH,
    text: 'if (etags.size > 0) await store',
    without: 'await store',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'One damaged shard hides the progress of all others.',
    file: REFRESH,
    text: 'await readOrCorrupt(readShard(work, shard, ports))',
    without: 'await readShard(work, shard, ports)',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'Damaged counts, which can be made anew, hide the progress of a job.',
    file: REFRESH,
    text: 'await readOrCorrupt(readState(progressRef(work), ports))',
    without: 'await readState(progressRef(work), ports)',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'A shard that has been closed is counted twice: as an open one, and in the sum.',
    file: COUNT,
    text: '    delete open[shard]\n',
    without: '',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'The counts of closed shards are lost with the next refresh.',
    file: COUNT,
    text: 'known ? [known.closedSum] : []',
    without: '[] as StoredProgress["closedSum"][]',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'Counters of a job that has ended differ from its result.',
    file: READ,
    text: 'work.end?.counters ?? ',
    without: '',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'Lines that were labeled before are counted as failed.',
    file: READ,
    text: 'Math.max(0, skipped - alreadyLabeled)',
    without: 'skipped',
    tests: [PROGRESS_TEST],
  },
  {
    prevents: 'A worker who left counts as seen when somebody else noticed that the lease had expired.',
    file: SUMMARY,
    text: 'expired && !Number.isNaN(since.getTime())',
    without: 'false',
    tests: [SUMMARY_TEST],
  },
  {
    prevents:
      'Lines that nobody was asked for count as failed when a job is stopped, and are not labeled by the next one.',
    file: LINE,
    text: "shard.closed?.because === 'stopped'",
    without: 'true',
    tests: [SUMMARY_TEST],
  },
  {
    prevents: 'Whoever lists the jobs of a worker reads a thousand shards.',
    file: REFRESH,
    text: 'changed.length > MAX_SMALL_JOB_SHARDS ? found.known : ',
    without: '',
    tests: [LEFT_TEST],
  },
  {
    prevents: 'The workers of a large job never see how many images are left, unless its owner looks at it.',
    file: 'shared/labeling/engine/watch/watch-work.ts',
    text: '    if (countShards(work) > MAX_SMALL_JOB_SHARDS) await refreshProgress(work, ports)\n',
    without: '',
    tests: [LEFT_TEST],
  },
  {
    prevents: 'A worker is told that images are left which only others may get.',
    file: 'shared/labeling/engine/serving/images-left.ts',
    text: ' - forReviewers - waiting',
    without: '',
    tests: [LEFT_TEST],
  },
  {
    prevents: 'A worker who gets no more images is told that some are left.',
    file: 'shared/labeling/engine/serving/images-left.ts',
    text: 'if (getsNoTasks(work, id, now))',
    without: 'if (false)',
    tests: [LEFT_TEST],
  },
  {
    prevents: 'Nobody is counted who has only reviewed or checked images of a shard that was made again.',
    file: SUMMARY,
    text: '    ...deciders.map(({ worker }) => worker),\n',
    without: '',
    tests: [LEFT_TEST],
  },
]

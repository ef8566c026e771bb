import { expect, it } from '@jest/globals'
import type { LabelingTask } from '../../../shared/contracts/labeling-task.ts'
import { shardKey } from '../../../shared/labeling/engine/folders.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import type { TaskWorker } from '../../../shared/labeling/engine/serving/worker-job.ts'
import { answer, HARMS, harm, openJob, rebuild, shardOf } from '../../support/fixtures/harmed-shards.ts'
import { getWork, JOB, workerNumber } from '../../support/fixtures/open-work.ts'

const [one, two] = [workerNumber(1), workerNumber(2)]

it.each(HARMS)(
  'a shard that is %s is made again with what was checked and decided, also by one worker',
  async (_, text) => {
    const { ports, work } = openJob(2, { workersPerObject: 1, coverageCheck: true, review: 'disputes' })
    const reviewer: TaskWorker = { ...two, role: 'review' }
    const drawn = await getWork(ports, one)
    for (const task of drawn.tasks) await answer(ports, one, task)
    await nextTasks(JOB, one, { finished: drawn.block }, ports)
    const { block, tasks } = await getWork(ports, reviewer)
    const [first, second] = tasks as [LabelingTask, LabelingTask]
    await answer(ports, reviewer, first, 'incorrect')
    await answer(ports, reviewer, second, 'correct')
    const [disputed] = (await getWork(ports, reviewer, block)).tasks
    await answer(ports, reviewer, disputed!)
    harm(ports, shardKey(work, 0), text)
    await rebuild(work, ports)
    expect(await shardOf(work, ports)).toMatchObject({
      answers: { 1: [`${one.id}.1`], 2: [`${one.id}.1`] },
      checks: { 1: [`${two.id}.1.incorrect`], 2: [`${two.id}.1`] },
      reviews: { 1: [`${two.id}.1`] },
    })
  },
)

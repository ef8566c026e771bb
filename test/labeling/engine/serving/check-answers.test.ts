import { describe, expect, it } from '@jest/globals'
import type { LabelingTask } from '../../../../shared/contracts/labeling-task.ts'
import { shardKey } from '../../../../shared/labeling/engine/folders.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { readShard } from '../../../../shared/labeling/engine/shard.ts'
import {
  ann,
  answerAll,
  bob,
  CORRECT,
  cem,
  drawn,
  INCORRECT,
  linesOf,
  openChecked,
  submit,
} from '../../../support/fixtures/checked-work.ts'
import { catBox } from '../../../support/fixtures/closed-work.ts'
import { getTask, getWork, JOB, passSeconds } from '../../../support/fixtures/open-work.ts'

describe('a check', () => {
  /** Returns a job of two images, one of which a worker is to check; neither is handed back. */
  async function checking() {
    const job = openChecked(2)
    await answerAll(job.ports, ann, () => drawn())
    const { block, tasks } = await getWork(job.ports, bob)
    return { ...job, block, tasks: tasks as [LabelingTask, LabelingTask] }
  }

  it('is a verdict, and no drawing', async () => {
    const { ports, tasks } = await checking()
    await expect(submit(ports, bob, tasks[0], drawn())).rejects.toMatchObject({
      code: 'invalid-request',
      issues: [{ at: 'body.answer' }],
    })
  })

  it('that finds nothing is one request, and counts when the block is handed back', async () => {
    const { ports, tasks, work: job, block } = await checking()
    for (const task of tasks) await submit(ports, bob, task, CORRECT)
    expect((await readShard(job, 0, ports))?.value.checks).toBeUndefined()
    await nextTasks(JOB, bob, { finished: block }, ports)
    expect((await readShard(job, 0, ports))?.value.checks).toEqual({ 1: [`${bob.id}.1`], 2: [`${bob.id}.1`] })
  })

  it('that finds something counts at once, and can be replaced by one that finds nothing', async () => {
    const { ports, tasks, work: job } = await checking()
    await submit(ports, bob, tasks[0], INCORRECT)
    expect((await readShard(job, 0, ports))?.value.checks).toEqual({ 1: [`${bob.id}.1.incorrect`] })
    const { receipt } = await submit(ports, bob, tasks[0], CORRECT, 'again')
    expect(receipt).toMatchObject({ counted: true, revision: 2 })
    expect((await readShard(job, 0, ports))?.value.checks).toEqual({ 1: [`${bob.id}.2`] })
  })

  it('is no verdict of somebody who verifies: to say that boxes are incorrect is a label then', async () => {
    const { ports, work: job } = openChecked(1, {
      mode: 'verify',
      labels: ['correct', 'incorrect'],
      coverageCheck: undefined,
    })
    await answerAll(ports, ann, () => INCORRECT)
    expect((await readShard(job, 0, ports))?.value.answers).toEqual({ 1: [`${ann.id}.1`] })
  })

  it('counts when its lease expires, whatever it says', async () => {
    const { ports, tasks, work: job } = await checking()
    await submit(ports, bob, tasks[0], CORRECT)
    passSeconds(ports, 1000)
    expect(linesOf((await getWork(ports, cem)).tasks)).toEqual([2])
    expect((await readShard(job, 0, ports))?.value.checks).toEqual({ 1: [`${bob.id}.1`] })
  })

  describe('that finds something, and was stored but not counted', () => {
    /** The function has crashed after it had stored the answer. */
    async function storedOnly() {
      const { ports, tasks, ...others } = await checking()
      const uri = `s3://work/${shardKey(others.work, 0)}`
      const before = ports.world.stored.get(uri)!
      await submit(ports, bob, tasks[0], INCORRECT)
      ports.world.stored.set(uri, before)
      return { ports, ...others }
    }

    it('is asked for again when the page is reloaded', async () => {
      const { ports } = await storedOnly()
      expect((await getTask(ports, bob)).answered).toBeUndefined()
    })

    it('counts as what it says when its lease expires', async () => {
      const { ports, work: job } = await storedOnly()
      passSeconds(ports, 1000)
      await getWork(ports, cem)
      expect((await readShard(job, 0, ports))?.value.checks).toEqual({ 1: [`${bob.id}.1.incorrect`] })
    })
  })

  it('is asked for again, with the same boxes, when the page is reloaded', async () => {
    const { ports, tasks } = await checking()
    await submit(ports, bob, tasks[0], CORRECT)
    const again = await getWork(ports, bob)
    expect(again.tasks.map(({ check, boxes, answered }) => ({ check, boxes, answered }))).toEqual([
      { check: 'coverage', boxes: [catBox()], answered: true },
      { check: 'coverage', boxes: [catBox()], answered: undefined },
    ])
  })
})

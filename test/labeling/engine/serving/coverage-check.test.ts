import { describe, expect, it } from '@jest/globals'
import { readProgress } from '../../../../shared/labeling/engine/progress/read-progress.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { requestStop } from '../../../../shared/labeling/engine/stop.ts'
import { findWork } from '../../../../shared/labeling/engine/work.ts'
import {
  ann,
  answerAll,
  bob,
  CORRECT,
  cem,
  closedBecause,
  detailsOf,
  drawn,
  INCORRECT,
  linesOf,
  openChecked,
  stateFor,
  submit,
} from '../../../support/fixtures/checked-work.ts'
import { catBox } from '../../../support/fixtures/closed-work.ts'
import { getTask, getWork, JOB, passSeconds, watch } from '../../../support/fixtures/open-work.ts'

describe('a job whose labels are checked', () => {
  it('asks another worker whether an object lacks a box, and shows what is drawn', async () => {
    const { ports } = openChecked(2)
    await answerAll(ports, ann, ({ line }) => (line === 1 ? drawn() : { answer: 'empty' }))
    const { tasks } = await getWork(ports, bob)
    expect(tasks.map(({ line, check, boxes }) => ({ line, check, boxes }))).toEqual([
      { line: 1, check: 'coverage', boxes: [catBox()] },
      { line: 2, check: 'coverage', boxes: [] },
    ])
  })

  it('shows one list of boxes where several workers have drawn', async () => {
    const { ports } = openChecked(1, { workersPerObject: 2 })
    await answerAll(ports, ann, () => drawn(0))
    await answerAll(ports, bob, () => drawn(2))
    expect((await getTask(ports, cem)).boxes).toEqual([catBox(1)])
  })

  it('does not say to whoever checks who has drawn', async () => {
    const { ports } = openChecked(1)
    await answerAll(ports, ann, () => drawn())
    expect(JSON.stringify(await getWork(ports, bob))).not.toContain(ann.id)
  })

  it('stays open until each image is checked, and then ends', async () => {
    const job = openChecked(2)
    await answerAll(job.ports, ann, () => drawn())
    expect(await closedBecause(job)).toBeUndefined()
    await answerAll(job.ports, bob, () => CORRECT)
    expect(await closedBecause(job)).toBe('complete')
  })

  it.each(['cannot-tell', 'bad-image'] as const)('ends where whoever checks says %s', async (answer) => {
    const job = openChecked(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => ({ answer }))
    expect(await closedBecause(job)).toBe('complete')
  })

  it('asks somebody else where the first one has declined', async () => {
    const job = openChecked(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => ({ answer: 'declined' }))
    expect(await closedBecause(job)).toBeUndefined()
    expect(await stateFor(job.ports, bob)).toBe('done')
    expect(linesOf(await answerAll(job.ports, cem, () => CORRECT))).toEqual([1])
    expect(await closedBecause(job)).toBe('complete')
  })

  it('gives each image to one worker at a time, and to another when the first one has left', async () => {
    const { ports } = openChecked(1)
    await answerAll(ports, ann, () => drawn())
    await getWork(ports, bob)
    expect(await stateFor(ports, cem)).toBe('wait')
    passSeconds(ports, 1000)
    expect((await getTask(ports, cem)).check).toBe('coverage')
  })

  it('lets nobody check what is their own, and leaves it open when all have labeled it', async () => {
    const job = openChecked(1, { workersPerObject: 2 })
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => drawn())
    expect([await stateFor(job.ports, ann), await stateFor(job.ports, bob)]).toEqual(['done', 'done'])
    expect(await closedBecause(job)).toBeUndefined()
    expect((await getTask(job.ports, cem)).check).toBe('coverage')
  })

  it('gives images to label before those to check', async () => {
    const { ports } = openChecked(30)
    await answerAll(ports, ann, () => drawn())
    const tasks = [...(await answerAll(ports, bob, () => drawn())), ...(await answerAll(ports, bob, () => CORRECT))]
    expect(tasks.map(({ line, check }) => `${line} ${check ?? 'label'}`)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `${index + 21} label`),
      ...Array.from({ length: 10 }, (_, index) => `${index + 1} coverage`),
    ])
  })

  it('lets workers wait who may check what others are labeling', async () => {
    const { ports } = openChecked(11)
    await answerAll(ports, ann, () => drawn())
    await getWork(ports, ann)
    expect((await answerAll(ports, bob, () => CORRECT)).every(({ check }) => check === 'coverage')).toBe(true)
    expect(await stateFor(ports, bob)).toBe('wait')
    await answerAll(ports, ann, () => drawn())
    passSeconds(ports, 61)
    expect(linesOf(await answerAll(ports, bob, () => CORRECT))).toEqual([11])
  })

  it('gives to whoever comes what was labeled since nothing was left', async () => {
    const { ports } = openChecked(1)
    const { block, tasks } = await getWork(ports, ann)
    expect(await stateFor(ports, bob)).toBe('wait')
    for (const task of tasks) await submit(ports, ann, task, drawn())
    await nextTasks(JOB, ann, { finished: block }, ports)
    passSeconds(ports, 61)
    expect((await getTask(ports, cem)).check).toBe('coverage')
  })

  it('has nothing to check where an image could not be labeled', async () => {
    const job = openChecked(1)
    await answerAll(job.ports, ann, () => ({ answer: 'bad-image' }))
    expect(await closedBecause(job)).toBe('complete')
  })

  it('ends when somebody says that an object lacks a box, if nobody reviews', async () => {
    const job = openChecked(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => INCORRECT)
    expect(await closedBecause(job)).toBe('complete')
  })

  it('counts what is checked and what is to be checked, as long as it runs', async () => {
    const job = openChecked(11)
    expect((await detailsOf(job)).checks).toEqual({ given: 0, needed: 11 })
    await answerAll(job.ports, ann, () => drawn())
    passSeconds(job.ports, 60)
    expect((await readProgress(job.work, job.ports)).counters).toEqual({ labeled: 0, failed: 0, unlabeled: 11 })
    await answerAll(job.ports, bob, ({ line }) => (line === 1 ? INCORRECT : CORRECT))
    const { checks, opinions } = await detailsOf(job)
    expect({ checks, opinions }).toEqual({ checks: { given: 10, needed: 1 }, opinions: { given: 10, needed: 1 } })
    expect((await readProgress(job.work, job.ports)).counters).toEqual({ labeled: 10, failed: 0, unlabeled: 1 })
  })

  it('can be stopped, and then has what is not checked as labeled', async () => {
    const job = openChecked(1)
    await answerAll(job.ports, ann, () => drawn())
    await requestStop(JOB, job.ports)
    const stopped = (await findWork(JOB, job.ports))!.value
    await watch(stopped, job.ports)
    expect(await closedBecause(job)).toBe('stopped')
    passSeconds(job.ports, 60)
    expect((await readProgress(stopped, job.ports)).counters).toEqual({ labeled: 1, failed: 0, unlabeled: 0 })
  })

  it('checks nothing unless it is asked to', async () => {
    const job = openChecked(1, { coverageCheck: undefined })
    await answerAll(job.ports, ann, () => drawn())
    expect(await closedBecause(job)).toBe('complete')
    expect((await detailsOf(job)).checks).toBeUndefined()
  })
})

import { describe, expect, it } from '@jest/globals'
import { findOwnAnswers } from '../../../../shared/labeling/engine/serving/own-answers.ts'
import {
  ann,
  answerAll,
  bob,
  cem,
  closedBecause,
  detailsOf,
  drawn,
  INCORRECT,
  openChecked,
  reviewer,
  stateFor,
  submit,
} from '../../../support/fixtures/checked-work.ts'
import { getTask, getWork, JOB, passSeconds } from '../../../support/fixtures/open-work.ts'

describe('a job with checks and reviewers', () => {
  const withReviewers = (workersPerObject: number) => openChecked(1, { workersPerObject, review: 'disputes' })

  it('asks a reviewer where an object lacks a box, with what is drawn and the remark', async () => {
    const job = withReviewers(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => INCORRECT)
    expect(await closedBecause(job)).toBeUndefined()
    const { readings, missing, comment, check, boxes } = await getTask(job.ports, reviewer(9))
    expect({ readings, missing, comment, check, boxes }).toEqual({
      readings: [drawn()],
      missing: true,
      comment: INCORRECT.comment,
      check: undefined,
      boxes: undefined,
    })
  })

  it('tells its owner that reviewers are needed, and counts it among the disputes', async () => {
    const job = withReviewers(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => INCORRECT)
    expect(job.ports.world.sent.tasks).toContainEqual(
      expect.objectContaining({ task: 'notify-owner', isDisputed: true }),
    )
    expect((await detailsOf(job)).disputes).toEqual({ undecided: 1, decided: 0 })
    await answerAll(job.ports, reviewer(9), () => drawn())
    expect((await detailsOf(job)).disputes).toEqual({ undecided: 0, decided: 1 })
  })

  it('does not check what a reviewer has decided', async () => {
    const job = withReviewers(1)
    await answerAll(job.ports, ann, () => drawn())
    await answerAll(job.ports, bob, () => INCORRECT)
    await answerAll(job.ports, reviewer(9), () => drawn())
    expect(await closedBecause(job)).toBe('complete')
  })

  it('does not check images on which workers differ: a reviewer decides', async () => {
    const job = withReviewers(2)
    await answerAll(job.ports, ann, () => drawn(0))
    await answerAll(job.ports, bob, () => drawn(90))
    expect(await stateFor(job.ports, cem)).toBe('done')
    const [task] = await answerAll(job.ports, reviewer(9), () => drawn(0))
    expect(task?.missing).toBeUndefined()
    expect(await closedBecause(job)).toBe('complete')
  })

  it('asks a reviewer who has labeled the image, and does not take that for the decision', async () => {
    const { ports } = withReviewers(1)
    await answerAll(ports, reviewer(9), () => drawn())
    await answerAll(ports, bob, () => INCORRECT)
    passSeconds(ports, 61)
    const { block, tasks } = await getWork(ports, reviewer(9))
    expect(tasks.map(({ answered }) => answered)).toEqual([undefined])
    expect((await getWork(ports, reviewer(9), block)).block).toBe(block)
  })

  it('shows a worker what of it was a check and what a decision', async () => {
    const { ports } = withReviewers(1)
    await answerAll(ports, ann, () => drawn())
    await answerAll(ports, reviewer(9), () => INCORRECT)
    const { block, tasks } = await getWork(ports, reviewer(9))
    await submit(ports, reviewer(9), tasks[0]!, drawn(3))
    const own = await findOwnAnswers(JOB, reviewer(9), block, ports)
    expect(own.map(({ line, purpose, answer }) => ({ line, purpose, answer }))).toEqual([
      { line: 1, purpose: 'check', answer: 'incorrect' },
      { line: 1, purpose: 'review', answer: 'boxes' },
    ])
  })

  it('lets reviewers wait as long as a check may find something', async () => {
    const job = withReviewers(1)
    await answerAll(job.ports, reviewer(9), () => drawn())
    expect(await stateFor(job.ports, reviewer(9))).toBe('wait')
    await answerAll(job.ports, bob, () => INCORRECT)
    passSeconds(job.ports, 61)
    expect((await getTask(job.ports, reviewer(9))).missing).toBe(true)
  })
})

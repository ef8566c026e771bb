import { describe, expect, it } from '@jest/globals'
import type { AnswerRequest } from '../../../../shared/contracts/labeling-answer.ts'
import type { LabelingTask } from '../../../../shared/contracts/labeling-task.ts'
import { readProgress } from '../../../../shared/labeling/engine/progress/read-progress.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import type { TaskWorker } from '../../../../shared/labeling/engine/serving/worker-job.ts'
import { catBox } from '../../../support/fixtures/closed-work.ts'
import { getWork, JOB, openWork, passSeconds, workerNumber } from '../../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

type Said = Pick<AnswerRequest, 'answer' | 'boxes'>

const drawn = (moved: number): Said => ({ answer: 'boxes', boxes: [catBox(moved)] })
const reviewer = (number: number): TaskWorker => ({ ...workerNumber(number), role: 'review' })

const open = (lines: number, changes: Parameters<typeof openWork>[1] = {}) =>
  openWork(lines, { workersPerObject: 2, review: 'disputes', ...changes })

/** Lets a worker answer all tasks that the worker gets now, and hand them back. Returns the tasks. */
async function work(ports: MemoryPorts, worker: TaskWorker, say: (line: number) => Said): Promise<LabelingTask[]> {
  const reply = await nextTasks(JOB, worker, {}, ports)
  if (reply.state !== 'work') return []
  for (const { line, ticket } of reply.tasks)
    await submitAnswer(
      JOB,
      line,
      worker,
      { ticket, submitId: `${worker.role}-${worker.id}-${line}`, ...say(line) },
      ports,
    )
  await nextTasks(JOB, worker, { finished: reply.block }, ports)
  return reply.tasks
}

/** Two people differ about the class on line 2, and agree about the others. */
async function differAboutLine2(ports: MemoryPorts): Promise<void> {
  await work(ports, workerNumber(1), () => drawn(0))
  await work(ports, workerNumber(2), (line) =>
    line === 2 ? { answer: 'boxes', boxes: [{ ...catBox(), className: 'Dog' }] } : drawn(0),
  )
}

const disputes = async ({ ports, work: job }: ReturnType<typeof open>) => {
  passSeconds(ports, 60)
  return (await readProgress(job, ports)).details.disputes
}

const sentTasks = ({ world }: MemoryPorts) => world.sent.tasks.map((message) => (message as { task: string }).task)

describe('a job with reviewers', () => {
  it('gives a reviewer the images on which workers differ, with what each of them has said', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    const { tasks } = await getWork(ports, reviewer(9))
    expect(tasks.map(({ line, readings }) => ({ line, readings }))).toEqual([
      {
        line: 2,
        readings: [drawn(0), { answer: 'boxes', boxes: [{ ...catBox(), className: 'Dog' }] }],
      },
    ])
  })

  it('gives them to nobody else', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    expect((await nextTasks(JOB, workerNumber(3), {}, ports)).state).toBe('done')
  })

  it('does not say to a reviewer who has said what', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    const { tasks } = await getWork(ports, reviewer(9))
    for (const { id } of [workerNumber(1), workerNumber(2)]) expect(JSON.stringify(tasks)).not.toContain(id)
  })

  it('stays open until the reviewer has decided, and then ends', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    expect(sentTasks(ports)).not.toContain('shard-closed')
    expect(await work(ports, reviewer(9), () => drawn(0))).toHaveLength(1)
    expect(sentTasks(ports)).toContain('shard-closed')
  })

  it('asks another reviewer where the first one has declined', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    await work(ports, reviewer(8), () => ({ answer: 'declined' }))
    expect((await work(ports, reviewer(9), () => drawn(0))).map(({ line }) => line)).toEqual([2])
  })

  it('gives an image to one reviewer at a time, and to another when the first one has left', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    await getWork(ports, reviewer(8))
    expect((await nextTasks(JOB, reviewer(9), {}, ports)).state).toBe('wait')
    passSeconds(ports, 1000)
    expect((await getWork(ports, reviewer(9))).tasks).toHaveLength(1)
  })

  it('lets reviewers label as well, and decide what they have labeled themselves only when nothing else is left', async () => {
    const { ports } = open(2)
    await work(ports, reviewer(1), () => drawn(0))
    await work(ports, workerNumber(2), () => drawn(60))
    expect((await work(ports, reviewer(1), () => drawn(0))).map(({ line }) => line)).toEqual([1, 2])
  })

  it('makes a reviewer wait as long as there may be something to review', async () => {
    const { ports } = open(1)
    await work(ports, reviewer(9), () => drawn(0))
    expect((await nextTasks(JOB, reviewer(9), {}, ports)).state).toBe('wait')
    await work(ports, workerNumber(1), () => drawn(0))
    passSeconds(ports, 61)
    expect((await nextTasks(JOB, reviewer(9), {}, ports)).state).toBe('done')
  })

  it('counts what reviewers have to decide, and what they have decided', async () => {
    const job = open(3)
    await differAboutLine2(job.ports)
    expect(await disputes(job)).toEqual({ undecided: 1, decided: 0 })
    await work(job.ports, reviewer(9), () => drawn(0))
    expect(await disputes(job)).toEqual({ undecided: 0, decided: 1 })
  })

  it('asks for its owner to be told, once for each part of the job in which workers begin to differ', async () => {
    const { ports } = open(3)
    await differAboutLine2(ports)
    expect(sentTasks(ports).filter((task) => task === 'notify-owner')).toHaveLength(1)
  })

  it('has no disputes and no reviewers where nobody has asked for them', async () => {
    const job = open(3, { review: undefined })
    await differAboutLine2(job.ports)
    expect((await nextTasks(JOB, reviewer(9), {}, job.ports)).state).toBe('done')
    expect(await disputes(job)).toBeUndefined()
  })
})

import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../../../shared/contracts/labeling-answer.ts'
import type { NextTasks } from '../../../../shared/contracts/labeling-task.ts'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import { nextTasks } from '../../../../shared/labeling/engine/serving/next-tasks.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import { readShard } from '../../../../shared/labeling/engine/shard.ts'
import { catBox } from '../../../support/fixtures/closed-work.ts'
import {
  getWork,
  JOB,
  openWork,
  passSeconds,
  type WorkReply,
  workerNumber,
} from '../../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

const STOP_WHEN = { workers: 2, agreeAt: 0.85 }

const open = (lines: number, changes: Parameters<typeof openWork>[1] = {}): MemoryPorts =>
  openWork(lines, { workersPerObject: 5, stopWhen: STOP_WHEN, ...changes }).ports

type Say = (line: number) => ClassBox[] | Answer

/** Lets a worker answer everything that the worker gets in one block. Returns it; undefined where the worker gets nothing. */
async function begin(ports: MemoryPorts, number: number, say: Say): Promise<WorkReply | undefined> {
  const worker = workerNumber(number)
  const reply = await nextTasks(JOB, worker, {}, ports)
  if (reply.state !== 'work') return undefined
  for (const { line, ticket } of reply.tasks) {
    const said = say(line)
    const answer = typeof said === 'string' ? { answer: said } : { answer: 'boxes' as const, boxes: said }
    await submitAnswer(JOB, line, worker, { ticket, submitId: `submit-${number}-${line}`, ...answer }, ports)
  }
  return reply
}

/** Hands a block back, and returns what comes then. */
const finish = (ports: MemoryPorts, number: number, reply: WorkReply | undefined): Promise<NextTasks> =>
  nextTasks(JOB, workerNumber(number), { finished: reply?.block }, ports)

/** Lets a worker answer everything that the worker gets in one block, and hand it back. Returns the lines. */
async function work(ports: MemoryPorts, number: number, say: Say): Promise<number[]> {
  const reply = await begin(ports, number, say)
  if (reply) await finish(ports, number, reply)
  return reply?.tasks.map(({ line }) => line) ?? []
}

describe('a job that stops asking when people agree', () => {
  it('asks as many people at first as must agree', async () => {
    const ports = open(3)
    await getWork(ports, workerNumber(1))
    await getWork(ports, workerNumber(2))
    expect((await nextTasks(JOB, workerNumber(3), {}, ports)).state).toBe('wait')
  })

  it('asks nobody any more about an image on which two agree', async () => {
    const ports = open(3)
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, () => [catBox(2)])
    expect((await nextTasks(JOB, workerNumber(3), {}, ports)).state).toBe('done')
  })

  it('asks one more about each image on which they differ, and not about the others', async () => {
    const ports = open(3)
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, (line) => [catBox(line === 2 ? 80 : 2)])
    expect(await work(ports, 3, () => [catBox()])).toEqual([2])
    expect((await nextTasks(JOB, workerNumber(4), {}, ports)).state).toBe('done')
  })

  it('keeps no disputes where nobody reviews them', async () => {
    const { ports, work: open } = openWork(3, { workersPerObject: 5, stopWhen: STOP_WHEN })
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, () => [catBox(80)])
    expect((await readShard(open, 0, ports))!.value).not.toHaveProperty('disputed')
  })

  it('compares an answer once, although two hand their blocks back at the same time', async () => {
    const ports = open(20)
    for (const number of [1, 2, 1, 2]) await work(ports, number, () => [catBox(60 * number)])
    const [one, other] = [await begin(ports, 3, () => [catBox()]), await begin(ports, 4, () => [catBox()])]
    expect([one?.tasks[1]?.line, other?.tasks[1]?.line]).toEqual([2, 12])
    ports.world.calls.splice(0)
    await Promise.all([finish(ports, 3, one), finish(ports, 4, other)])
    const read = ports.world.calls.filter(
      ({ method, key }) => method === 'get' && /\/answers\/\d+\/\d+\/0*(2|12)\./.test(key),
    )
    expect([read.length, new Set(read.map(({ key }) => key)).size]).toEqual([6, 6])
  })

  it('asks at most as many people as the job has for an image', async () => {
    const ports = open(1, { workersPerObject: 3 })
    for (const number of [1, 2, 3]) expect(await work(ports, number, () => [catBox(40 * number)])).toEqual([1])
    expect((await nextTasks(JOB, workerNumber(4), {}, ports)).state).toBe('done')
  })

  it('does not stop where two agree about the place of an object, but not about its class', async () => {
    const ports = open(1)
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, () => [{ ...catBox(), className: 'Dog' }])
    expect(await work(ports, 3, () => [catBox()])).toEqual([1])
  })

  it.each(['empty', 'cannot-tell', 'bad-image'] as const)('needs a third who says %s', async (answer) => {
    const ports = open(1)
    await work(ports, 1, () => answer)
    await work(ports, 2, () => answer)
    expect(await work(ports, 3, () => answer)).toEqual([1])
    expect((await nextTasks(JOB, workerNumber(4), {}, ports)).state).toBe('done')
  })

  it('stops when two give the same verdict', async () => {
    const ports = open(1, { mode: 'verify', labels: ['correct', 'incorrect'] })
    await work(ports, 1, () => 'correct')
    await work(ports, 2, () => 'incorrect')
    expect(await work(ports, 3, () => 'incorrect')).toEqual([1])
    expect((await nextTasks(JOB, workerNumber(4), {}, ports)).state).toBe('done')
  })

  it('compares what was answered in a block that was left, when its time is over', async () => {
    const ports = open(2)
    await work(ports, 1, () => [catBox()])
    const { tasks } = await getWork(ports, workerNumber(2))
    const [task] = tasks
    const request = { ticket: task?.ticket ?? '', submitId: 'submit-left', answer: 'boxes' as const, boxes: [catBox()] }
    await submitAnswer(JOB, 1, workerNumber(2), request, ports)
    passSeconds(ports, 1000)
    expect(await work(ports, 3, () => [catBox()])).toEqual([2])
  })

  it('asks for a look at all its workers as soon as the answers of one seem to be too often wrong', async () => {
    const ports = open(10)
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, () => [catBox(90)])
    const isAsked = () =>
      ports.world.sent.tasks.some((message) => (message as { task: string }).task === 'judge-workers')
    expect(isAsked()).toBe(false)
    await work(ports, 3, () => [catBox()])
    expect(isAsked()).toBe(true)
  })

  it('gives out an image on which two differ to somebody who was told to wait, within about a minute', async () => {
    const ports = open(1)
    const [one, two] = [await getWork(ports, workerNumber(1)), await getWork(ports, workerNumber(2))]
    const reply = await nextTasks(JOB, workerNumber(3), {}, ports)
    expect(reply).toMatchObject({ state: 'wait' })
    await work(ports, 1, () => [catBox()])
    await work(ports, 2, () => [catBox(60)])
    expect([one.tasks.length, two.tasks.length]).toEqual([1, 1])
    passSeconds(ports, 61)
    expect(await work(ports, 3, () => [catBox()])).toEqual([1])
  })
})

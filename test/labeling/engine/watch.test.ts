import { describe, expect, it } from '@jest/globals'
import { tasksKey } from '../../../shared/labeling/engine/folders.ts'
import { nextTasks } from '../../../shared/labeling/engine/serving/next-tasks.ts'
import { submitAnswer } from '../../../shared/labeling/engine/serving/submit-answer.ts'
import { readShard, shardRef } from '../../../shared/labeling/engine/shard.ts'
import { startWatching } from '../../../shared/labeling/engine/start-watching.ts'
import { requestStop } from '../../../shared/labeling/engine/stop.ts'
import { lookAtShard } from '../../../shared/labeling/engine/watch/watch-work.ts'
import { findWork, type Work, workRef } from '../../../shared/labeling/engine/work.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  getWork,
  JOB,
  openWork,
  passSeconds,
  type WorkReply,
  watch,
  workerNumber,
} from '../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const one = workerNumber(1)

async function answerAll(ports: MemoryPorts, { tasks }: WorkReply, worker = one): Promise<void> {
  for (const { line, ticket } of tasks)
    await submitAnswer(JOB, line, worker, { ticket, submitId: `submit-${line}`, answer: 'empty' }, ports)
}

const findReason = async (work: Work, shard: number, ports: MemoryPorts) =>
  (await readShard(work, shard, ports))?.value.closed?.because

const takeMessages = ({ world }: MemoryPorts) => world.sent.tasks.splice(0) as { task: string; job: string }[]

const findDelay = ({ world }: MemoryPorts): number | undefined => {
  const message = world.sent.tasks.find((one) => (one as { task: string }).task === 'watch-labeling')
  return message === undefined ? undefined : (world.delays.get(message) ?? 0)
}

describe('watching a job', () => {
  it('counts what a worker has answered who left without handing the block back', async () => {
    const { ports, work } = openWork(10)
    await answerAll(ports, await getWork(ports, one))
    passSeconds(ports, 901)
    await watch(work, ports)
    expect(await findReason(work, 0, ports)).toBe('complete')
    expect(takeMessages(ports)).toContainEqual(expect.objectContaining({ task: 'start-round' }))
  })

  it('goes on with the next message, a quarter of an hour later', async () => {
    const { ports, work } = openWork(250)
    await watch(work, ports)
    expect(findDelay(ports)).toBe(900)
  })

  it('begins some seconds after the job, so that one ends at once in which nobody is asked for anything', async () => {
    const { ports, work } = openWork(10, {
      lines: Array.from({ length: 10 }, () => ({ task: { problem: 'The image is damaged.' } })),
      because: 'complete',
    })
    await startWatching(work, ports)
    await drain(ports, { until: new Date(ports.world.now.getTime() + 20_000) })
    expect((await findWork(JOB, ports))?.value.end?.counters).toEqual({ labeled: 0, failed: 10, unlabeled: 0 })
  })

  it('looks again as soon as a lease expires when all images are with workers', async () => {
    const { ports, work } = openWork(10)
    await getWork(ports, one)
    passSeconds(ports, 100)
    await watch(work, ports)
    expect(findDelay(ports)).toBe(805)
  })

  it('ends a job whose time is over, whatever was answered', async () => {
    const { ports, work } = openWork(150, { deadline: '2026-01-02T04:10:00.000Z' })
    const reply = await getWork(ports, one)
    expect(reply.secondsLeft).toBe(600)
    passSeconds(ports, 601)
    await watch(work, ports)
    expect([await findReason(work, 0, ports), await findReason(work, 1, ports)]).toEqual(['deadline', 'deadline'])
  })

  it('ends a job that was stopped at once when nobody has an image', async () => {
    const { ports, work } = openWork(10)
    await requestStop(JOB, ports)
    await watch(work, ports)
    expect(await findReason(work, 0, ports)).toBe('stopped')
  })

  it('leaves the workers of a stopped job the time to finish their blocks', async () => {
    const { ports, work } = openWork(10)
    const reply = await getWork(ports, one)
    await requestStop(JOB, ports)
    await watch(work, ports)
    expect(await findReason(work, 0, ports)).toBeUndefined()
    await answerAll(ports, reply)
    expect(await nextTasks(JOB, one, { finished: reply.block }, ports)).toMatchObject({ state: 'done' })
    await watch(work, ports)
    expect(await findReason(work, 0, ports)).toBe('complete')
  })

  it('ends a job that was stopped after a quarter of an hour in any case', async () => {
    const { ports, work } = openWork(10, { taskTimeLimitSeconds: 3600 })
    await getWork(ports, one)
    await requestStop(JOB, ports)
    passSeconds(ports, 900)
    await watch(work, ports)
    expect(await findReason(work, 0, ports)).toBe('stopped')
  })

  it('stops a job when enough objects are labeled', async () => {
    const { ports, work } = openWork(250, { stoppingConditions: { maxHumanLabeledObjects: 10 } })
    await answerAll(ports, await getWork(ports, one))
    passSeconds(ports, 1000)
    await watch(work, ports)
    expect((await findWork(JOB, ports))?.value.stop?.because).toBe('condition-met')
  })

  it('ends with the result and the end of the job, by its messages alone', async () => {
    const { ports } = openWork(130)
    await answerAll(ports, await getWork(ports, one))
    await requestStop(JOB, ports)
    passSeconds(ports, 901)
    await drain(ports, { until: new Date(ports.world.now.getTime() + 3600_000) })
    expect((await findWork(JOB, ports))?.value.end).toMatchObject({
      status: 'Stopped',
      counters: { labeled: 10, failed: 0, unlabeled: 120 },
    })
  })

  it('does not keep a job from ending of which a shard cannot be made again', async () => {
    const { ports, work } = openWork(150, { deadline: '2026-01-02T04:10:00.000Z' })
    ports.world.stored.delete(`s3://work/${tasksKey(work)}`)
    const uri = `s3://work/${shardRef(work, 1).key}`
    ports.world.stored.set(uri, { ...ports.world.stored.get(uri)!, bytes: Buffer.from('{') })
    passSeconds(ports, 601)
    await watch(work, ports)
    expect(takeMessages(ports)).toContainEqual(expect.objectContaining({ task: 'start-round' }))
    expect(ports.world.logged).toContainEqual(expect.objectContaining({ event: 'state.corrupt' }))
  })

  it('comes again while the record of the job is lost, and ends when the job is deleted', async () => {
    const { ports, work } = openWork(10)
    const { stored } = ports.world
    stored.delete(`s3://work/${workRef(JOB).key}`)
    await expect(watch(work, ports)).rejects.toMatchObject({ code: 'corrupt-state', key: workRef(JOB).key })
    for (const uri of [...stored.keys()].filter((one) => one.includes('/labeling-work/'))) stored.delete(uri)
    await watch(work, ports)
    expect(takeMessages(ports)).toEqual([])
  })

  it('does nothing for a job that has ended, is gone, or was created anew', async () => {
    const { ports, work } = openWork(10)
    await watch({ ...work, workId: 'work000000000009' }, ports)
    await watch({ ...work, job: 'other' }, ports)
    expect(takeMessages(ports)).toEqual([])
  })
})

describe('the message of a closed shard', () => {
  const toMessage = (work: Work, shard: number) => ({
    ...work,
    task: 'shard-closed' as const,
    shard,
    requestId: 'request-1',
  })

  it('starts the result after the last shard, and only then', async () => {
    const { ports, work } = openWork(150, { because: 'complete' })
    await lookAtShard(toMessage(work, 1), ports)
    expect(takeMessages(ports)).toEqual([])
    await lookAtShard(toMessage(work, 0), ports)
    await lookAtShard(toMessage(work, 0), ports)
    expect(takeMessages(ports).map(({ task }) => task)).toEqual(['start-round', 'start-round'])
  })

  it('has no effect while the shard is open', async () => {
    const { ports, work } = openWork(10)
    await lookAtShard(toMessage(work, 0), ports)
    expect(takeMessages(ports)).toEqual([])
  })
})

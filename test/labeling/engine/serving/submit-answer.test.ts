import { describe, expect, it } from '@jest/globals'
import type { AnswerReceipt, AnswerRequest } from '../../../../shared/contracts/labeling-answer.ts'
import type { LabelingTask } from '../../../../shared/contracts/labeling-task.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import { countedAnswers, readShard } from '../../../../shared/labeling/engine/shard.ts'
import { requestStop } from '../../../../shared/labeling/engine/stop.ts'
import type { Work } from '../../../../shared/labeling/engine/work.ts'
import {
  getTask,
  getWork,
  JOB,
  openWork,
  passSeconds,
  watch,
  workerNumber,
} from '../../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

const one = workerNumber(1)
const two = workerNumber(2)
/** A lease of ten images. */
const LEASE_SECONDS = 900

const submit = async (
  ports: MemoryPorts,
  { line, ticket }: LabelingTask,
  request: Partial<AnswerRequest> = {},
  worker = one,
): Promise<AnswerReceipt> => {
  const body: AnswerRequest = { ticket, submitId: 'submit-0001', answer: 'empty', ...request }
  return (await submitAnswer(JOB, line, worker, body, ports)).receipt
}

const findCounted = async (work: Work, line: number, ports: MemoryPorts) => {
  const shard = await readShard(work, 0, ports)
  return shard ? countedAnswers(shard.value, line) : []
}

const box = (left: number, top: number, width: number, height: number, className = 'Cat') => ({
  className,
  left,
  top,
  width,
  height,
})

describe('an answer', () => {
  it('costs one request when it is the first one and in time', async () => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    ports.world.calls.length = 0
    await submit(ports, task)
    expect(ports.world.calls.map(({ port, method }) => `${port}.${method}`)).toEqual(['objects.put'])
  })

  it('is stored once when its request is repeated', async () => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    const first = await submit(ports, task)
    expect(await submit(ports, task)).toEqual(first)
    expect(first).toEqual({ line: 1, answer: 'empty', counted: true, revision: 1, cutBoxes: 0 })
  })

  it('replaces an earlier one of the same worker', async () => {
    const { ports, work } = openWork(10)
    const task = await getTask(ports, one)
    await submit(ports, task)
    const boxes = [box(10, 20, 30, 40)]
    expect(await submit(ports, task, { submitId: 'submit-0002', answer: 'boxes', boxes })).toMatchObject({
      revision: 2,
    })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id, revision: 2 }])
  })

  it('replaces the answer that it names, if that is the latest', async () => {
    const { ports, work } = openWork(10)
    const task = await getTask(ports, one)
    await submit(ports, task)
    await submit(ports, task, { submitId: 'submit-0002' })
    const change = { submitId: 'submit-0003', replaces: 'submit-0001' }
    await expect(submit(ports, task, change)).rejects.toMatchObject({ code: 'conflict' })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id, revision: 2 }])
    expect(await submit(ports, task, { ...change, replaces: 'submit-0002' })).toMatchObject({ revision: 3 })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id, revision: 3 }])
  })

  it('is the same when its request is repeated, whatever it replaces', async () => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    await submit(ports, task, { submitId: 'submit-0001' })
    const change = { submitId: 'submit-0002', replaces: 'submit-0001' }
    expect(await submit(ports, task, change)).toMatchObject({ revision: 2 })
    expect(await submit(ports, task, change)).toMatchObject({ revision: 2 })
  })

  it('is the first one when the answer that it replaces has never arrived', async () => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    expect(await submit(ports, task, { replaces: 'submit-lost' })).toMatchObject({ revision: 1, counted: true })
  })

  it('is still the first one when its request is repeated after it was replaced', async () => {
    const { ports, work } = openWork(10)
    const task = await getTask(ports, one)
    await submit(ports, task)
    await submit(ports, task, { submitId: 'submit-0002' })
    expect(await submit(ports, task)).toMatchObject({ revision: 1 })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ revision: 2 }])
  })

  it('can be replaced twenty times', async () => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    for (let number = 1; number <= 20; number++) await submit(ports, task, { submitId: `submit-${1000 + number}` })
    await expect(submit(ports, task, { submitId: 'submit-again' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('counts when it comes late, even if the image was given to another worker', async () => {
    const { ports, work } = openWork(10)
    const task = await getTask(ports, one)
    passSeconds(ports, LEASE_SECONDS + 1)
    await getWork(ports, two)
    expect(await submit(ports, task)).toMatchObject({ counted: true })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id }])
  })

  it('does not count after the image has all its answers and its shard is closed', async () => {
    const { ports } = openWork(1)
    const task = await getTask(ports, one)
    passSeconds(ports, LEASE_SECONDS + 1)
    const { block, tasks } = await getWork(ports, two)
    await submit(ports, tasks[0]!, {}, two)
    await expect(getWork(ports, two, block)).rejects.toThrow()
    expect(await submit(ports, task)).toMatchObject({ counted: false })
  })

  it('does not count when its job is stopped and closed while it is being stored', async () => {
    const { ports, work } = openWork(10, { taskTimeLimitSeconds: 900 })
    const task = await getTask(ports, one)
    let isPaused = false
    ports.world.pause = async ({ key }) => {
      if (isPaused || !key.includes('/answers/')) return
      isPaused = true
      await requestStop(JOB, ports)
      passSeconds(ports, 16 * 60)
      await watch(work, ports)
    }
    expect(await submit(ports, task)).toMatchObject({ counted: false })
    expect(await findCounted(work, 1, ports)).toEqual([])
  })

  it('is acknowledged as counted only if the clock of whoever ends its lease can be some seconds ahead', async () => {
    const { ports, work } = openWork(10)
    const task = await getTask(ports, one)
    passSeconds(ports, LEASE_SECONDS - 2)
    const ahead = { ...ports, now: () => new Date(ports.world.now.getTime() + 3000) }
    let isPaused = false
    ports.world.pause = async ({ key }) => {
      if (isPaused || !key.includes('/answers/')) return
      isPaused = true
      await watch(work, ahead)
    }
    expect(await submit(ports, task)).toMatchObject({ counted: true })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id }])
  })

  it.each(['declined', 'cannot-tell', 'bad-image'] as const)('%s is counted at once', async (answer) => {
    const { ports, work } = openWork(10)
    await submit(ports, await getTask(ports, one), { answer })
    expect(await findCounted(work, 1, ports)).toMatchObject([{ worker: one.id, noLabel: answer }])
  })

  it('that declines an image leaves it to another worker', async () => {
    const { ports } = openWork(1, { workersPerObject: 2 })
    await submit(ports, await getTask(ports, one), { answer: 'declined' })
    await getWork(ports, two)
    expect((await getWork(ports, workerNumber(3))).tasks).toHaveLength(1)
  })

  it('that declines an image ends it when as many have declined it as it needs answers', async () => {
    const { ports, work } = openWork(1, { workersPerObject: 2 })
    for (const worker of [one, two]) {
      const { block, tasks } = await getWork(ports, worker)
      await submit(ports, tasks[0]!, { answer: 'declined' }, worker)
      await getWork(ports, worker, block).catch(() => undefined)
    }
    expect((await readShard(work, 0, ports))?.value.closed?.because).toBe('complete')
  })

  it('that declined, and was not counted because of a crash, frees the image when the lease expires', async () => {
    const { ports } = openWork(1)
    const task = await getTask(ports, one)
    ports.world.fault = ({ port, method }) => (port === 'objects' && method === 'put' ? 'after' : undefined)
    await submit(ports, task, { answer: 'declined' }).catch(() => undefined)
    ports.world.fault = () => undefined
    passSeconds(ports, LEASE_SECONDS + 1)
    await expect(getWork(ports, two)).rejects.toThrow('done')
  })

  it('keeps its boxes bit for bit if they lie within the image', async () => {
    const { ports, work } = openWork(10)
    const boxes = [box(0.1, 0.2, 399.9, 199.8), box(1 / 3, 2 / 3, 1e-9, 7.123456789)]
    const task = await getTask(ports, one)
    expect(await submit(ports, task, { answer: 'boxes', boxes })).toMatchObject({ cutBoxes: 0 })
    const [key] = [...ports.world.stored.keys()].filter((uri) => uri.includes(`/${work.workId}/answers/`))
    expect(JSON.parse(Buffer.from(ports.world.stored.get(key!)!.bytes).toString())).toMatchObject({ boxes })
  })

  it('has boxes that exceed the image cut, and counted', async () => {
    const { ports } = openWork(10)
    const boxes = [box(-10, 20, 100, 40), box(390, 190, 100, 100), box(10, 10, 10, 10)]
    expect(await submit(ports, await getTask(ports, one), { answer: 'boxes', boxes })).toMatchObject({ cutBoxes: 2 })
  })
})

describe('an answer is refused', () => {
  it.each<[why: string, request: Partial<AnswerRequest>, at: string]>([
    ['without a box', { answer: 'boxes' }, 'body.boxes'],
    ['with an empty list of boxes', { answer: 'boxes', boxes: [] }, 'body.boxes'],
    ['that is empty and has boxes', { answer: 'empty', boxes: [box(1, 1, 1, 1)] }, 'body.boxes'],
    ['that declines and has boxes', { answer: 'declined', boxes: [box(1, 1, 1, 1)] }, 'body.boxes'],
    ['that is a verdict, when drawing', { answer: 'correct' }, 'body.answer'],
    ['with a class of another job', { answer: 'boxes', boxes: [box(1, 1, 1, 1, 'Tree')] }, 'body.boxes[0].className'],
    ['with a box without width', { answer: 'boxes', boxes: [box(1, 1, 0, 1)] }, 'body.boxes[0].width'],
    ['with a negative height', { answer: 'boxes', boxes: [box(1, 1, 1, -1)] }, 'body.boxes[0].height'],
    ['with a box beside the image', { answer: 'boxes', boxes: [box(400, 1, 5, 5)] }, 'body.boxes[0]'],
    ['with a box above the image', { answer: 'boxes', boxes: [box(1, -5, 5, 5)] }, 'body.boxes[0]'],
  ])('%s', async (_, request, at) => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    await expect(submit(ports, task, request)).rejects.toMatchObject({
      code: 'invalid-request',
      issues: [expect.objectContaining({ at })],
    })
  })

  it('with everything that is wrong with it', async () => {
    const { ports } = openWork(10)
    const boxes = [box(1, 1, 0, -1, 'Tree'), box(500, 1, 1, 1)]
    const task = await getTask(ports, one)
    const error: unknown = await submit(ports, task, { answer: 'boxes', boxes }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ issues: { length: 4 } })
  })

  it('in the mode verify if it has boxes', async () => {
    const { ports } = openWork(10, { mode: 'verify', labels: ['correct', 'incorrect'] })
    const task = await getTask(ports, one)
    await expect(submit(ports, task, { answer: 'boxes', boxes: [box(1, 1, 1, 1)] })).rejects.toMatchObject({
      code: 'invalid-request',
    })
    expect(await submit(ports, task, { answer: 'correct' })).toMatchObject({ counted: true })
  })

  it.each<[why: string, change: (ticket: string) => string]>([
    ['forged', (ticket) => `${Buffer.from('{"line":1}').toString('base64url')}.${ticket.split('.')[1]}`],
    ['without a signature', (ticket) => ticket.split('.')[0] ?? ''],
    ['with another signature', (ticket) => `${ticket.slice(0, -4)}AAAA`],
    ['that is no ticket at all', () => 'ticket'],
  ])('with a ticket %s', async (_, change) => {
    const { ports } = openWork(10)
    const task = await getTask(ports, one)
    await expect(submit(ports, { ...task, ticket: change(task.ticket) })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('with the ticket of another worker', async () => {
    const { ports } = openWork(10)
    await expect(submit(ports, await getTask(ports, one), {}, two)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('with the ticket of another image', async () => {
    const { ports } = openWork(10)
    const { tasks } = await getWork(ports, one)
    await expect(submit(ports, { ...tasks[0]!, line: 2 })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('with the ticket of another job', async () => {
    const { ports } = openWork(10)
    const other = openWork(10, { workId: 'work000000000002' })
    const task = await getTask(ports, one)
    const key = [...ports.world.stored].find(([uri]) => uri.endsWith('labeling-key.json'))
    other.ports.world.stored.set(key![0], key![1])
    await expect(submit(other.ports, task)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

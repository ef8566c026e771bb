import { describe, expect, it } from '@jest/globals'
import { answerRef } from '../../../shared/labeling/engine/answer.ts'
import { labelsKey, shardKey, tasksKey, type WorkId } from '../../../shared/labeling/engine/folders.ts'
import { startResult } from '../../../shared/labeling/engine/result/result-job.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { readAnnotations } from '../../../shared/manifests/output/annotations.ts'
import { drain } from '../../support/broker/drain.ts'
import { catBox, closedWork, type GivenAnswer, pseudonym } from '../../support/fixtures/closed-work.ts'
import { copiedWorld, createOwn } from '../../support/fixtures/labeling-jobs.ts'
import { jsonAt, keysUnder, textAt } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const MANIFEST = 'data/b/cats-1/manifests/output/output.manifest'
const INPUT = 'data/b/manifests/cats-1/input.manifest'
const WORK: WorkId = { job: 'cats-1', workId: 'work000000000001' }

const drew = (worker: number): GivenAnswer => ({ worker, answer: 'boxes', boxes: [catBox(worker)] })

/** Closes a job of two shards, whose lines have two opinions each. */
function closedPorts(): MemoryPorts {
  const ports = memoryPorts()
  const lines = Array.from({ length: 102 }, () => ({ answers: [drew(1), drew(2)] }))
  closedWork(ports.world, { workersPerObject: 2, lines })
  return ports
}

async function writeResult(ports: MemoryPorts): Promise<void> {
  await startResult((await findWork('cats-1', ports))!.value, ports)
  await drain(ports)
}

const answerKey = (line: number, worker: number): string =>
  answerRef(WORK, { line, worker: pseudonym(worker), revision: 1 }).key

const lose = ({ world }: MemoryPorts, key: string): boolean => world.stored.delete(`s3://work/${key}`)
const damage = ({ world }: MemoryPorts, key: string, text = '{"hello":"world"}\n'): void =>
  void world.stored.set(`s3://work/${key}`, memoryObject(text))

const corruptKeys = ({ world }: MemoryPorts) =>
  world.logged.filter(({ event }) => event === 'state.corrupt').map(({ fields }) => fields.key)
const endOf = async (ports: MemoryPorts) => (await findWork('cats-1', ports))?.value.end
const itemsOf = async (ports: MemoryPorts) => (await readAnnotations(MANIFEST, 'labels', { limit: 1000 }, ports)).items

describe.each([
  ['missing', lose],
  ['damaged', damage],
])('an answer that is %s', (_, harm) => {
  it('costs only that opinion, is named in the log, and counted', async () => {
    const ports = closedPorts()
    harm(ports, answerKey(2, 1))
    await writeResult(ports)
    const [first, second] = await itemsOf(ports)
    expect(first).toMatchObject({ boxes: [{ left: (catBox(1).left + catBox(2).left) / 2 }] })
    expect(second).toMatchObject({ boxes: [{ left: catBox(2).left }] })
    expect(corruptKeys(ports)).toEqual([answerKey(2, 1)])
    const round = keysUnder(ports.world, 'system/labeling-work/cats-1/').find((key) => key.endsWith('rounds/1.json'))
    expect(jsonAt(ports.world, `system/labeling-work/cats-1/${round}`).totals.lostAnswers).toBe(1)
    expect(await endOf(ports)).toMatchObject({ status: 'Completed', counters: { labeled: 102, failed: 0 } })
  })

  it('fails its line, with a reason, when there is no other', async () => {
    const ports = closedPorts()
    for (const worker of [1, 2]) harm(ports, answerKey(2, worker))
    await writeResult(ports)
    expect((await itemsOf(ports))[1]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('2') })
    expect((await endOf(ports))?.counters).toEqual({ labeled: 101, failed: 1, unlabeled: 0 })
  })
})

describe('an answer that does not fit its task', () => {
  it.each([
    ['has a class that the job does not have', { boxes: [{ ...catBox(), className: 'Owl' }] }],
    ['is a verdict on boxes to draw', { answer: 'correct' }],
    ['has no time', { submittedAt: 'yesterday' }],
    ['is that of another worker', { worker: pseudonym(7) }],
  ])('counts as one that cannot be read: it %s', async (_, changes) => {
    const ports = closedPorts()
    damage(ports, answerKey(1, 1), JSON.stringify({ ...jsonAt(ports.world, answerKey(1, 1)), ...changes }))
    await writeResult(ports)
    expect(corruptKeys(ports)).toEqual([answerKey(1, 1)])
    expect((await itemsOf(ports))[0]).toMatchObject({ boxes: [{ left: catBox(2).left }] })
  })
})

describe('the result of a job whose tasks cannot be read', () => {
  it.each([
    ['missing', lose],
    ['damaged', damage],
  ])('has all labels, without the sizes of the images: %s', async (_, harm) => {
    const ports = closedPorts()
    harm(ports, tasksKey(WORK))
    await writeResult(ports)
    const items = await itemsOf(ports)
    expect(items.filter(({ outcome }) => outcome === 'labeled')).toHaveLength(102)
    expect(items[0]).not.toHaveProperty('imageSize')
    expect(await endOf(ports)).toMatchObject({ status: 'Completed' })
  })

  it('keeps the lines that were labeled before', async () => {
    const ports = memoryPorts()
    const text =
      '{"source-ref":"s3://work/a.jpg","labels":{},"labels-metadata":{"type":"groundtruth/object-detection"}}'
    closedWork(ports.world, { lines: [{ text, task: { alreadyLabeled: true } }, { answers: [drew(1)] }] })
    lose(ports, tasksKey(WORK))
    await writeResult(ports)
    expect(textAt(ports.world, MANIFEST)).toContain(`${text}\n`)
    expect((await endOf(ports))?.counters).toEqual({ labeled: 1, failed: 0, unlabeled: 0 })
  })
})

describe.each([
  ['missing', lose],
  ['damaged', damage],
])('a shard that is %s', (_, harm) => {
  it('is made again, and the result is the same', async () => {
    const [ports, others] = [closedPorts(), closedPorts()]
    harm(ports, shardKey(WORK, 0))
    for (const one of [ports, others]) await writeResult(one)
    expect(textAt(ports.world, MANIFEST)).toBe(textAt(others.world, MANIFEST))
    expect(await endOf(ports)).toMatchObject({ status: 'Completed', counters: { labeled: 102 } })
  })

  it('names an answer that cannot be read either, and fails its line', async () => {
    const ports = closedPorts()
    harm(ports, shardKey(WORK, 0))
    for (const worker of [1, 2]) damage(ports, answerKey(2, worker))
    await writeResult(ports)
    expect((await itemsOf(ports))[1]).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('2') })
    expect(corruptKeys(ports)).toEqual(expect.arrayContaining([answerKey(2, 1), answerKey(2, 2)]))
  })

  it('leaves its lines unlabeled and the job failed when the tasks are lost too, and costs no other line', async () => {
    const ports = closedPorts()
    harm(ports, shardKey(WORK, 0))
    lose(ports, tasksKey(WORK))
    await writeResult(ports)
    const items = await itemsOf(ports)
    expect(items).toHaveLength(102)
    expect(items.filter(({ outcome }) => outcome === 'labeled').map(({ line }) => line)).toEqual([101, 102])
    expect(items.filter(({ outcome }) => outcome === 'unlabeled')).toHaveLength(100)
    expect(await endOf(ports)).toMatchObject({
      status: 'Failed',
      failureReason: expect.stringContaining(tasksKey(WORK)),
      counters: { labeled: 2, failed: 0, unlabeled: 100 },
    })
  })
})

describe('the input manifest', () => {
  it('that is gone leaves the job failed without a result, and nothing labeled', async () => {
    const ports = closedPorts()
    lose(ports, INPUT)
    await writeResult(ports)
    const end = await endOf(ports)
    expect(end).toMatchObject({ status: 'Failed', counters: { labeled: 0, failed: 0, unlabeled: 102 } })
    expect(end).not.toHaveProperty('outputManifestUri')
  })

  it('that has become shorter fails the shards whose lines are gone', async () => {
    const ports = closedPorts()
    const lines = textAt(ports.world, INPUT)?.split('\n') ?? []
    damage(ports, INPUT, `${lines.slice(0, 101).join('\n')}\n`)
    await writeResult(ports)
    expect(await endOf(ports)).toMatchObject({ status: 'Failed', counters: { labeled: 100, failed: 0, unlabeled: 2 } })
  })
})

/** Harms the part of a shard when the last chunk is done. */
async function writeResultWithHarmedPart(ports: MemoryPorts, harm: (key: string) => void): Promise<void> {
  let isHarmed = false
  ports.world.pause = async ({ method, key }) => {
    if (method !== 'put' || !key.endsWith('rounds/1.json') || isHarmed) return
    isHarmed = true
    harm(labelsKey(WORK, 0))
  }
  await writeResult(ports)
  expect(isHarmed).toBe(true)
}

describe.each([
  ['missing', lose],
  ['damaged', damage],
])('a part of the output manifest that is %s before all are joined', (_, harm) => {
  it('is written again from the answers', async () => {
    const [ports, others] = [closedPorts(), closedPorts()]
    await writeResult(others)
    await writeResultWithHarmedPart(ports, (key) => harm(ports, key))
    expect(textAt(ports.world, MANIFEST)).toBe(textAt(others.world, MANIFEST))
    expect(corruptKeys(ports)).toEqual([labelsKey(WORK, 0)])
  })

  it('leaves its lines unlabeled when the shard cannot be read either', async () => {
    const ports = closedPorts()
    await writeResultWithHarmedPart(ports, (key) => {
      harm(ports, key)
      harm(ports, shardKey(WORK, 0))
    })
    expect(await endOf(ports)).toMatchObject({ status: 'Failed', counters: { labeled: 2, failed: 0, unlabeled: 100 } })
    expect(await itemsOf(ports)).toHaveLength(102)
  })
})

describe('the record of the work', () => {
  it('that is lost while its batch has the job keeps all answers, and the result is written when it is back', async () => {
    const ports = memoryPorts({ world: await copiedWorld() })
    await createOwn(ports)
    const lines = Array.from({ length: 102 }, () => ({ answers: [drew(1)] }))
    const work = closedWork(ports.world, { lines })
    ports.world.sent.tasks.splice(0)
    const record = textAt(ports.world, 'system/labeling-work/cats-1/work.json') ?? ''
    const answers = () => keysUnder(ports.world, 'system/labeling-work/cats-1/').filter((key) => /answers/.test(key))
    const before = answers()
    lose(ports, 'system/labeling-work/cats-1/work.json')
    await startResult(work, ports)
    await drain(ports, { deadLetterReceives: 2 })
    expect(before).toHaveLength(102)
    expect(answers()).toEqual(before)
    damage(ports, 'system/labeling-work/cats-1/work.json', record)
    await writeResult(ports)
    expect(await endOf(ports)).toMatchObject({ status: 'Completed', counters: { labeled: 102 } })
  })
})

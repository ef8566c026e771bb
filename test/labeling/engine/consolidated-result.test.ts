import { describe, expect, it } from '@jest/globals'
import { catBox, type GivenAnswer, type GivenLine, pseudonym } from '../../support/fixtures/closed-work.ts'
import { dog, drew, endOf, FOLDER, itemsOf, MANIFEST, writeResult } from '../../support/fixtures/written-result.ts'
import { keysUnder, textAt } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

/** Three good workers and one who draws anywhere; each of 30 lines has three of them. */
const teamLines = (): GivenLine[] =>
  Array.from({ length: 30 }, (_, index) => ({
    answers: [1, 2, 3, 4]
      .filter((worker) => worker !== 1 + (index % 4))
      .map((worker) => (worker === 4 ? drew(4, catBox(50 + (index % 7))) : drew(worker, catBox(worker / 4)))),
  }))

describe('the label of an image that several workers have labeled', () => {
  it('says who drew each box and how far they are apart, who was asked, for how long, and what each opinion counted', async () => {
    const answers = [
      { ...drew(1, catBox()), activeMilliseconds: 7_000 },
      { ...drew(2, catBox(4)), activeMilliseconds: 12_340 },
      { worker: 3, answer: 'empty' as const },
    ]
    const [item] = await itemsOf(await writeResult({ lines: [{ answers }] }))
    expect(item).toMatchObject({
      boxes: [
        {
          workers: [pseudonym(1), pseudonym(2)],
          spread: { left: 0.01, top: 0.02, right: 0.01, bottom: 0.02 },
        },
      ],
      opinions: [
        { workerId: pseudonym(1), seconds: 7, skill: expect.any(Number) },
        { workerId: pseudonym(2), seconds: 12.3, skill: expect.any(Number) },
        { workerId: pseudonym(3), skill: expect.any(Number) },
      ],
    })
  })

  it('says what they differ about', async () => {
    const answers = [drew(1, catBox()), drew(2, dog), drew(3, catBox(), { ...catBox(), left: 5, width: 30 })]
    const [item] = await itemsOf(await writeResult({ lines: [{ answers }] }))
    expect(item).toMatchObject({
      boxes: [{ className: 'Cat', classVotes: { Cat: expect.any(Number), Dog: expect.any(Number) } }],
      disputes: [{ because: 'few-votes', left: 5, width: 30, workers: [pseudonym(3)] }],
    })
  })

  it('says who labeled it where that is a single one', async () => {
    const [item] = await itemsOf(await writeResult({ workersPerObject: 1, lines: [{ answers: [drew(7, catBox())] }] }))
    expect(item).toMatchObject({ opinions: [{ workerId: pseudonym(7), seconds: expect.any(Number) }] })
  })

  it('hardly depends on a worker who never agrees with the others', async () => {
    const last = { answers: [drew(1, catBox()), drew(4, catBox(50))] }
    const items = await itemsOf(await writeResult({ lines: [...teamLines(), last] }))
    const { boxes, ...rest } = items.at(-1) as Extract<(typeof items)[number], { outcome: 'labeled' }>
    expect(boxes).toMatchObject([{ left: catBox().left, workers: [pseudonym(1)] }])
    expect(rest).not.toHaveProperty('disputes')
  })

  it('is what most of the weight says where workers verify', async () => {
    const says = (worker: number, answer: 'correct' | 'incorrect'): GivenAnswer => ({ worker, answer })
    const lines = [{ answers: [says(1, 'correct'), says(2, 'incorrect'), says(3, 'correct')] }]
    const ports = await writeResult({ mode: 'verify', labels: ['correct', 'incorrect'], lines })
    expect(await itemsOf(ports)).toMatchObject([
      { verdict: 'correct', opinions: [{ verdict: 'correct' }, { verdict: 'incorrect' }, { verdict: 'correct' }] },
    ])
  })
})

describe('the result of a job with several workers an image', () => {
  it('counts the images on which they differ', async () => {
    const lines = [{ answers: [drew(1, catBox()), drew(2, dog)] }, { answers: [drew(1, catBox()), drew(2, catBox())] }]
    expect(await endOf(await writeResult({ workersPerObject: 2, lines }))).toMatchObject({
      status: 'Completed',
      disputed: 1,
    })
  })

  it('has what a reviewer has decided, exactly as drawn, and no dispute about it', async () => {
    const decided = { className: 'Dog', left: 0.1, top: 1 / 3, width: 99.999999999, height: 0.3 }
    const answers = [drew(1, catBox()), drew(2, dog), { ...drew(9, decided), purpose: 'review' as const }]
    const ports = await writeResult({ workersPerObject: 2, review: 'disputes', lines: [{ answers }] })
    const { className, ...corners } = decided
    expect(await itemsOf(ports)).toMatchObject([
      { boxes: [{ className, ...corners, confidence: 1 }], reviewer: { workerId: pseudonym(9) } },
    ])
    expect(await endOf(ports)).toMatchObject({ disputed: 0 })
  })

  it('has a line as failed of which a reviewer says that it cannot be labeled', async () => {
    const answers = [
      drew(1, catBox()),
      drew(2, dog),
      { worker: 9, answer: 'bad-image' as const, purpose: 'review' as const },
    ]
    const ports = await writeResult({ workersPerObject: 2, review: 'disputes', lines: [{ answers }] })
    expect(await itemsOf(ports)).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('bad-image') }])
  })

  it('reads each answer once', async () => {
    const ports = await writeResult({ lines: teamLines() })
    const reads = ports.world.calls.filter(({ method, key }) => method === 'get' && /\/answers\//.test(key))
    expect(reads).toHaveLength(90)
  })

  it('is the same where the collected opinions were cut short', async () => {
    const key = `s3://work/${FOLDER}opinions/0000.jsonl`
    const expected = textAt((await writeResult({ lines: teamLines() })).world, MANIFEST)
    const cut = await writeResult({ lines: teamLines() }, ({ world }) => {
      const lines = (textAt(world, `${FOLDER}opinions/0000.jsonl`) ?? '').split('\n')
      world.stored.set(key, memoryObject(`${lines.slice(0, 20).join('\n')}\n`))
    })
    expect(textAt(cut.world, MANIFEST)).toBe(expected)
  })

  it.each([
    ['the opinions of a shard', /opinions\/0000\.jsonl$/],
    ['the scores of a shard', /ends\/0000\.json$/],
    ['the shard', /shards\/0000\.json$/],
  ])('is the same where %s is lost or damaged after it was collected', async (_, name) => {
    const expected = textAt((await writeResult({ lines: teamLines() })).world, MANIFEST)
    const find = ({ world }: MemoryPorts): string => keysUnder(world, FOLDER).find((key) => name.test(key)) ?? ''
    const lost = await writeResult({ lines: teamLines() }, (ports) =>
      ports.world.stored.delete(`s3://work/${FOLDER}${find(ports)}`),
    )
    const damaged = await writeResult({ lines: teamLines() }, (ports) =>
      ports.world.stored.set(`s3://work/${FOLDER}${find(ports)}`, memoryObject('{"line":1}\n{')),
    )
    expect(expected).toContain('"skill"')
    expect([textAt(lost.world, MANIFEST), textAt(damaged.world, MANIFEST)]).toEqual([expected, expected])
  })
})

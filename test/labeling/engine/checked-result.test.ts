import { describe, expect, it } from '@jest/globals'
import { catBox, type GivenAnswer, pseudonym } from '../../support/fixtures/closed-work.ts'
import { dog, drew, endOf, FOLDER, itemsOf, MANIFEST, writeResult } from '../../support/fixtures/written-result.ts'
import { jsonAt, keysUnder, textAt } from '../../support/world/bucket-contents.ts'

describe('the result of a job whose labels are checked', () => {
  it.each([
    ['incorrect', 1],
    ['correct', 0],
    ['bad-image', 0],
  ] as const)('has what was found by whoever has checked a label: %s', async (answer, disputed) => {
    const check = { worker: 2, answer, activeMilliseconds: 1200, purpose: 'check' as const }
    const lines = [{ answers: [drew(1, catBox()), check] }]
    const ports = await writeResult({ workersPerObject: 1, coverageCheck: true, lines })
    expect(await itemsOf(ports)).toMatchObject([
      {
        outcome: 'labeled',
        boxes: [catBox()],
        opinions: [{ workerId: pseudonym(1) }],
        check: { workerId: pseudonym(2), seconds: 1.2, answer },
      },
    ])
    expect(await endOf(ports)).toMatchObject({ status: 'Completed', counters: { labeled: 1 }, disputed })
  })

  it('has a dispute where one of two who have checked a label finds that a box is missing', async () => {
    const said = (worker: number, answer: GivenAnswer['answer']) => ({ worker, answer, purpose: 'check' as const })
    const lines = [{ answers: [drew(1, catBox()), said(2, 'correct'), said(3, 'incorrect')] }]
    const ports = await writeResult({ workersPerObject: 1, coverageCheck: true, lines })
    expect(await itemsOf(ports)).toMatchObject([{ check: { workerId: pseudonym(3), answer: 'incorrect' } }])
    expect(await endOf(ports)).toMatchObject({ disputed: 1 })
  })

  it('has no dispute about a missing box where a reviewer has decided', async () => {
    const answers = [
      drew(1, catBox()),
      { worker: 2, answer: 'incorrect' as const, purpose: 'check' as const },
      { ...drew(9, catBox(), dog), purpose: 'review' as const },
    ]
    const ports = await writeResult({ coverageCheck: true, review: 'disputes', lines: [{ answers }] })
    expect(await itemsOf(ports)).toMatchObject([{ boxes: [{ className: 'Cat' }, { className: 'Dog' }], check: {} }])
    expect(await endOf(ports)).toMatchObject({ disputed: 0 })
  })

  it('has what was checked in the files of the workers, told apart from the labels', async () => {
    const check = { worker: 2, answer: 'incorrect' as const, comment: 'a dog', purpose: 'check' as const }
    const lines = [{ answers: [drew(1, catBox()), check] }]
    const { world } = await writeResult({ workersPerObject: 1, coverageCheck: true, lines })
    const folder = 'data/b/cats-1/annotations/worker-response/iteration-1/0/'
    const [file] = keysUnder(world, folder)
    const { answers } = jsonAt(world, `${folder}${file}`)
    expect(answers[0]).not.toHaveProperty('purpose')
    expect(answers[1]).toMatchObject({
      purpose: 'check',
      workerId: pseudonym(2),
      answerContent: { boundingBox: { label: 'incorrect', workerComment: 'a dog' } },
    })
  })

  it('is the same with checks where the opinions of a shard are lost after they were collected', async () => {
    const check = { worker: 3, answer: 'incorrect' as const, purpose: 'check' as const }
    const lines = [{ answers: [drew(1, catBox()), drew(2, catBox()), check] }]
    const options = { workersPerObject: 2, coverageCheck: true, lines }
    const expected = textAt((await writeResult(options)).world, MANIFEST)
    const lost = await writeResult(options, ({ world }) =>
      world.stored.delete(`s3://work/${FOLDER}opinions/0000.jsonl`),
    )
    expect(expected).toContain('"check"')
    expect(textAt(lost.world, MANIFEST)).toBe(expected)
  })
})

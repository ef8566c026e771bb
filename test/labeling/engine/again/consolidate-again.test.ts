import { describe, expect, it } from '@jest/globals'
import { catBox, type GivenAnswer, type GivenLine, pseudonym } from '../../../support/fixtures/closed-work.ts'
import { annotationsOf, consolidateAgain, dogBox, drew, endedJob } from '../../../support/fixtures/ended-job.ts'
import { textAt } from '../../../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

const JOB_MANIFEST = 'data/b/cats-1/manifests/output/output.manifest'
const MANIFEST = 'data/b/cats-1/consolidations/again/output.manifest'

const says = (worker: number, answer: 'correct' | 'incorrect'): GivenAnswer => ({ worker, answer })

/** Three good workers and one who draws anywhere; each of the lines has three of them. */
const teamLines = (lines: number): GivenLine[] =>
  Array.from({ length: lines }, (_, index) => ({
    answers: [1, 2, 3, 4]
      .filter((worker) => worker !== 1 + (index % 4))
      .map((worker) => (worker === 4 ? drew(4, catBox(50 + (index % 7))) : drew(worker, catBox(worker / 4)))),
  }))

const manifestOf = ({ world }: MemoryPorts): string | undefined => textAt(world, MANIFEST)

describe('labels that are made again', () => {
  it('are byte for byte those of the job with the same settings', async () => {
    const ports = await endedJob({ lines: [...teamLines(120), { text: '{"source-ref":"s3://b/1.jpg", "key": 1.50}' }] })
    const view = await consolidateAgain(ports, { minOverlap: 0.4, quorum: 0.5, skills: 'agreement' })
    expect(manifestOf(ports)).toBe(textAt(ports.world, JOB_MANIFEST))
    expect(view).toMatchObject({
      state: 'completed',
      counters: { labeled: 120, failed: 1 },
      changes: { changedLines: 0, moved: 0, otherClass: 0, added: 0, removed: 0, meanOverlap: 1 },
    })
  })

  it('leave the result of the job as it is', async () => {
    const ports = await endedJob({ lines: teamLines(8) })
    const before = textAt(ports.world, JOB_MANIFEST)
    const view = await consolidateAgain(ports, { withoutWorkers: [pseudonym(1), pseudonym(2)] })
    expect(view).toMatchObject({ state: 'completed', changes: { changedLines: 8 } })
    expect(manifestOf(ports)).not.toBe(before)
    expect(textAt(ports.world, JOB_MANIFEST)).toBe(before)
  })

  it('keep a box that fewer have drawn with a smaller quorum', async () => {
    const answers = [drew(1, catBox(), dogBox(150)), drew(2, catBox()), drew(3, catBox())]
    const ports = await endedJob({ lines: [{ answers }] })
    expect(await consolidateAgain(ports, { quorum: 0.2 })).toMatchObject({
      counters: { labeled: 1, boxes: 2 },
      changes: { changedLines: 1, same: 1, added: 1, removed: 0 },
    })
    expect(await annotationsOf(ports, 'again')).toMatchObject([{ boxes: [{}, { className: 'Dog' }] }])
  })

  it('join boxes that overlap less with a smaller overlap', async () => {
    const half = { ...catBox(), width: 60 }
    const ports = await endedJob({ workersPerObject: 2, lines: [{ answers: [drew(1, catBox()), drew(2, half)] }] })
    const [apart, joined] = [
      await consolidateAgain(ports, { name: 'apart', minOverlap: 0.9 }),
      await consolidateAgain(ports, { name: 'joined', minOverlap: 0.2 }),
    ]
    expect([apart, joined]).toMatchObject([{ counters: { boxes: 2 } }, { counters: { boxes: 1 } }])
  })

  it('count all opinions the same where skills do not matter', async () => {
    const last = { answers: [drew(1, catBox()), drew(4, dogBox())] }
    const ports = await endedJob({ lines: [...teamLines(30), last] })
    await consolidateAgain(ports, { skills: 'equal' })
    const [job, again] = [await annotationsOf(ports), await annotationsOf(ports, 'again')]
    expect(job.at(-1)).not.toHaveProperty('disputes')
    expect(again.at(-1)).toMatchObject({ disputes: [{ because: 'class' }] })
  })

  it('are made without the opinions of some workers', async () => {
    const ports = await endedJob({ lines: [{ answers: [drew(1, catBox()), drew(2, dogBox()), drew(3, dogBox())] }] })
    const view = await consolidateAgain(ports, { withoutWorkers: [pseudonym(2), pseudonym(3)] })
    expect(view).toMatchObject({ changes: { changedLines: 1, otherClass: 1 } })
    expect(await annotationsOf(ports, 'again')).toMatchObject([
      { boxes: [{ className: 'Cat' }], opinions: [{ workerId: pseudonym(1) }] },
    ])
  })

  it('have a line as failed all of whose opinions are left out', async () => {
    const ports = await endedJob({ workersPerObject: 1, lines: [{ answers: [drew(1, catBox())] }, {}] })
    const view = await consolidateAgain(ports, { withoutWorkers: [pseudonym(1)] })
    expect(view).toMatchObject({
      counters: { labeled: 0, failed: 2, boxes: 0 },
      changes: { changedLines: 1, removed: 1 },
    })
    const reasons = (await annotationsOf(ports, 'again')).map((item) => 'reason' in item && item.reason)
    expect(reasons[0]).toMatch(/left out \(1\)/)
    expect(reasons[1]).not.toMatch(/left out/)
  })

  it('keep what a reviewer has decided, also one whose opinions are left out', async () => {
    const review = { ...drew(9, dogBox(7)), purpose: 'review' as const }
    const lines = [{ answers: [drew(1, catBox()), drew(2, dogBox()), review] }]
    const ports = await endedJob({ workersPerObject: 2, review: 'disputes', lines })
    const view = await consolidateAgain(ports, { withoutWorkers: [1, 2, 9].map(pseudonym), skills: 'equal' })
    expect(view).toMatchObject({ counters: { labeled: 1, disputed: 0 }, changes: { changedLines: 0, same: 1 } })
  })

  it('leave lines as they are that were labeled before, and those of nobody when a job was stopped', async () => {
    const text = '{"source-ref":"s3://b/1.jpg",  "labels":{"annotations":[]},"labels-metadata":{}}'
    const labeled = { text, task: { key: 'data/b/images/1.jpg', alreadyLabeled: true as const } }
    const ports = await endedJob({ because: 'stopped', lines: [labeled, {}, { answers: [drew(1, catBox())] }] })
    const view = await consolidateAgain(ports, { skills: 'equal' })
    expect(view).toMatchObject({ counters: { labeled: 1, failed: 0, unlabeled: 1 } })
    expect(manifestOf(ports)?.split('\n').slice(0, 2)).toEqual(
      textAt(ports.world, 'data/b/manifests/cats-1/input.manifest')?.split('\n').slice(0, 2),
    )
  })

  it('are the same in whatever order the answers came', async () => {
    const seconds = (answers: readonly GivenAnswer[], order: readonly number[]) =>
      answers.map((answer, index) => ({ ...answer, seconds: 60 + 30 * (order[index] ?? 0) }))
    const answers = [drew(1, catBox(), dogBox(90)), drew(2, catBox(3)), drew(3, dogBox(5), dogBox(100))]
    const boxes = async (order: readonly number[]) => {
      const ports = await endedJob({ lines: [{ answers: seconds(answers, order) }] })
      const view = await consolidateAgain(ports, { quorum: 0.3, skills: 'equal' })
      const [item] = await annotationsOf(ports, 'again')
      const drawn = item?.outcome === 'labeled' && item.boxes.map(({ workers: _, ...box }) => box)
      return { view, drawn }
    }
    const first = await boxes([1, 2, 3])
    expect(first.drawn).toHaveLength(2)
    expect(await boxes([3, 2, 1])).toEqual(first)
    expect(await boxes([2, 3, 1])).toEqual(first)
  })

  it('are verdicts where workers verify', async () => {
    const lines = [
      { answers: [says(1, 'correct'), says(2, 'incorrect'), says(3, 'incorrect')] },
      { answers: [says(1, 'correct'), says(2, 'correct'), says(3, 'correct')] },
    ]
    const ports = await endedJob({ mode: 'verify', labels: ['correct', 'incorrect'], lines })
    const view = await consolidateAgain(ports, { withoutWorkers: [pseudonym(2), pseudonym(3)] })
    expect(view).toMatchObject({ counters: { labeled: 2 }, changes: { changedLines: 1, changedVerdicts: 1 } })
    expect(view).not.toHaveProperty('changes.same')
    expect(await annotationsOf(ports, 'again')).toMatchObject([{ verdict: 'correct' }, { verdict: 'correct' }])
  })
})

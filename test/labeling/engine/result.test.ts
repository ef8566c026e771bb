import { describe, expect, it } from '@jest/globals'
import { startResult } from '../../../shared/labeling/engine/result/result-job.ts'
import { findWork } from '../../../shared/labeling/engine/work.ts'
import { readAnnotations } from '../../../shared/manifests/output/annotations.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  type ClosedWorkOptions,
  catBox,
  closedWork,
  type GivenAnswer,
  pseudonym,
} from '../../support/fixtures/closed-work.ts'
import { toCopyUri } from '../../support/fixtures/pets.ts'
import { jsonAt, keysUnder, textAt } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

const MANIFEST = 'data/b/cats-1/manifests/output/output.manifest'
const RESPONSES = 'data/b/cats-1/annotations/worker-response/iteration-1/'

/** Writes the result of a closed work. */
async function writeResult(options: ClosedWorkOptions): Promise<MemoryPorts> {
  const ports = memoryPorts()
  const work = closedWork(ports.world, options)
  await startResult(work, ports)
  await drain(ports)
  return ports
}

const readItems = async (ports: MemoryPorts) =>
  (await readAnnotations(MANIFEST, 'labels', { limit: 1000 }, ports)).items

const endOf = async (ports: MemoryPorts) => (await findWork('cats-1', ports))?.value.end

const drew = (worker: number, ...boxes: GivenAnswer['boxes'] & object): GivenAnswer => ({
  worker,
  answer: 'boxes',
  boxes,
})
const says = (worker: number, answer: GivenAnswer['answer']): GivenAnswer => ({ worker, answer })

describe('the output manifest of a closed work', () => {
  it('has the boxes of a single worker exactly as drawn', async () => {
    const drawn = { className: 'Dog', left: 0.1, top: 1 / 3, width: 99.999999999, height: 0.3 }
    const ports = await writeResult({ lines: [{ answers: [drew(1, drawn)] }] })
    const { className, ...corners } = drawn
    expect(await readItems(ports)).toEqual([
      {
        line: 1,
        outcome: 'labeled',
        sourceRef: toCopyUri('b', 1),
        boxes: [{ className, classIndex: 1, ...corners, confidence: 0.09 }],
        imageSize: { width: 400, height: 200, depth: 3 },
        humanAnnotated: true,
        createdAt: '2026-01-02T03:05:05.000000',
        jobName: 'cats-1',
        opinions: [{ workerId: pseudonym(1), seconds: 30 }],
      },
    ])
  })

  it('has one line for each line of the input, in its order, over several shards', async () => {
    const lines = Array.from({ length: 230 }, () => ({ answers: [drew(1, catBox())] }))
    const items = await readItems(await writeResult({ lines }))
    expect(items.map((item) => 'sourceRef' in item && item.sourceRef)).toEqual(
      lines.map((_, index) => toCopyUri('b', index + 1)),
    )
  })

  it('has the same bytes whatever the order in which the answers were counted', async () => {
    const answers = [drew(1, catBox()), drew(2, catBox(30), catBox(-60)), drew(3, catBox(55))]
    const write = async (given: readonly GivenAnswer[]) =>
      textAt((await writeResult({ workersPerObject: 3, lines: [{ answers: given }] })).world, MANIFEST)
    const [a, b, c] = answers as [GivenAnswer, GivenAnswer, GivenAnswer]
    const written = await Promise.all(
      [
        [a, b, c],
        [c, b, a],
        [b, a, c],
        [c, a, b],
      ].map(write),
    )
    expect(written[0]).toContain('"annotations"')
    expect(new Set(written).size).toBe(1)
  })

  it('takes the latest of the answers of a worker that count', async () => {
    const answers = [
      drew(1, catBox()),
      { ...drew(1, catBox(5)), revision: 2, seconds: 90 },
      { ...drew(1, catBox(9)), revision: 3, seconds: 99, counted: false },
    ]
    const [item] = await readItems(await writeResult({ lines: [{ answers }] }))
    expect(item).toMatchObject({ boxes: [{ left: catBox(5).left }] })
  })

  it('has an image without boxes as labeled', async () => {
    const ports = await writeResult({ lines: [{ answers: [says(1, 'empty')] }] })
    expect(await readItems(ports)).toMatchObject([{ outcome: 'labeled', boxes: [] }])
    expect((await endOf(ports))?.counters).toEqual({ labeled: 1, failed: 0, unlabeled: 0 })
  })

  it('passes on lines that were labeled before, byte for byte, and counts none of them', async () => {
    const text = '{ "source-ref":"s3://work/data/b/images/a.jpg", "labels" : 1.50,"labels-metadata":{}  }\r'
    const task = { alreadyLabeled: true as const }
    const ports = await writeResult({ lines: [{ text, task }, { answers: [drew(1, catBox())] }] })
    expect(textAt(ports.world, MANIFEST)?.split('\n')[0]).toBe(text)
    expect((await endOf(ports))?.counters).toEqual({ labeled: 1, failed: 0, unlabeled: 0 })
  })

  it('keeps all other keys of a line as they are', async () => {
    const text =
      '{"source-ref":"s3://work/data/b/images/a.jpg","n":1.50,"big":12345678901234567890,"__proto__":{"a":[]}}'
    const ports = await writeResult({ lines: [{ text, answers: [drew(1, catBox())] }] })
    expect(textAt(ports.world, MANIFEST)).toContain(text.slice(0, -1))
    expect(await readItems(ports)).toMatchObject([{ outcome: 'labeled' }])
  })

  it('replaces the failure that a line has from an earlier job', async () => {
    const text = JSON.stringify({ 'source-ref': toCopyUri('b', 1), 'labels-metadata': { 'failure-reason': 'expired' } })
    const ports = await writeResult({ lines: [{ text, answers: [drew(1, catBox())] }] })
    expect(await readItems(ports)).toMatchObject([{ outcome: 'labeled' }])
  })

  it.each([
    ['most workers cannot tell', ['cannot-tell', 'bad-image', 'boxes'], 'failed'],
    ['no worker gave a label', ['cannot-tell'], 'failed'],
    ['half of the workers cannot tell', ['cannot-tell', 'boxes'], 'labeled'],
    ['one worker declined and another answered', ['declined', 'boxes'], 'labeled'],
    ['all workers declined', ['declined', 'declined', 'declined'], 'failed'],
    ['nobody answered', [], 'failed'],
  ] as const)('has a line as it must be where %s', async (_, given, outcome) => {
    const answers = given.map((answer, index) => ({ ...says(index + 1, answer), boxes: [catBox()] }))
    const ports = await writeResult({ workersPerObject: 3, because: 'deadline', lines: [{ answers }] })
    expect(await readItems(ports)).toMatchObject([{ outcome }])
  })

  it('says that a line has expired where nobody answered or all declined, and only there', async () => {
    const ports = await writeResult({
      workersPerObject: 2,
      because: 'deadline',
      lines: [
        { answers: [] },
        { answers: [says(1, 'declined'), says(2, 'declined')] },
        { answers: [says(1, 'bad-image'), says(2, 'cannot-tell')] },
        { task: { problem: 'its image is gone' } },
      ],
    })
    const reasons = (await readItems(ports)).map((item) => (item.outcome === 'failed' ? item.reason : ''))
    expect(reasons.map((reason) => /\bexpired\b/.test(reason))).toEqual([true, true, false, false])
    expect(reasons[2]).toEqual(expect.stringMatching(/cannot-tell: 1.*bad-image: 1/))
    expect(reasons[3]).toContain('its image is gone')
  })

  it('leaves the lines of a stopped job that nobody answered as they are, and labels those with any opinion', async () => {
    const ports = await writeResult({
      workersPerObject: 3,
      because: 'stopped',
      stop: { at: '2026-01-02T04:00:00.000Z', because: 'requested' },
      lines: [{}, { answers: [drew(1, catBox())] }, { answers: [says(1, 'declined')] }],
    })
    const outcomes = (await readItems(ports)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['unlabeled', 'labeled', 'unlabeled'])
    expect(await endOf(ports)).toMatchObject({ status: 'Stopped', counters: { labeled: 1, failed: 0, unlabeled: 2 } })
  })

  it('says for adjusted boxes whether a worker changed any, whatever their order', async () => {
    const [one, other] = [catBox(), catBox(-40)]
    const task = { key: 'data/b/images/1.jpg', width: 400, height: 200, boxes: [one, other] }
    const lines = [
      { task, answers: [drew(1, other, one), drew(2, one, other)] },
      { task, answers: [drew(1, one, other), drew(2, one, { ...other, width: 201 })] },
      { task, answers: [says(1, 'empty')] },
    ]
    const items = await readItems(await writeResult({ mode: 'adjust', priorAttribute: 'boxes', lines }))
    expect(items.map((item) => item.outcome === 'labeled' && item.adjustmentStatus)).toEqual([
      'unadjusted',
      'adjusted',
      'adjusted',
    ])
  })

  it('has the verdict of most workers with all comments', async () => {
    const answers = [
      { ...says(1, 'incorrect'), comment: 'one is missing' },
      says(2, 'correct'),
      { ...says(3, 'incorrect'), comment: 'too wide' },
    ]
    const ports = await writeResult({ mode: 'verify', labels: ['correct', 'incorrect'], lines: [{ answers }] })
    expect(await readItems(ports)).toMatchObject([
      {
        outcome: 'verified',
        verdict: 'incorrect',
        verdictId: 1,
        confidence: 0.67,
        workerFeedback: ['one is missing', 'too wide'],
      },
    ])
  })
})

describe('the worker responses', () => {
  it('are in the folder of each line, counted from 0, under the time of its last answer', async () => {
    const ports = await writeResult({
      workersPerObject: 2,
      lines: [{ answers: [drew(1, catBox()), says(2, 'cannot-tell')] }, { answers: [] }],
    })
    expect(keysUnder(ports.world, RESPONSES)).toEqual([`0/2026-01-02_03:06:05.json`])
    const { answers } = jsonAt(ports.world, `${RESPONSES}0/2026-01-02_03:06:05.json`)
    const { className: label, ...corners } = catBox()
    expect(answers).toEqual([
      {
        workerId: pseudonym(1),
        acceptanceTime: '2026-01-02T03:04:35.000Z',
        submissionTime: '2026-01-02T03:05:05.000Z',
        timeSpentInSeconds: 30,
        answerContent: {
          boundingBox: { boundingBoxes: [{ label, ...corners }], inputImageProperties: { width: 400, height: 200 } },
        },
        workerMetadata: {
          identityData: { identityProviderType: 'Groundwork', issuer: 'groundwork', sub: pseudonym(1) },
        },
      },
      expect.objectContaining({
        workerId: pseudonym(2),
        answerContent: { boundingBox: { noLabel: 'cannot-tell' } },
      }),
    ])
  })

  it('have the active time where it is known, and comments', async () => {
    const answer = { ...drew(1, catBox()), activeMilliseconds: 4500, comment: 'blurred' }
    const ports = await writeResult({ lines: [{ answers: [answer] }] })
    const [name] = keysUnder(ports.world, RESPONSES)
    expect(jsonAt(ports.world, `${RESPONSES}${name}`).answers[0]).toMatchObject({
      timeSpentInSeconds: 4.5,
      answerContent: { boundingBox: { workerComment: 'blurred' } },
    })
  })
})

describe('the end of a work', () => {
  it.each([
    ['Completed', {}, [drew(1, catBox())]],
    ['Failed', {}, [says(1, 'cannot-tell')]],
    ['Stopped', { stop: { at: '2026-01-02T04:00:00.000Z', because: 'requested' } }, [drew(1, catBox())]],
    ['Completed', { stop: { at: '2026-01-02T04:00:00.000Z', because: 'condition-met' } }, [drew(1, catBox())]],
  ] as const)('is %s', async (status, changes, answers) => {
    const end = await endOf(await writeResult({ ...changes, lines: [{ answers }] }))
    expect(end).toMatchObject({ status, outputManifestUri: `s3://work/${MANIFEST}` })
    expect(end?.failureReason !== undefined).toBe(status === 'Failed')
  })

  it('is Stopped where a stopping condition has left lines unlabeled', async () => {
    const stop = { at: '2026-01-02T04:00:00.000Z', because: 'condition-met' } as const
    const end = await endOf(
      await writeResult({ stop, because: 'stopped', lines: [{ answers: [drew(1, catBox())] }, {}] }),
    )
    expect(end).toMatchObject({ status: 'Stopped', counters: { labeled: 1, failed: 0, unlabeled: 1 } })
  })

  it('stays as it is when the result is started again', async () => {
    const ports = await writeResult({ lines: [{ answers: [drew(1, catBox())] }] })
    const before = await endOf(ports)
    ports.world.now = new Date(ports.world.now.getTime() + 60_000)
    await startResult((await findWork('cats-1', ports))!.value, ports)
    await drain(ports)
    expect(await endOf(ports)).toEqual(before)
  })
})

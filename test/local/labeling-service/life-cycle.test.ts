import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type LabelCounters, StopLabelingJobCommand } from '@aws-sdk/client-sagemaker'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { type HeldGate, heldGate } from './held-gate.ts'
import { describeError, labelingForEachTest } from './running-server.ts'
import { boxMembers, createLines, placeImages, placeJobFiles } from './valid-request.ts'

const labeling = labelingForEachTest()
let held: HeldGate
beforeEach(async () => {
  const { s3 } = labeling.store
  await placeJobFiles(s3, { lines: createLines(5) })
  await placeImages(s3, 5)
  held = heldGate()
  await labeling.start({ ...PERFECT_START, pace: { milliseconds: 0, objectsPerStep: 2, gate: held.gate } })
})

const PERFECT_START = { workers: { missedBoxes: 0, extraBoxes: 0, declines: 0, expired: 0, failed: 0 } }
const stop = () => labeling.client.send(new StopLabelingJobCommand({ LabelingJobName: 'pets-1' }))
const counts = ({ TotalLabeled, FailedNonRetryableError, Unlabeled }: LabelCounters = {}) => [
  TotalLabeled,
  FailedNonRetryableError,
  Unlabeled,
]

/** Returns the status after each released step until the job has ended. */
async function states(): Promise<unknown[]> {
  const seen: unknown[] = []
  for (;;) {
    const { LabelingJobStatus = 'Failed', LabelCounters } = await labeling.describe()
    const isOver = ['Completed', 'Failed', 'Stopped'].includes(LabelingJobStatus)
    if (!isOver && !held.isWaiting()) continue
    seen.push([LabelingJobStatus, ...counts(LabelCounters)])
    if (isOver) return seen
    await held.step()
  }
}

describe('a labeling job', () => {
  it('passes through its statuses with consistent counters', async () => {
    await labeling.create()
    expect(await states()).toEqual([
      ['Initializing', 0, 0, 0],
      ['InProgress', 0, 0, 5],
      ['InProgress', 2, 0, 3],
      ['InProgress', 4, 0, 1],
      ['InProgress', 5, 0, 0],
      ['Completed', 5, 0, 0],
    ])
  })

  it('writes the output manifest at its end, and an intermediate one before', async () => {
    await labeling.create()
    await held.step()
    await held.step()
    await held.waiting()
    expect((await labeling.describe()).LabelingJobOutput).toBeUndefined()
    const between = await labeling.store.text('output/Pets-1/manifests/intermediate/1/output.manifest')
    expect(between.split('\n').map((line) => line.includes('"boxes"'))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    held.open()
    const { job, lines } = await labeling.end()
    expect(job.LabelingJobOutput).toEqual({
      OutputDatasetS3Uri: 's3://photos/output/Pets-1/manifests/output/output.manifest',
    })
    expect(lines.filter((line) => 'boxes' in line)).toHaveLength(5)
  })

  it('labels at most MaxConcurrentTaskCount objects per set', async () => {
    await labeling.create({ HumanTaskConfig: { MaxConcurrentTaskCount: 3 } })
    const labeled = (await states()).map((state) => Array.isArray(state) && state[1])
    expect(labeled).toEqual([0, 0, 2, 3, 5, 5])
  })

  it('is not affected by changes of its manifest after the start', async () => {
    await labeling.create()
    await held.step()
    await held.waiting()
    await placeJobFiles(labeling.store.s3, { lines: createLines(1), template: 'none', labels: 'none' })
    held.open()
    expect((await labeling.end()).lines).toHaveLength(5)
  })

  it.each(['job/input.manifest', 'job/labels.json', 'job/template.liquid'])('fails when %s is deleted', async (Key) => {
    await labeling.create()
    await labeling.store.s3.send(new DeleteObjectCommand({ Bucket: 'photos', Key }))
    held.open()
    const { job } = await labeling.end()
    expect(job.LabelingJobStatus).toBe('Failed')
    expect(job.FailureReason).toBe(`ClientError: s3://photos/${Key} cannot be reached: NoSuchKey`)
    expect(job.LabelingJobOutput).toBeUndefined()
  })

  it('fails when all objects fail, with the reasons in its output', async () => {
    await labeling.start({ pace: { milliseconds: 0 }, workers: { expired: 1 } })
    await labeling.create()
    const { job, lines } = await labeling.end()
    expect(job.LabelingJobStatus).toBe('Failed')
    expect(job.FailureReason).toContain('All objects failed')
    expect(counts(job.LabelCounters)).toEqual([0, 5, 0])
    expect(lines.map((line) => Object.keys(line))).toEqual(Array(5).fill(['source-ref', 'boxes-metadata']))
  })

  it('fails when it expires, and keeps its labels', async () => {
    await labeling.start({ ...PERFECT_START, pace: { milliseconds: 0, objectsPerStep: 1, expireAfterSteps: 3 } })
    await labeling.create()
    const { job, lines } = await labeling.end()
    expect(job.LabelingJobStatus).toBe('Failed')
    expect(job.FailureReason).toMatch(/^ClientError: The labeling job expired/)
    expect(counts(job.LabelCounters)).toEqual([2, 0, 3])
    expect(lines.filter((line) => 'boxes' in line)).toHaveLength(2)
  })
})

describe('StopLabelingJob', () => {
  it('passes through Stopping, can be repeated, and keeps the labels', async () => {
    await labeling.create()
    await held.step()
    await held.step()
    await held.waiting()
    await stop()
    await stop()
    expect((await labeling.describe()).LabelingJobStatus).toBe('Stopping')
    held.open()
    const { job, lines } = await labeling.end()
    expect([job.LabelingJobStatus, ...counts(job.LabelCounters)]).toEqual(['Stopped', 2, 0, 3])
    expect(lines.slice(2)).toEqual(createLines(5).slice(2))
    expect(lines.slice(0, 2).every((line) => 'boxes' in line)).toBe(true)
  })

  it('ends an initializing job without output', async () => {
    await labeling.create()
    await stop()
    held.open()
    const { job } = await labeling.end()
    expect([job.LabelingJobStatus, job.LabelingJobOutput]).toEqual(['Stopped', undefined])
  })

  it('is rejected for a job that has ended', async () => {
    await labeling.create()
    held.open()
    await labeling.end()
    expect(await describeError(stop())).toMatch(/^ValidationException: LabelingJobName: .*Completed/)
  })
})

describe('stopping conditions', () => {
  it.each([
    [{ MaxHumanLabeledObjectCount: 3 }, ['Stopped', 3, 0, 2]],
    [{ MaxPercentageOfInputDatasetLabeled: 21 }, ['Stopped', 2, 0, 3]],
    [{ MaxHumanLabeledObjectCount: 4, MaxPercentageOfInputDatasetLabeled: 20 }, ['Stopped', 1, 0, 4]],
    [{ MaxHumanLabeledObjectCount: 5 }, ['Completed', 5, 0, 0]],
  ])('%j', async (StoppingConditions, expected) => {
    held.open()
    await labeling.create({ StoppingConditions })
    const { job, lines } = await labeling.end()
    expect([job.LabelingJobStatus, ...counts(job.LabelCounters)]).toEqual(expected)
    expect(lines.filter((line) => 'boxes' in line)).toHaveLength(Number(expected[1]))
  })
})

describe('a job with the output of another as input', () => {
  const earlier = boxMembers('boxes', [1, 2, 3, 4])
  beforeEach(() => held.open())

  it('labels only unlabeled lines and keeps the others unchanged', async () => {
    const failed = { 'boxes-metadata': { 'failure-reason': 'ClientError', 'retry-count': 1 } }
    const [one, two, three] = createLines(3)
    await placeJobFiles(labeling.store.s3, {
      lines: [{ ...one, ...earlier, other: 1 }, { ...two, ...failed }, three ?? ''],
    })
    await labeling.create()
    const { job, lines } = await labeling.end()
    expect(counts(job.LabelCounters)).toEqual([2, 0, 0])
    expect(lines[0]).toEqual({ ...one, ...earlier, other: 1 })
    for (const line of lines.slice(1))
      expect(line['boxes-metadata']).toMatchObject({ 'job-name': 'labeling-job/pets-1' })
  })

  it('completes without labeling when all lines are labeled', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(2).map((line) => ({ ...line, ...earlier })) })
    await labeling.create()
    const { job, lines } = await labeling.end()
    expect([job.LabelingJobStatus, ...counts(job.LabelCounters)]).toEqual(['Completed', 0, 0, 0])
    expect(lines).toHaveLength(2)
  })

  it('labels all lines under another label attribute', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(2).map((line) => ({ ...line, ...earlier })) })
    await labeling.create({ LabelAttributeName: 'constructor' })
    const { job, lines } = await labeling.end()
    expect(counts(job.LabelCounters)).toEqual([2, 0, 0])
    for (const line of lines) expect(Object.keys(line)).toContain('constructor')
  })
})

describe('an image', () => {
  it('fails only its own object if it is missing or invalid', async () => {
    const { s3 } = labeling.store
    await s3.send(new DeleteObjectCommand({ Bucket: 'photos', Key: 'images/1.png' }))
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'images/3.png', Body: 'GIF89a, says a text' }))
    held.open()
    await labeling.create()
    const { job, lines } = await labeling.end()
    expect([job.LabelingJobStatus, ...counts(job.LabelCounters)]).toEqual(['Completed', 3, 2, 0])
    expect(lines[1]).toEqual({
      'source-ref': 's3://photos/images/1.png',
      'boxes-metadata': {
        'retry-count': 1,
        'failure-reason':
          'ClientError: Annotation tasks expired. The image is broken: s3://photos/images/1.png cannot be reached: NoSuchKey',
        'human-annotated': 'true',
      },
    })
    expect(lines[3]?.['boxes-metadata']).toMatchObject({ 'failure-reason': expect.stringContaining('JPEG or PNG') })
  })
})

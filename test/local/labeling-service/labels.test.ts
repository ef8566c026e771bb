import { beforeEach, describe, expect, it } from '@jest/globals'
import { labelingForEachTest, PERFECT } from './running-server.ts'
import {
  adjustTemplate,
  allowPages,
  boxMembers,
  boxTemplate,
  createLines,
  labelFile,
  placeImages,
  placeJobFiles,
  toFunctions,
  VERDICTS,
  verifyTemplate,
} from './valid-request.ts'

const pace = { milliseconds: 0, objectsPerStep: 100 }
const knownBoxes = async (sourceRef: string) =>
  sourceRef.endsWith('/0.png')
    ? [
        { label: 'Dog', left: 0.1, top: 0.2, width: 0.3, height: 0.4 },
        { label: 'Bird', left: 0, top: 0, width: 1, height: 1 },
      ]
    : []
const labeling = labelingForEachTest({ pace, workers: PERFECT, knownBoxes })
beforeEach(() => placeImages(labeling.store.s3, 4))

const [first, second, third] = createLines(3)
const metadata = (lines: readonly Readonly<Record<string, unknown>>[], attribute: string) =>
  lines.map((line) => line[`${attribute}-metadata`])
const madeBy = {
  'human-annotated': 'yes',
  'creation-date': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
  'job-name': 'labeling-job/pets-1',
}
const image_size = [{ width: 200, height: 100, depth: 3 }]

describe('drawing boxes', () => {
  it('writes the known boxes with requested labels in pixels, and none for empty images', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(2) })
    await labeling.create()
    const { lines } = await labeling.end()
    expect(lines).toEqual([
      {
        ...first,
        boxes: { annotations: [{ class_id: 1, left: 20, top: 20, width: 60, height: 40 }], image_size },
        'boxes-metadata': {
          objects: [{ confidence: 0.09 }],
          'class-map': { 1: 'Dog' },
          type: 'groundtruth/object-detection',
          ...madeBy,
        },
      },
      {
        ...second,
        boxes: { annotations: [], image_size },
        'boxes-metadata': { objects: [], 'class-map': {}, type: 'groundtruth/object-detection', ...madeBy },
      },
    ])
  })

  it('writes worker responses and consolidation files', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(1) })
    await labeling.create({ HumanTaskConfig: { NumberOfHumanWorkersPerDataObject: 2 } })
    const { lines } = await labeling.end()
    const [request, consolidated, response] = await labeling.filesUnder('output/Pets-1/annotations/')
    expect(response?.key).toMatch(/worker-response\/iteration-1\/0\/\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d\.json$/)
    expect(response?.content).toEqual({
      answers: ['simulated-worker-1', 'simulated-worker-2'].map((workerId) => ({
        workerId,
        acceptanceTime: expect.any(String),
        submissionTime: expect.any(String),
        timeSpentInSeconds: expect.any(Number),
        answerContent: {
          boundingBox: {
            boundingBoxes: [{ label: 'Dog', left: 20, top: 20, width: 60, height: 40 }],
            inputImageProperties: { width: 200, height: 100 },
          },
        },
        workerMetadata: { identityData: { identityProviderType: 'Cognito', issuer: 'simulated', sub: workerId } },
      })),
    })
    expect(request?.key).toMatch(/consolidation-request\/iteration-1\//)
    expect(consolidated?.key).toMatch(/consolidation-response\/iteration-1\//)
    const { 'source-ref': _, ...content } = lines[0] ?? {}
    expect(consolidated?.content).toEqual([{ datasetObjectId: '0', consolidatedAnnotation: { content } }])
  })

  it('has the same result for the same job name, regardless of the pace', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(4) })
    const workers = { jitter: 0.3, extraBoxes: 0.5, missedBoxes: 0.3, wrongClass: 0.3, declines: 0.3 }
    const draw = async (objectsPerStep: number, output: string) => {
      await labeling.stop()
      await labeling.clear()
      await labeling.start({ pace: { milliseconds: 0, objectsPerStep }, workers, knownBoxes })
      await labeling.create({
        OutputConfig: { S3OutputPath: `s3://photos/${output}` },
        HumanTaskConfig: { NumberOfHumanWorkersPerDataObject: 3 },
      })
      return (await labeling.end()).lines.map((line) => line.boxes)
    }
    expect(await draw(1, 'one')).toEqual(await draw(4, 'other'))
  })
})

describe('simulated errors', () => {
  const drawn = async (workers: object, line = 0) => {
    await labeling.start({ pace, workers: { ...PERFECT, ...workers }, knownBoxes })
    await placeJobFiles(labeling.store.s3, { lines: createLines(2) })
    await labeling.create()
    const { lines } = await labeling.end()
    return lines[line]
  }

  it.each([
    ['missed boxes', { missedBoxes: 1 }, 0, { boxes: { annotations: [] } }],
    ['wrong labels', { wrongClass: 1 }, 0, { boxes: { annotations: [{ class_id: 0, left: 20, width: 60 }] } }],
    ['boxes around nothing', { extraBoxes: 1 }, 1, { boxes: { annotations: [{ class_id: expect.any(Number) }] } }],
    [
      'answers that cannot be consolidated',
      { failed: 1 },
      1,
      { 'boxes-metadata': { 'failure-reason': expect.stringContaining('consolidated') } },
    ],
    [
      'tasks that all workers decline',
      { declines: 1 },
      1,
      { 'boxes-metadata': { 'failure-reason': expect.stringContaining('expired. All workers declined') } },
    ],
  ])('are applied: %s', async (_what, workers, line, expected) => {
    expect(await drawn(workers, line)).toMatchObject(expected)
  })

  it('include jitter of the boxes within the image', async () => {
    const text = JSON.stringify(await drawn({ jitter: 0.2 }))
    const [, box = ''] = /"annotations":\[(\{[^}]*\})/.exec(text) ?? []
    const { left = 0, width = 0 }: { left?: number; width?: number } = JSON.parse(box)
    expect([left, width]).not.toEqual([20, 60])
    expect(Math.abs(left - 20)).toBeLessThanOrEqual(12)
    expect(Math.abs(left + width - 80)).toBeLessThanOrEqual(12)
  })
})

describe('adjusting boxes', () => {
  const adjust = async (lines: readonly object[], attribute = 'adjusted') => {
    await placeJobFiles(labeling.store.s3, { lines, template: adjustTemplate('drawn') })
    await labeling.create({ LabelAttributeName: attribute, HumanTaskConfig: toFunctions('AdjustmentBoundingBox') })
    return labeling.end()
  }
  const good = boxMembers('drawn', [21, 20, 60, 40], 1)
  const poor = boxMembers('drawn', [40, 20, 60, 40], 1)

  it('keeps good boxes, redraws poor ones, and records whether it changed any', async () => {
    const { lines } = await adjust([
      { ...first, ...good },
      { ...first, ...poor },
    ])
    expect(lines.map((line) => line.adjusted)).toEqual([
      { annotations: [{ class_id: 1, left: 21, top: 20, width: 60, height: 40 }], image_size },
      { annotations: [{ class_id: 1, left: 20, top: 20, width: 60, height: 40 }], image_size },
    ])
    expect(metadata(lines, 'adjusted')).toMatchObject([
      { 'adjustment-status': 'unadjusted', type: 'groundtruth/object-detection', ...madeBy },
      { 'adjustment-status': 'adjusted', type: 'groundtruth/object-detection', ...madeBy },
    ])
    for (const [at, members] of [good, poor].entries()) expect(lines[at]).toMatchObject(members)
  })

  it('removes boxes around nothing and adds missing ones', async () => {
    const none = { ...good, drawn: { annotations: [], image_size } }
    const { lines } = await adjust([
      { ...first, ...none },
      { ...second, ...good },
    ])
    expect(lines).toMatchObject([
      { adjusted: { annotations: [{ class_id: 1 }] }, 'adjusted-metadata': { 'adjustment-status': 'adjusted' } },
      { adjusted: { annotations: [] }, 'adjusted-metadata': { 'adjustment-status': 'adjusted' } },
    ])
  })

  it('fails only the objects without boxes', async () => {
    const { 'drawn-metadata': _, ...bare } = good
    const { job, lines } = await adjust([{ ...first, ...good }, second ?? {}, { ...third, ...bare }])
    expect(job.LabelCounters).toMatchObject({ TotalLabeled: 1, FailedNonRetryableError: 2 })
    expect(metadata(lines, 'adjusted').map((one) => JSON.stringify(one).includes('no boxes'))).toEqual([
      false,
      true,
      true,
    ])
  })

  it('continues with the output of a stopped job', async () => {
    const { lines } = await adjust([
      { ...first, ...good },
      { ...first, ...poor },
    ])
    const { adjusted: _, 'adjusted-metadata': __, ...open } = lines[1] ?? {}
    await placeJobFiles(labeling.store.s3, { lines: [lines[0] ?? {}, open], template: adjustTemplate('drawn') })
    await labeling.create({
      LabelingJobName: 'second',
      LabelAttributeName: 'adjusted',
      HumanTaskConfig: toFunctions('AdjustmentBoundingBox'),
    })
    const again = await labeling.end('second')
    expect(again.lines[0]).toEqual(lines[0])
    expect(again.lines[1]?.['adjusted-metadata']).toMatchObject({ 'job-name': 'labeling-job/second' })
  })
})

describe('verifying boxes', () => {
  it('gives a verdict per object, with a comment if boxes do not fit', async () => {
    const good = boxMembers('drawn', [20, 20, 60, 40], 1)
    const wrong = boxMembers('drawn', [20, 20, 60, 40], 0)
    // `knownBoxes` has a bird that fills the image, which these boxes lack.
    await labeling.start({ pace, workers: PERFECT, knownBoxes: async (uri) => (await knownBoxes(uri)).slice(0, 1) })
    const lines = [{ ...first, ...good }, { ...first, ...wrong }, second ?? {}]
    await placeJobFiles(labeling.store.s3, { lines, template: verifyTemplate('drawn'), labels: labelFile(VERDICTS) })
    await labeling.create({
      LabelAttributeName: 'verdict',
      HumanTaskConfig: { ...toFunctions('VerificationBoundingBox'), NumberOfHumanWorkersPerDataObject: 3 },
    })
    const output = (await labeling.end()).lines
    const type = 'groundtruth/label-verification'
    expect(output.map((line) => line.verdict)).toEqual([0, 1, undefined])
    expect(metadata(output, 'verdict').slice(0, 2)).toEqual([
      { 'class-name': 'good', confidence: 1, type, ...madeBy },
      {
        'class-name': 'bad',
        confidence: 1,
        type,
        ...madeBy,
        'worker-feedback': Array(3).fill({ comment: 'Simulated: boxes do not fit' }),
      },
    ])
    expect(output[0]).toMatchObject(good)
  })
})

describe('a bucket without the CORS rule', () => {
  it('expires only its own images until the rule is fixed', async () => {
    await placeJobFiles(labeling.store.s3, { lines: createLines(2), cors: false })
    await labeling.create({ LabelingJobName: 'without' })
    const { lines } = await labeling.end('without')
    for (const one of metadata(lines, 'boxes'))
      expect(one).toMatchObject({ 'failure-reason': expect.stringMatching(/expired\. The CORS rules of photos/) })
    await allowPages(labeling.store.s3)
    await labeling.create({ LabelingJobName: 'with' })
    expect((await labeling.end('with')).job.LabelingJobStatus).toBe('Completed')
  })
})

describe('a page that is broken for one object', () => {
  it('fails only that object', async () => {
    const title = '{% if task.input.manifestLine.broken %}{% include "none" %}{% endif %}'
    const lines = [first ?? {}, { ...second, broken: true }]
    await placeJobFiles(labeling.store.s3, { lines, template: boxTemplate(title) })
    await labeling.create()
    const output = (await labeling.end()).lines
    expect(metadata(output, 'boxes')[1]).toMatchObject({
      'failure-reason': expect.stringMatching(/^ClientError: Annotation tasks expired\. The page is broken: /),
    })
    expect(output[0]).toHaveProperty('boxes')
  })
})

import { describe, expect, it } from '@jest/globals'
import { type OutputLine, parseOutputLine, OutputLine as Schema } from '../../../shared/manifests/output/line.ts'

const BOX = { class_id: 0, left: 111, top: 134, width: 61, height: 128 }
const VALUE = { annotations: [BOX], image_size: [{ width: 500, height: 400, depth: 3 }] }
const METADATA = {
  objects: [{ confidence: 0.09 }],
  'class-map': { 0: 'dog' },
  type: 'groundtruth/object-detection',
  'human-annotated': 'yes',
  'creation-date': '2019-02-18T17:11:16.729200',
  'job-name': 'labeling-job/my-job',
}
const REF = { 'source-ref': 's3://bucket/k.jpg' }
const LINE = { ...REF, pets: VALUE, 'pets-metadata': METADATA }

const parse = (line: object, attribute = 'pets'): OutputLine => {
  const read = parseOutputLine(JSON.stringify(line), attribute)
  expect(Schema.parse(read)).toEqual(read)
  return read
}
const parseBoxes = (value: object, metadata: object = {}): OutputLine =>
  parse({ ...REF, pets: { ...VALUE, ...value }, 'pets-metadata': { ...METADATA, ...metadata } })

const LABELED = {
  outcome: 'labeled',
  sourceRef: 's3://bucket/k.jpg',
  boxes: [{ className: 'dog', classIndex: 0, left: 111, top: 134, width: 61, height: 128, confidence: 0.09 }],
  imageSize: { width: 500, height: 400, depth: 3 },
  humanAnnotated: true,
  createdAt: '2019-02-18T17:11:16.729200',
  jobName: 'my-job',
}

describe('parseOutputLine of a line with boxes', () => {
  it('returns the boxes with their classes and the origin of the label', () => {
    expect(parse(LINE)).toEqual(LABELED)
  })

  it.each([
    ['a byte order mark', `\uFEFF${JSON.stringify(LINE)}`],
    ['a line feed', `${JSON.stringify(LINE)}\n`],
    ['carriage return and line feed', `${JSON.stringify(LINE)}\r\n`],
    ['a carriage return', `${JSON.stringify(LINE)}\r`],
    ['spaces', `  ${JSON.stringify(LINE, null, 1).replaceAll('\n', '')} `],
  ])('ignores %s around the line', (_, text) => {
    expect(parseOutputLine(text, 'pets')).toEqual(LABELED)
  })

  it('returns an empty list for an image without objects', () => {
    const read = parseBoxes({ annotations: [] }, { objects: [], 'class-map': {} })
    expect(read).toEqual({ ...LABELED, boxes: [] })
  })

  it('keeps fractions of pixels, and boxes that exceed the image or have no width', () => {
    const annotations = [{ class_id: 0, left: -0.5, top: 1.25, width: 0, height: 1e6 }]
    expect(parseBoxes({ annotations })).toMatchObject({ boxes: [{ left: -0.5, top: 1.25, width: 0, height: 1e6 }] })
  })

  it('reads class names from the class map of the line', () => {
    const other = { ...LINE, 'pets-metadata': { ...METADATA, 'class-map': { 0: 'Katze 猫 🐈' } } }
    expect([parse(LINE), parse(other)]).toMatchObject([
      { boxes: [{ className: 'dog' }] },
      { boxes: [{ className: 'Katze 猫 🐈' }] },
    ])
  })

  it.each([{ 'class-map': { 1: 'cat' } }, { 'class-map': {} }, { 'class-map': null }, { 'class-map': undefined }])(
    'keeps the id of a class without a name: %j',
    (metadata) => {
      const [box] = LABELED.boxes
      const { className: _, ...unnamed } = box!
      expect(parseBoxes({}, metadata)).toEqual({ ...LABELED, boxes: [unnamed] })
    },
  )

  it.each([{ objects: [] }, { objects: [{}] }, { objects: [{ confidence: null }] }, { objects: null }])(
    'leaves out a missing confidence: %j',
    (metadata) => {
      const read = parseBoxes({}, metadata)
      expect(read).toMatchObject({ outcome: 'labeled', boxes: [{ classIndex: 0 }] })
      expect(JSON.stringify(read)).not.toContain('confidence')
    },
  )

  it('assigns confidences by position, and none to the remaining boxes', () => {
    const read = parseBoxes({ annotations: [BOX, BOX, BOX] }, { objects: [{ confidence: 0.5 }, { confidence: 0 }] })
    expect(read.outcome === 'labeled' && read.boxes.map((box) => box.confidence)).toEqual([0.5, 0, undefined])
  })

  it.each([{ image_size: [] }, { image_size: null }, { image_size: undefined }])(
    'leaves out a missing image size: %j',
    (value) => {
      expect(parseBoxes(value)).not.toHaveProperty('imageSize')
      expect(parseBoxes(value)).toHaveProperty('outcome', 'labeled')
    },
  )

  it.each([null, undefined])('accepts an image size without depth: %j', (depth) => {
    const read = parseBoxes({ image_size: [{ width: 5, height: 4, depth }] })
    expect(read).toHaveProperty('imageSize', { width: 5, height: 4 })
  })

  it.each([
    ['yes', true],
    ['no', false],
    ['true', true],
    ['No', false],
    [false, false],
    ['perhaps', undefined],
    [1, undefined],
  ])('reads whether people labeled it: %j', (value, humanAnnotated) => {
    const read = parseBoxes({}, { 'human-annotated': value })
    expect(read.outcome === 'labeled' && read.humanAnnotated).toBe(humanAnnotated)
  })

  it('leaves out invalid descriptive metadata', () => {
    const odd = { 'human-annotated': {}, 'creation-date': 5, 'job-name': null, 'adjustment-status': 'perhaps' }
    const { humanAnnotated, createdAt, jobName, ...rest } = LABELED
    expect(parseBoxes({}, odd)).toEqual(rest)
  })

  it('compares the type without case', () => {
    expect(parseBoxes({}, { type: 'groundTruth/Object-Detection' })).toEqual(LABELED)
  })

  it('keeps a job name without a prefix', () => {
    expect(parseBoxes({}, { 'job-name': 'open-images/pets' })).toMatchObject({ jobName: 'open-images/pets' })
  })
})

describe('parseOutputLine of a line that several jobs labeled', () => {
  const chained = {
    ...LINE,
    adjusted: { ...VALUE, annotations: [{ ...BOX, left: 1 }] },
    'adjusted-metadata': { ...METADATA, 'adjustment-status': 'adjusted', 'job-name': 'labeling-job/second' },
  }

  it('returns the label of each job', () => {
    expect(parse(chained)).toEqual(LABELED)
    expect(parse(chained, 'adjusted')).toEqual({
      ...LABELED,
      boxes: [{ ...LABELED.boxes[0], left: 1 }],
      jobName: 'second',
      adjustmentStatus: 'adjusted',
    })
  })

  it('returns labeled for one job and failed for another', () => {
    const line = { ...LINE, 'second-metadata': { 'failure-reason': 'ClientError: expired' } }
    expect([parse(line), parse(line, 'second')]).toMatchObject([{ outcome: 'labeled' }, { outcome: 'failed' }])
  })
})

describe('parseOutputLine of a line with a verdict', () => {
  const metadata = {
    'class-name': 'bad',
    confidence: 0.93,
    type: 'groundtruth/label-verification',
    'job-name': 'labeling-job/verify',
    'human-annotated': 'yes',
    'creation-date': '2018-11-20T22:18:13.527256',
    'worker-feedback': [{ comment: 'Too wide.' }, { comment: 'Überall zu groß' }],
  }

  it.each(['1', 1])('returns the verdict with comments, its index written as %j', (checked) => {
    expect(parse({ ...LINE, checked, 'checked-metadata': metadata }, 'checked')).toEqual({
      outcome: 'verified',
      sourceRef: 's3://bucket/k.jpg',
      verdict: 'bad',
      verdictId: 1,
      confidence: 0.93,
      workerFeedback: ['Too wide.', 'Überall zu groß'],
      humanAnnotated: true,
      createdAt: '2018-11-20T22:18:13.527256',
      jobName: 'verify',
    })
  })

  it('accepts a verdict without confidence and comments', () => {
    const bare = { 'class-name': 'good', type: 'groundtruth/label-verification', confidence: null }
    const verified = { outcome: 'verified', sourceRef: 's3://bucket/k.jpg', verdict: 'good', verdictId: 0 }
    expect(parse({ ...REF, checked: 0, 'checked-metadata': bare }, 'checked')).toEqual(verified)
  })
})

describe('parseOutputLine of a line without a label', () => {
  const failure = {
    'retry-count': 1,
    'failure-reason': 'ClientError: Annotation tasks expired. Possible reasons are many.',
    'human-annotated': 'true',
  }

  it('returns failed with the reason of the metadata', () => {
    expect(parse({ ...REF, 'pets-metadata': failure })).toEqual({
      outcome: 'failed',
      sourceRef: 's3://bucket/k.jpg',
      reason: failure['failure-reason'],
      retryCount: 1,
    })
  })

  it.each([null, 'often', -1, 1.5])('leaves out an invalid retry count: %j', (count) => {
    const read = parse({ ...REF, 'pets-metadata': { ...failure, 'retry-count': count } })
    expect(read).toEqual({ outcome: 'failed', sourceRef: 's3://bucket/k.jpg', reason: failure['failure-reason'] })
  })

  it('returns failed when the reason is not a string', () => {
    expect(parse({ ...REF, 'pets-metadata': { 'failure-reason': null } })).toMatchObject({ outcome: 'failed' })
  })

  it('returns unlabeled without a failure, whatever other keys there are', () => {
    const unlabeled = { outcome: 'unlabeled', sourceRef: 's3://bucket/k.jpg' }
    expect(parse(REF)).toEqual(unlabeled)
    expect(parse({ ...REF, provenance: { license: 'by' }, petsmetadata: {} })).toEqual(unlabeled)
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', ''])(
    'returns unlabeled for a missing attribute named %j',
    (attribute) => {
      expect(parse(LINE, attribute)).toEqual({ outcome: 'unlabeled', sourceRef: 's3://bucket/k.jpg' })
    },
  )
})

describe('parseOutputLine of an attribute named like a property of the prototype', () => {
  it.each(['constructor', 'toString', '__proto__'])('reads it like any other: %s', (attribute) => {
    const text = JSON.stringify(LINE).replaceAll('"pets', `"${attribute}`)
    expect(parseOutputLine(text, attribute)).toEqual(LABELED)
  })
})

describe('parseOutputLine of a label of another type', () => {
  it.each([
    ['groundtruth/image-classification', 0],
    ['groundtruth/image-classification-multilabel', [1, 0]],
    ['groundtruth/semantic-segmentation', 's3://bucket/mask.png'],
    ['groundtruth/video-object-detection', 's3://bucket/SeqLabel.json'],
    ['groundtruth/point_cloud_object_tracking', 's3://bucket/SeqLabel.json'],
    ['groundtruth/custom', { anything: null }],
    ['something/else', null],
  ])('returns foreign with the type %s', (type, value) => {
    expect(parse({ ...REF, pets: value, 'pets-metadata': { type } })).toEqual({
      outcome: 'foreign',
      sourceRef: 's3://bucket/k.jpg',
      type,
    })
  })

  it('accepts a text, which has no source-ref', () => {
    const line = { source: 'The food', pets: '1', 'pets-metadata': { type: 'groundtruth/text-classification' } }
    expect(parse(line)).toEqual({ outcome: 'foreign', type: 'groundtruth/text-classification' })
  })

  it('reads metadata with underscores of a custom job', () => {
    const metadata = { type: 'groundTruth/custom', job_name: 'labeling-job/own', creation_date: '2024-05-06T07:08:09' }
    expect(parse({ ...REF, pets: {}, 'pets-metadata': metadata })).toEqual({
      outcome: 'foreign',
      sourceRef: 's3://bucket/k.jpg',
      type: 'groundTruth/custom',
      jobName: 'own',
      createdAt: '2024-05-06T07:08:09',
    })
  })
})

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
const boxesOf = (value: object, metadata: object = {}): OutputLine =>
  parse({ ...REF, pets: { ...VALUE, ...value }, 'pets-metadata': { ...METADATA, ...metadata } })

const LABELED = {
  outcome: 'labeled',
  sourceRef: 's3://bucket/k.jpg',
  boxes: [{ className: 'dog', classId: 0, left: 111, top: 134, width: 61, height: 128, confidence: 0.09 }],
  imageSize: { width: 500, height: 400, depth: 3 },
  humanAnnotated: true,
  createdAt: '2019-02-18T17:11:16.729200',
  jobName: 'my-job',
}

describe('a line with boxes', () => {
  it('gives them with their classes, and what the job says of itself', () => {
    expect(parse(LINE)).toEqual(LABELED)
  })

  it.each([
    ['a byte order mark', `\uFEFF${JSON.stringify(LINE)}`],
    ['a line feed', `${JSON.stringify(LINE)}\n`],
    ['carriage return and line feed', `${JSON.stringify(LINE)}\r\n`],
    ['a carriage return', `${JSON.stringify(LINE)}\r`],
    ['spaces', `  ${JSON.stringify(LINE, null, 1).replaceAll('\n', '')} `],
  ])('reads the same with %s around it', (_, text) => {
    expect(parseOutputLine(text, 'pets')).toEqual(LABELED)
  })

  it('without any box says that there is nothing in the image', () => {
    const read = boxesOf({ annotations: [] }, { objects: [], 'class-map': {} })
    expect(read).toEqual({ ...LABELED, boxes: [] })
  })

  it('keeps fractions of pixels, and boxes that reach over the edge or have no width', () => {
    const annotations = [{ class_id: 0, left: -0.5, top: 1.25, width: 0, height: 1e6 }]
    expect(boxesOf({ annotations })).toMatchObject({ boxes: [{ left: -0.5, top: 1.25, width: 0, height: 1e6 }] })
  })

  it('takes names from its own class map, whatever another line says', () => {
    const other = { ...LINE, 'pets-metadata': { ...METADATA, 'class-map': { 0: 'Katze 猫 🐈' } } }
    expect([parse(LINE), parse(other)]).toMatchObject([
      { boxes: [{ className: 'dog' }] },
      { boxes: [{ className: 'Katze 猫 🐈' }] },
    ])
  })

  it.each([{ 'class-map': { 1: 'cat' } }, { 'class-map': {} }, { 'class-map': null }, { 'class-map': undefined }])(
    'keeps the number of a class that has no name: %j',
    (metadata) => {
      const [box] = LABELED.boxes
      const { className: _, ...nameless } = box!
      expect(boxesOf({}, metadata)).toEqual({ ...LABELED, boxes: [nameless] })
    },
  )

  it.each([{ objects: [] }, { objects: [{}] }, { objects: [{ confidence: null }] }, { objects: null }])(
    'has no confidence where the file has none: %j',
    (metadata) => {
      const read = boxesOf({}, metadata)
      expect(read).toMatchObject({ outcome: 'labeled', boxes: [{ classId: 0 }] })
      expect(JSON.stringify(read)).not.toContain('confidence')
    },
  )

  it('gives confidences to the boxes that they belong to, and none to the rest', () => {
    const read = boxesOf({ annotations: [BOX, BOX, BOX] }, { objects: [{ confidence: 0.5 }, { confidence: 0 }] })
    expect(read.outcome === 'labeled' && read.boxes.map((box) => box.confidence)).toEqual([0.5, 0, undefined])
  })

  it.each([{ image_size: [] }, { image_size: null }, { image_size: undefined }])(
    'may have no image size: %j',
    (value) => {
      expect(boxesOf(value)).not.toHaveProperty('imageSize')
      expect(boxesOf(value)).toHaveProperty('outcome', 'labeled')
    },
  )

  it.each([null, undefined])('may have an image size without depth: %j', (depth) => {
    const read = boxesOf({ image_size: [{ width: 5, height: 4, depth }] })
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
  ])('says whether people labeled it: %j', (said, humanAnnotated) => {
    const read = boxesOf({}, { 'human-annotated': said })
    expect(read.outcome === 'labeled' && read.humanAnnotated).toBe(humanAnnotated)
  })

  it('leaves out what only describes it where that is not understood', () => {
    const odd = { 'human-annotated': {}, 'creation-date': 5, 'job-name': null, 'adjustment-status': 'perhaps' }
    const { humanAnnotated, createdAt, jobName, ...rest } = LABELED
    expect(boxesOf({}, odd)).toEqual(rest)
  })

  it('is known by its type, in capitals or not', () => {
    expect(boxesOf({}, { type: 'groundTruth/Object-Detection' })).toEqual(LABELED)
  })

  it('takes a job name without prefix as it is', () => {
    expect(boxesOf({}, { 'job-name': 'open-images/pets' })).toMatchObject({ jobName: 'open-images/pets' })
  })
})

describe('a line of several jobs', () => {
  const chained = {
    ...LINE,
    adjusted: { ...VALUE, annotations: [{ ...BOX, left: 1 }] },
    'adjusted-metadata': { ...METADATA, 'adjustment-status': 'adjusted', 'job-name': 'labeling-job/second' },
  }

  it('gives what each made', () => {
    expect(parse(chained)).toEqual(LABELED)
    expect(parse(chained, 'adjusted')).toEqual({
      ...LABELED,
      boxes: [{ ...LABELED.boxes[0], left: 1 }],
      jobName: 'second',
      adjustmentStatus: 'adjusted',
    })
  })

  it('is failed for the one that failed, and labeled for the one that did not', () => {
    const line = { ...LINE, 'second-metadata': { 'failure-reason': 'ClientError: expired' } }
    expect([parse(line), parse(line, 'second')]).toMatchObject([{ outcome: 'labeled' }, { outcome: 'failed' }])
  })
})

describe('a line with a verdict', () => {
  const metadata = {
    'class-name': 'bad',
    confidence: 0.93,
    type: 'groundtruth/label-verification',
    'job-name': 'labeling-job/verify',
    'human-annotated': 'yes',
    'creation-date': '2018-11-20T22:18:13.527256',
    'worker-feedback': [{ comment: 'Too wide.' }, { comment: 'Überall zu groß' }],
  }

  it.each(['1', 1])('gives it with the comments, its number written as %j', (checked) => {
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

  it('may have neither confidence nor comments', () => {
    const bare = { 'class-name': 'good', type: 'groundtruth/label-verification', confidence: null }
    const verified = { outcome: 'verified', sourceRef: 's3://bucket/k.jpg', verdict: 'good', verdictId: 0 }
    expect(parse({ ...REF, checked: 0, 'checked-metadata': bare }, 'checked')).toEqual(verified)
  })
})

describe('a line without a label', () => {
  const failure = {
    'retry-count': 1,
    'failure-reason': 'ClientError: Annotation tasks expired. Possible reasons are many.',
    'human-annotated': 'true',
  }

  it('has failed where its metadata gives a reason', () => {
    expect(parse({ ...REF, 'pets-metadata': failure })).toEqual({
      outcome: 'failed',
      sourceRef: 's3://bucket/k.jpg',
      reason: failure['failure-reason'],
      retryCount: 1,
    })
  })

  it.each([null, 'often', -1, 1.5])('has failed without a count of tries that is %j', (count) => {
    const read = parse({ ...REF, 'pets-metadata': { ...failure, 'retry-count': count } })
    expect(read).toEqual({ outcome: 'failed', sourceRef: 's3://bucket/k.jpg', reason: failure['failure-reason'] })
  })

  it('has failed also where the reason is no text', () => {
    expect(parse({ ...REF, 'pets-metadata': { 'failure-reason': null } })).toMatchObject({ outcome: 'failed' })
  })

  it('is unlabeled where there is no failure either, whatever else is passed through', () => {
    const unlabeled = { outcome: 'unlabeled', sourceRef: 's3://bucket/k.jpg' }
    expect(parse(REF)).toEqual(unlabeled)
    expect(parse({ ...REF, provenance: { license: 'by' }, petsmetadata: {} })).toEqual(unlabeled)
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', ''])(
    'is unlabeled for an attribute that it does not have, called %j',
    (attribute) => {
      expect(parse(LINE, attribute)).toEqual({ outcome: 'unlabeled', sourceRef: 's3://bucket/k.jpg' })
    },
  )
})

describe('an attribute that is called like a thing of the language', () => {
  it.each(['constructor', 'toString', '__proto__'])('is read as any other: %s', (attribute) => {
    const text = JSON.stringify(LINE).replaceAll('"pets', `"${attribute}`)
    expect(parseOutputLine(text, attribute)).toEqual(LABELED)
  })
})

describe('a label of another kind', () => {
  it.each([
    ['groundtruth/image-classification', 0],
    ['groundtruth/image-classification-multilabel', [1, 0]],
    ['groundtruth/semantic-segmentation', 's3://bucket/mask.png'],
    ['groundtruth/video-object-detection', 's3://bucket/SeqLabel.json'],
    ['groundtruth/point_cloud_object_tracking', 's3://bucket/SeqLabel.json'],
    ['groundtruth/custom', { anything: null }],
    ['something/else', null],
  ])('is told by its type: %s', (type, value) => {
    expect(parse({ ...REF, pets: value, 'pets-metadata': { type } })).toEqual({
      outcome: 'foreign',
      sourceRef: 's3://bucket/k.jpg',
      type,
    })
  })

  it('may be of a text, which has no address', () => {
    const line = { source: 'The food', pets: '1', 'pets-metadata': { type: 'groundtruth/text-classification' } }
    expect(parse(line)).toEqual({ outcome: 'foreign', type: 'groundtruth/text-classification' })
  })

  it('may be custom, and have its metadata written with underscores', () => {
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

import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { listAttributes } from '../../../shared/manifests/output/attributes.ts'
import { OutputLine, parseOutputLine } from '../../../shared/manifests/output/line.ts'

const attribute = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,8}$/),
  fc.constantFrom('constructor', 'toString', 'valueOf', 'boxes-ref'),
)
/** JSON has no negative zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const size = number.map(Math.abs)
const box = fc.record(
  {
    className: fc.string({ unit: 'binary', maxLength: 20 }),
    classIndex: fc.nat(),
    ...{ left: number, top: number, width: size, height: size },
    confidence: number,
  },
  { requiredKeys: ['classIndex', 'left', 'top', 'width', 'height'] },
)
const labeled = fc.record(
  {
    outcome: fc.constant('labeled' as const),
    sourceRef: fc.string({ unit: 'binary', minLength: 1 }),
    boxes: fc.uniqueArray(box, { selector: ({ classIndex }) => classIndex }),
    imageSize: fc.record({ width: fc.integer({ min: 1 }), height: fc.integer({ min: 1 }), depth: fc.nat(4) }),
    humanAnnotated: fc.boolean(),
    createdAt: fc.string(),
    jobName: fc.string({ unit: 'grapheme' }).filter((name) => !name.startsWith('labeling-job/')),
    adjustmentStatus: fc.constantFrom('adjusted' as const, 'unadjusted' as const),
  },
  { requiredKeys: ['outcome', 'sourceRef', 'boxes'] },
)
type LabeledLine = typeof labeled extends fc.Arbitrary<infer Line> ? Line : never

/** Returns the line as the service would write it. */
const toManifestLine = ({ boxes, imageSize, ...line }: LabeledLine, name: string): string =>
  JSON.stringify({
    [`${name}-metadata`]: {
      type: 'groundtruth/object-detection',
      objects: boxes.map(({ confidence }) => ({ confidence })),
      'class-map': Object.fromEntries(
        boxes.flatMap(({ classIndex, className }) => (className === undefined ? [] : [[classIndex, className]])),
      ),
      'human-annotated': line.humanAnnotated === undefined ? undefined : line.humanAnnotated ? 'yes' : 'no',
      'creation-date': line.createdAt,
      'job-name': line.jobName === undefined ? undefined : `labeling-job/${line.jobName}`,
      'adjustment-status': line.adjustmentStatus,
    },
    'source-ref': line.sourceRef,
    [name]: {
      image_size: imageSize && [imageSize],
      annotations: boxes.map(({ classIndex, left, top, width, height }) => ({
        class_id: classIndex,
        ...{ height, width, top, left },
      })),
    },
  })

/** A line with something inserted at a random place. */
const corruptLine = fc
  .tuple(labeled, attribute, fc.nat(), fc.nat(30), fc.oneof(fc.json(), fc.string()))
  .map(([line, name, at, cut, inserted]) => {
    const text = toManifestLine(line, name)
    const start = at % text.length
    return { name, text: text.slice(0, start) + inserted + text.slice(start + cut) }
  })

describe('parseOutputLine', () => {
  it('parses what the service would write for any label', () => {
    fc.assert(
      fc.property(labeled, attribute, (line, name) => {
        expect(parseOutputLine(toManifestLine(line, name), name)).toEqual(line)
        expect(listAttributes(toManifestLine(line, name))).toEqual([name])
      }),
      { numRuns: 300 },
    )
  })

  it('returns one of the outcomes for any text, without throwing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => `{"source-ref":${json}}`),
    )
    fc.assert(
      fc.property(text, fc.string(), (line, name) => {
        const read = parseOutputLine(line, name)
        expect(OutputLine.parse(read)).toEqual(read)
        listAttributes(line)
      }),
      { numRuns: 500 },
    )
  })

  it('returns one of the outcomes for a corrupted line, without throwing', () => {
    fc.assert(
      fc.property(corruptLine, ({ name, text }) => {
        const read = parseOutputLine(text, name)
        expect(OutputLine.parse(read)).toEqual(read)
        listAttributes(text)
      }),
      { numRuns: 1000 },
    )
  })

  it('returns one of the outcomes for any JSON as label and metadata', () => {
    const metadata = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('type', 'objects', 'class-map', 'failure-reason', 'class-name', 'worker-feedback', '__proto__'),
        fc.oneof(fc.jsonValue(), fc.constantFrom('groundtruth/object-detection', 'groundtruth/label-verification')),
      ),
    )
    fc.assert(
      fc.property(fc.jsonValue(), metadata, (value, labelMetadata) => {
        const line = { 'source-ref': 's3://b/k.jpg', boxes: value, 'boxes-metadata': labelMetadata }
        const read = parseOutputLine(JSON.stringify(line), 'boxes')
        expect(OutputLine.parse(read)).toEqual(read)
        expect(read).toHaveProperty('sourceRef', 's3://b/k.jpg')
      }),
      { numRuns: 1000 },
    )
  })
})

import { describe, expect, it } from '@jest/globals'
import { type OutputLine, parseOutputLine } from '../../../shared/manifests/output/line.ts'

const DETECTION = '"type":"groundtruth/object-detection"'
const VERIFICATION = '"type":"groundtruth/label-verification"'
const BOX = '"class_id":0,"left":1,"top":2,"width":3,"height":4'

const line = (value: string, metadata = DETECTION): string =>
  `{"source-ref":"s3://b/k.jpg","pets":${value},"pets-metadata":{${metadata}}}`
const boxes = (annotations: string, metadata = DETECTION): string => line(`{"annotations":${annotations}}`, metadata)
const read = (text: string): OutputLine => parseOutputLine(text, 'pets')

/** Matches a reason that begins with the place and names the value. */
const reasonAt = (at: string, value: string) =>
  expect.stringMatching(new RegExp(`^${escapeRegExp(at)} .*${escapeRegExp(value)}`))
const escapeRegExp = (text: string): string => text.replaceAll(/[^\w ]/g, '\\$&')
const unreadable = (at: string, value = '') => ({
  outcome: 'unreadable',
  sourceRef: 's3://b/k.jpg',
  reason: reasonAt(at, value),
})

describe('parseOutputLine of a text that is not a line of a manifest', () => {
  it.each([
    ['', /blank/],
    [' \t\r\n', /blank/],
    ['[]', /list/],
    ['null', /null/],
    ['12', /number/],
    ['"s3://b/k.jpg"', /string/],
    ['{}', /source-ref/],
    ['{"__proto__":{"source-ref":"s3://b/k.jpg"}}', /source-ref/],
    ['{"source-ref":12}', /^source-ref .*12/],
    ['{"source-ref":null}', /^source-ref .*null/],
    ['{"source-ref":""}', /^source-ref .*0/],
  ])('returns unreadable: %j', (text, reason) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: expect.stringMatching(reason) })
  })

  it.each([
    'x',
    '{',
    '{"source-ref":"s3://b/k.jpg"',
    `${line('1')}${line('1')}`,
    "{'source-ref':'x'}",
    '{"a":1,}',
    'NaN',
  ])('returns unreadable for invalid JSON: %j', (text) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: expect.stringMatching(/^not JSON: ./) })
  })
})

describe('parseOutputLine of invalid boxes', () => {
  it.each([
    [line('null'), 'pets', 'null'],
    [line('[]'), 'pets', 'an array'],
    [line('{}'), 'pets.annotations', 'required'],
    [boxes('null'), 'pets.annotations', 'null'],
    [boxes('{}'), 'pets.annotations', 'an object'],
    [boxes('[null]'), 'pets.annotations[0]', 'null'],
    [boxes(`[{${BOX}},{${BOX.replace('3', '"12"')}}]`), 'pets.annotations[1].width', '"12"'],
    [boxes(`[{${BOX.replace('"left":1,', '')}}]`), 'pets.annotations[0].left', 'required'],
    [boxes(`[{${BOX.replace('1', '1e999')}}]`), 'pets.annotations[0].left', 'Infinity'],
    [boxes(`[{${BOX.replace('3', '-3')}}]`), 'pets.annotations[0].width', '-3'],
    [boxes(`[{${BOX.replace('0', '0.5')}}]`), 'pets.annotations[0].class_id', '0.5'],
    [boxes(`[{${BOX.replace('0', '-1')}}]`), 'pets.annotations[0].class_id', '-1'],
    [boxes(`[{${BOX.replace('0', '"0"')}}]`), 'pets.annotations[0].class_id', '"0"'],
    [boxes(`[{${BOX.replace('0', '12345678901234567890')}}]`), 'pets.annotations[0].class_id', '12345678901234567000'],
    [line('{"annotations":[],"image_size":{}}'), 'pets.image_size', 'an object'],
    [line('{"annotations":[],"image_size":[{"width":0,"height":4}]}'), 'pets.image_size[0].width', '0'],
    [boxes('[]', `${DETECTION},"class-map":[]`), 'pets-metadata.class-map', 'object'],
    [boxes('[]', `${DETECTION},"class-map":{"0":7}`), 'pets-metadata.class-map.0', '7'],
    [boxes('[]', `${DETECTION},"objects":{}`), 'pets-metadata.objects', 'an object'],
    [
      boxes(`[{${BOX}}]`, `${DETECTION},"objects":[{"confidence":"high"}]`),
      'pets-metadata.objects[0].confidence',
      '"high"',
    ],
  ])('returns unreadable with the place and the value: %s', (text, at, value) => {
    expect(read(text)).toEqual(unreadable(at, value))
  })

  it('returns unreadable when there are more confidences than boxes', () => {
    const text = boxes('[]', `${DETECTION},"objects":[{"confidence":0.5}]`)
    expect(read(text)).toEqual(unreadable('pets-metadata.objects', '(0)'))
  })

  it('limits the length of class names', () => {
    const named = (name: string) => read(boxes(`[{${BOX}}]`, `${DETECTION},"class-map":{"0":"${name}"}`))
    expect(named('🐈'.repeat(256))).toMatchObject({ outcome: 'labeled', boxes: [{ className: '🐈'.repeat(256) }] })
    expect(named('x'.repeat(257))).toMatchObject({ outcome: 'unreadable', reason: expect.stringContaining('256') })
  })

  it('requires an image', () => {
    const text = boxes('[]').replace('source-ref', 'source')
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: expect.stringContaining('source-ref') })
  })
})

describe('parseOutputLine of an invalid verdict', () => {
  it.each([
    [line('"good"', `${VERIFICATION},"class-name":"good"`), 'pets', 'index'],
    [line('null', `${VERIFICATION},"class-name":"good"`), 'pets', 'index'],
    [line('1', VERIFICATION), 'pets-metadata.class-name', 'required'],
    [
      line('1', `${VERIFICATION},"class-name":"bad","worker-feedback":[{}]`),
      'pets-metadata.worker-feedback[0].comment',
      'required',
    ],
  ])('returns unreadable with the place: %s', (text, at, value) => {
    expect(read(text)).toEqual(unreadable(at, value))
  })
})

describe('parseOutputLine of a label that contradicts its metadata', () => {
  it.each([
    ['{"source-ref":"s3://b/k.jpg","pets":{}}', 'pets-metadata', 'missing'],
    ['{"source-ref":"s3://b/k.jpg","pets":{},"pets-metadata":"x"}', 'pets-metadata', 'object'],
    [line('{"annotations":[]}', ''), 'pets-metadata.type', 'required'],
    [line('{"annotations":[]}', '"failure-reason":"expired"'), 'both', 'failure-reason'],
    [`{"source-ref":"s3://b/k.jpg","pets-metadata":{${DETECTION}}}`, 'pets-metadata', 'failure-reason'],
  ])('returns unreadable: %s', (text, at, value) => {
    expect(read(text)).toEqual(unreadable(at, value))
  })
})

describe('parseOutputLine of a line with duplicate keys', () => {
  it.each([
    [boxes(`[{${BOX},"left":9}]`), 'left'],
    [boxes(`[{${BOX},"l\\u0065ft":9}]`), 'left'],
    [boxes('[]', `${DETECTION},${DETECTION}`), 'type'],
    [line('1').replace('}}', '},"pets":2}'), 'pets'],
    [line('1').replace('}}', '},"source-ref":"s3://b/other.jpg"}'), 'source-ref'],
    [boxes('[]').replace(']}', '],"annotations":[]}'), 'annotations'],
  ])('returns unreadable when a value would be lost: %s', (text, key) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: expect.stringContaining(`"${key}"`) })
  })

  it.each([
    boxes(`[{${BOX}},{${BOX}}]`),
    boxes('[]', `${DETECTION},"class-map":{"0":"type","1":"a\\",\\"type\\":\\"b\\\\"}`),
    boxes('[]').replace('}}', '},"other":{"a":1,"a":2},"other":3}'),
  ])('accepts unique keys, and duplicates outside of the label: %s', (text) => {
    expect(read(text)).toHaveProperty('outcome', 'labeled')
  })
})

describe('parseOutputLine of a hostile line', () => {
  const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

  it('accepts deep nesting', () => {
    expect(read(line(DEEP))).toEqual(unreadable('pets', 'array'))
    expect(read(line(`{"annotations":[],"x":${DEEP}}`))).toHaveProperty('outcome', 'labeled')
    expect(read(boxes(DEEP))).toEqual(unreadable('pets.annotations[0]', 'array'))
  })

  it('returns a short reason for a long line', () => {
    const long = 'x'.repeat(500_000)
    const lines = [long, line(`"${long}"`), boxes(`[{"class_id":"${long}"}]`), boxes('[]', `"${long}":1,"${long}":1`)]
    for (const text of lines) {
      const item = read(text)
      expect(item.outcome === 'unreadable' && item.reason.length).toBeLessThan(400)
    }
    const named = parseOutputLine(`{"source-ref":"s3://b/k.jpg","${long}":1}`, long)
    expect(named.outcome === 'unreadable' && named.reason.length).toBeLessThan(400)
  })

  it('does not change any prototype', () => {
    const text = boxes('[]', `${DETECTION},"__proto__":{"failure-reason":"x"},"class-map":{"__proto__":"x"}`)
    expect(read(text)).toEqual({ outcome: 'labeled', sourceRef: 's3://b/k.jpg', boxes: [] })
    expect(Object.prototype).not.toHaveProperty('failure-reason')
  })
})

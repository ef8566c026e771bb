import { describe, expect, it } from '@jest/globals'
import { type OutputLine, parseOutputLine } from '../../../shared/manifests/output/line.ts'

const DETECTION = '"type":"groundtruth/object-detection"'
const VERIFICATION = '"type":"groundtruth/label-verification"'
const BOX = '"class_id":0,"left":1,"top":2,"width":3,"height":4'

const line = (value: string, metadata = DETECTION): string =>
  `{"source-ref":"s3://b/k.jpg","pets":${value},"pets-metadata":{${metadata}}}`
const boxes = (annotations: string, metadata = DETECTION): string => line(`{"annotations":${annotations}}`, metadata)
const read = (text: string): OutputLine => parseOutputLine(text, 'pets')
const unreadable = (reason: string) => ({ outcome: 'unreadable', sourceRef: 's3://b/k.jpg', reason })

describe('what is no line of a manifest', () => {
  it.each([
    ['', 'a blank line'],
    [' \t\r\n', 'a blank line'],
    ['[]', 'a list, not an object'],
    ['null', 'null, not an object'],
    ['12', 'a number, not an object'],
    ['"s3://b/k.jpg"', 'a string, not an object'],
    ['{}', 'no source-ref'],
    ['{"__proto__":{"source-ref":"s3://b/k.jpg"}}', 'no source-ref'],
    ['{"source-ref":12}', 'source-ref must be a string, not 12'],
    ['{"source-ref":null}', 'source-ref must be a string, not null'],
    ['{"source-ref":""}', 'source-ref must have at least 1 character, not 0'],
  ])('is unreadable: %j', (text, reason) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason })
  })

  it.each([
    'x',
    '{',
    '{"source-ref":"s3://b/k.jpg"',
    `${line('1')}${line('1')}`,
    "{'source-ref':'x'}",
    '{"a":1,}',
    'NaN',
  ])('is unreadable as it is not JSON: %j', (text) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: expect.stringMatching(/^not JSON: ./) })
  })
})

describe('boxes that are not what they should be', () => {
  it.each([
    [line('null'), 'pets must be an object, not null'],
    [line('[]'), 'pets must be an object, not a list'],
    [line('{}'), 'pets.annotations is missing; it must be a list'],
    [boxes('null'), 'pets.annotations must be a list, not null'],
    [boxes('{}'), 'pets.annotations must be a list, not an object'],
    [boxes('[null]'), 'pets.annotations[0] must be an object, not null'],
    [boxes(`[{${BOX}},{${BOX.replace('3', '"12"')}}]`), 'pets.annotations[1].width must be a number, not "12"'],
    [boxes(`[{${BOX.replace('"left":1,', '')}}]`), 'pets.annotations[0].left is missing; it must be a number'],
    [boxes(`[{${BOX.replace('1', '1e999')}}]`), 'pets.annotations[0].left must be a number, not Infinity'],
    [boxes(`[{${BOX.replace('3', '-3')}}]`), 'pets.annotations[0].width must be at least 0, not -3'],
    [boxes(`[{${BOX.replace('0', '0.5')}}]`), 'pets.annotations[0].class_id must be a whole number, not 0.5'],
    [boxes(`[{${BOX.replace('0', '-1')}}]`), 'pets.annotations[0].class_id must be at least 0, not -1'],
    [boxes(`[{${BOX.replace('0', '"0"')}}]`), 'pets.annotations[0].class_id must be a whole number, not "0"'],
    [
      boxes(`[{${BOX.replace('0', '12345678901234567890')}}]`),
      'pets.annotations[0].class_id must be a whole number, not 12345678901234567000',
    ],
    [line('{"annotations":[],"image_size":{}}'), 'pets.image_size must be a list, not an object'],
    [line('{"annotations":[],"image_size":[{"width":0,"height":4}]}'), 'pets.image_size[0].width must be more than 0'],
    [boxes('[]', `${DETECTION},"class-map":[]`), 'pets-metadata.class-map must be an object'],
    [boxes('[]', `${DETECTION},"class-map":{"0":7}`), 'pets-metadata.class-map.0 must be a string, not 7'],
    [boxes('[]', `${DETECTION},"objects":{}`), 'pets-metadata.objects must be a list, not an object'],
    [
      boxes(`[{${BOX}}]`, `${DETECTION},"objects":[{"confidence":"high"}]`),
      'pets-metadata.objects[0].confidence must be a number, not "high"',
    ],
  ])('make the line unreadable, by where and how: %s', (text, reason) => {
    expect(read(text)).toEqual(unreadable(reason))
  })

  it('are not taken for none where confidences say that there were some', () => {
    const text = boxes('[]', `${DETECTION},"objects":[{"confidence":0.5}]`)
    expect(read(text)).toEqual(unreadable('pets-metadata.objects is longer (1) than annotations (0)'))
  })

  it('do not have names of any length', () => {
    const named = (name: string) => read(boxes(`[{${BOX}}]`, `${DETECTION},"class-map":{"0":"${name}"}`))
    expect(named('🐈'.repeat(256))).toMatchObject({ outcome: 'labeled', boxes: [{ className: '🐈'.repeat(256) }] })
    expect(named('x'.repeat(257))).toMatchObject({ outcome: 'unreadable', reason: expect.stringContaining('256') })
  })

  it('need an image', () => {
    const text = boxes('[]').replace('source-ref', 'source')
    const reason = 'no source-ref, only a source: such labels need an image'
    expect(read(text)).toEqual({ outcome: 'unreadable', reason })
  })
})

describe('a verdict that is not what it should be', () => {
  it.each([
    [line('"good"', `${VERIFICATION},"class-name":"good"`), 'pets must be the number of a verdict'],
    [line('null', `${VERIFICATION},"class-name":"good"`), 'pets must be the number of a verdict'],
    [line('1', VERIFICATION), 'pets-metadata.class-name is missing; it must be a string'],
    [
      line('1', `${VERIFICATION},"class-name":"bad","worker-feedback":[{}]`),
      'pets-metadata.worker-feedback[0].comment is missing; it must be a string',
    ],
  ])('makes the line unreadable: %s', (text, reason) => {
    expect(read(text)).toEqual(unreadable(reason))
  })
})

describe('a label that contradicts its metadata', () => {
  it.each([
    ['{"source-ref":"s3://b/k.jpg","pets":{}}', 'pets-metadata is missing, which would say what pets is'],
    ['{"source-ref":"s3://b/k.jpg","pets":{},"pets-metadata":"x"}', 'pets-metadata is not an object'],
    [line('{"annotations":[]}', ''), 'pets-metadata.type is missing; it must be a string'],
    [line('{"annotations":[]}', '"failure-reason":"expired"'), 'both pets and a failure-reason are there'],
    [
      `{"source-ref":"s3://b/k.jpg","pets-metadata":{${DETECTION}}}`,
      'pets-metadata is there without pets, and gives no failure-reason',
    ],
  ])('is unreadable: %s', (text, reason) => {
    expect(read(text)).toEqual(unreadable(reason))
  })
})

describe('a key that is given twice', () => {
  it.each([
    [boxes(`[{${BOX},"left":9}]`), 'left'],
    [boxes(`[{${BOX},"l\\u0065ft":9}]`), 'left'],
    [boxes('[]', `${DETECTION},${DETECTION}`), 'type'],
    [line('1').replace('}}', '},"pets":2}'), 'pets'],
    [line('1').replace('}}', '},"source-ref":"s3://b/other.jpg"}'), 'source-ref'],
    [boxes('[]').replace(']}', '],"annotations":[]}'), 'annotations'],
  ])('makes the line unreadable, as one of the two would be lost: %s', (text, key) => {
    expect(read(text)).toEqual({ outcome: 'unreadable', reason: `the key "${key}" is given twice` })
  })

  it.each([
    boxes(`[{${BOX}},{${BOX}}]`),
    boxes('[]', `${DETECTION},"class-map":{"0":"type","1":"a\\",\\"type\\":\\"b\\\\"}`),
    boxes('[]').replace('}}', '},"other":{"a":1,"a":2},"other":3}'),
  ])('is not seen where there is none, or where it does not matter: %s', (text) => {
    expect(read(text)).toHaveProperty('outcome', 'labeled')
  })
})

describe('a line made to do harm', () => {
  const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

  it('may be nested as deep as it likes', () => {
    expect(read(line(DEEP))).toEqual(unreadable('pets must be an object, not a list'))
    expect(read(line(`{"annotations":[],"x":${DEEP}}`))).toHaveProperty('outcome', 'labeled')
    expect(read(boxes(DEEP))).toEqual(unreadable('pets.annotations[0] must be an object, not a list'))
  })

  it('does not make a reason as long as itself', () => {
    const long = 'x'.repeat(500_000)
    const lines = [long, line(`"${long}"`), boxes(`[{"class_id":"${long}"}]`), boxes('[]', `"${long}":1,"${long}":1`)]
    for (const text of lines) {
      const made = read(text)
      expect(made.outcome === 'unreadable' && made.reason.length).toBeLessThan(400)
    }
    const named = parseOutputLine(`{"source-ref":"s3://b/k.jpg","${long}":1}`, long)
    expect(named.outcome === 'unreadable' && named.reason.length).toBeLessThan(400)
  })

  it('does not reach the prototype of anything', () => {
    const text = boxes('[]', `${DETECTION},"__proto__":{"failure-reason":"x"},"class-map":{"__proto__":"x"}`)
    expect(read(text)).toEqual({ outcome: 'labeled', sourceRef: 's3://b/k.jpg', boxes: [] })
    expect(Object.prototype).not.toHaveProperty('failure-reason')
  })
})

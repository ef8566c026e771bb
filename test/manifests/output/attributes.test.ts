import { describe, expect, it } from '@jest/globals'
import { listAttributes } from '../../../shared/manifests/output/attributes.ts'

const REF = { 'source-ref': 's3://b/k.jpg' }
const attributes = (line: object): string[] => listAttributes(JSON.stringify(line))

describe('listAttributes', () => {
  it('lists the attributes with metadata, in the order of the file', () => {
    const line = { ...REF, zebra: {}, 'zebra-metadata': {}, other: 1, ant: '1', 'ant-metadata': { type: 'x' } }
    expect(attributes(line)).toEqual(['zebra', 'ant'])
  })

  it('keeps the order of attributes that are numbers', () => {
    expect(attributes({ ...REF, b: 1, 'b-metadata': {}, 1: 1, '1-metadata': {} })).toEqual(['b', '1'])
  })

  it('includes failed attributes, which have only metadata', () => {
    const line = { ...REF, 'boxes-metadata': { 'failure-reason': 'expired' }, 'lost-metadata': { type: 'x' } }
    expect(attributes(line)).toEqual(['boxes'])
  })

  it('leaves out the source, which may have metadata too', () => {
    expect(attributes({ ...REF, 'source-ref-metadata': {}, source: 'x', 'source-metadata': {} })).toEqual([])
  })

  it.each([REF, { ...REF, a: 1 }, { ...REF, a: 1, 'a-metadata': 'x' }, { ...REF, a: 1, A: 2, 'A-Metadata': {} }])(
    'returns none without metadata: %j',
    (line) => {
      expect(attributes(line)).toEqual([])
    },
  )

  it('ignores properties of the prototype', () => {
    expect(attributes({ ...REF, 'constructor-metadata': {}, 'toString-metadata': {} })).toEqual([])
    expect(listAttributes('{"__proto__":1,"__proto__-metadata":{}}')).toEqual(['__proto__'])
  })

  it('ignores metadata of metadata', () => {
    expect(attributes({ ...REF, 'a-metadata': {}, 'a-metadata-metadata': {}, '-metadata': {}, '': 1 })).toEqual([])
  })

  it.each(['', 'x', '[]', 'null', '{'])('returns none for a line that cannot be read: %j', (text) => {
    expect(listAttributes(text)).toEqual([])
  })

  it('ignores a byte order mark', () => {
    expect(listAttributes('\uFEFF{"a":1,"a-metadata":{}}\r\n')).toEqual(['a'])
  })
})

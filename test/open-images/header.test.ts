import { describe, expect, it } from '@jest/globals'
import { parseHeader, readHeader } from '../../shared/open-images/header.ts'
import { memorySource } from '../support/world/byte-source.ts'

const V3 = 'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax'
const V4 = `${V3},IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside`
const badSource = (text: string) => ({ code: 'bad-source', message: expect.stringContaining(text) })

describe('parseHeader', () => {
  it('finds the columns of the 2017 format, which has no flags', () => {
    expect(parseHeader(V3)).toMatchObject({ count: 8, imageId: 0, classId: 2, xMin: 4, xMax: 5, yMin: 6, yMax: 7 })
    expect(Object.values(parseHeader(V3).flags)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })
  it('finds the flags of the V4 format', () => {
    expect(parseHeader(V4).flags).toEqual({
      isOccluded: 8,
      isTruncated: 9,
      isGroupOf: 10,
      isDepiction: 11,
      isInside: 12,
    })
  })
  it('finds columns in any order, among others, after a byte order mark', () => {
    const columns = parseHeader('\uFEFFYMax,Note,LabelName,ImageID,YMin,IsInside,XMax,XMin')
    expect(columns).toMatchObject({ count: 8, imageId: 3, classId: 2, xMin: 7, xMax: 6, yMin: 4, yMax: 0 })
    expect(columns.flags.isInside).toBe(5)
  })
  it.each(['ImageID', 'LabelName', 'XMin', 'XMax', 'YMin', 'YMax'])(
    'rejects a header without %s, naming the column',
    (name) => {
      expect(() => parseHeader(V4.replace(name, 'Other'))).toThrow(new RegExp(`line 1, byte 0: .*${name} `))
    },
  )
  it('rejects a repeated column', () => {
    expect(() => parseHeader(`${V4},XMin`)).toThrow(/XMin only once/)
    expect(() => parseHeader(`${V4},IsInside`)).toThrow(/IsInside only once/)
  })
  it.each([
    ['CR CR LF', `${V4}\r\r`],
    ['spaces', V4.replaceAll(',', ', ')],
    ['a space at the end', `${V4} `],
    ['quotes', `"${V4.replaceAll(',', '","')}"`],
    ['lower case', V4.toLowerCase()],
    ['upper case', V4.toUpperCase()],
  ])('loses no flag column in a header with %s', (_, line) => {
    expect(parseHeader(line)).toEqual(parseHeader(V4))
  })
  it.each([
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1', 'Git LFS pointer'],
    ['a web page', '<!DOCTYPE html><html>', 'web page'],
    ['an S3 error', '<?xml version="1.0"?><Error>', 'web page'],
    ['an empty line', '', 'empty'],
  ])('recognizes %s in place of a header', (_, line, message) => {
    expect(() => parseHeader(line)).toThrow(message)
  })
})

describe('readHeader', () => {
  it.each([
    ['LF', `${V4}\nrow\n`, V4.length + 1],
    ['CRLF', `${V4}\r\nrow\r\n`, V4.length + 2],
    ['CR CR LF', `${V4}\r\r\nrow\r\r\n`, V4.length + 3],
    ['no line end', V4, V4.length],
  ])('returns the offset of the rows after %s', async (_, text, rowsFrom) => {
    const header = await readHeader(memorySource(text))
    expect(header).toMatchObject({ rowsFrom, columns: { count: 13 } })
  })
  it('reads at most 4,096 bytes, once', async () => {
    const source = memorySource(`${V4}\n${'x'.repeat(9999)}`)
    await readHeader(source)
    expect(source.reads).toEqual([[0, 4096]])
  })
  it('rejects an empty file', async () => {
    await expect(readHeader(memorySource(''))).rejects.toMatchObject(badSource('empty'))
  })
  it('rejects a first line that is too long', async () => {
    const endless = `${V4},${'x'.repeat(5000)}\n`
    await expect(readHeader(memorySource(endless))).rejects.toMatchObject(badSource('4096'))
  })
})

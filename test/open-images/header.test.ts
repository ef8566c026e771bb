import { describe, expect, it } from '@jest/globals'
import { parseHeader, readHeader } from '../../shared/open-images/header.ts'
import { memorySource } from '../support/world/source.ts'

const V3 = 'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax'
const V4 = `${V3},IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside`
const refusal = (text: string) => ({ code: 'bad-source', message: expect.stringContaining(text) })

describe('parseHeader', () => {
  it('finds the columns of the 2017 form, which has no flags', () => {
    expect(parseHeader(V3)).toMatchObject({ count: 8, imageId: 0, classId: 2, xMin: 4, xMax: 5, yMin: 6, yMax: 7 })
    expect(Object.values(parseHeader(V3).flags)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })
  it('finds the flags of the V4 form', () => {
    expect(parseHeader(V4).flags).toEqual({
      isOccluded: 8,
      isTruncated: 9,
      isGroupOf: 10,
      isDepiction: 11,
      isInside: 12,
    })
  })
  it('finds columns anywhere, among others, behind a byte order mark', () => {
    const columns = parseHeader('\uFEFFYMax,Note,LabelName,ImageID,YMin,IsInside,XMax,XMin')
    expect(columns).toMatchObject({ count: 8, imageId: 3, classId: 2, xMin: 7, xMax: 6, yMin: 4, yMax: 0 })
    expect(columns.flags.isInside).toBe(5)
  })
  it.each(['ImageID', 'LabelName', 'XMin', 'XMax', 'YMin', 'YMax'])('refuses one without %s, by its name', (name) => {
    expect(() => parseHeader(V4.replace(name, 'Other'))).toThrow(`line 1, byte 0: the column ${name} is missing`)
  })
  it('refuses a column that occurs twice', () => {
    expect(() => parseHeader(`${V4},XMin`)).toThrow('the column XMin occurs twice')
    expect(() => parseHeader(`${V4},IsInside`)).toThrow('the column IsInside occurs twice')
  })
  it.each([
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1', 'a Git LFS pointer, not the file itself'],
    ['a web page', '<!DOCTYPE html><html>', 'this is a web page or XML, not the file itself'],
    ['an answer of S3', '<?xml version="1.0"?><Error>', 'this is a web page or XML, not the file itself'],
    ['an empty line', '', 'an empty first line where the header should be'],
  ])('says when it is %s instead', (_, line, message) => {
    expect(() => parseHeader(line)).toThrow(message)
  })
})

describe('readHeader', () => {
  it.each([
    ['LF', `${V4}\nrow\n`, V4.length + 1],
    ['CRLF', `${V4}\r\nrow\r\n`, V4.length + 2],
    ['no line end at all', V4, V4.length],
  ])('says where the rows begin after %s', async (_, text, rowsFrom) => {
    const header = await readHeader(memorySource(text))
    expect(header).toMatchObject({ rowsFrom, columns: { count: 13 } })
  })
  it('is one read of at most 4,096 bytes', async () => {
    const source = memorySource(`${V4}\n${'x'.repeat(9999)}`)
    await readHeader(source)
    expect(source.reads).toEqual([[0, 4096]])
  })
  it('refuses an empty file', async () => {
    await expect(readHeader(memorySource(''))).rejects.toMatchObject(refusal('an empty first line'))
  })
  it('refuses a first line that does not end', async () => {
    const endless = `${V4},${'x'.repeat(5000)}\n`
    await expect(readHeader(memorySource(endless))).rejects.toMatchObject(refusal('the first line does not end'))
  })
})

import { describe, expect, it } from '@jest/globals'
import { parseClassDescriptions } from '../../shared/open-images/class-descriptions.ts'
import { boxable, descriptions, sampleFile } from '../support/fixtures/published.ts'

const parse = (text: string) => parseClassDescriptions(new TextEncoder().encode(text), 'names.csv')

describe('parseClassDescriptions', () => {
  it('parses all rows of the published files, including mixed line ends and quoted names', () => {
    expect(descriptions).toHaveLength(19_995)
    expect(boxable).toHaveLength(601)
    expect(descriptions).toContainEqual({ classId: '/m/01qtdl', className: 'Datsun 1500, 1600, 2000 roadster' })
    expect(descriptions).toContainEqual({ classId: '/m/02wvth', className: 'Fiat 500 "topolino"' })
    expect(descriptions).toContainEqual({ classId: '/m/01vqj0', className: 'Anole' })
    expect(descriptions.some(({ className }) => /[\r\n]/.test(className))).toBe(false)
  })

  it.each([
    ['a byte order mark', '\uFEFF/m/0h9mv,Tire\n'],
    ['a header row', 'LabelName,DisplayName\r\n/m/0h9mv,Tire\r\n'],
    ['a header row after a byte order mark', '\uFEFFLabelName,DisplayName\n/m/0h9mv,Tire'],
    ['no line end', '/m/0h9mv,"Tire"'],
    ['blanks around a name', '/m/0h9mv, Tire \n'],
  ])('accepts a file with %s', (_what, text) => {
    expect(parse(text)).toEqual([{ classId: '/m/0h9mv', className: 'Tire' }])
  })

  it('accepts ids of the newer form', () => {
    expect(parse('/g/11bc5b,Mug\n')).toEqual([{ classId: '/g/11bc5b', className: 'Mug' }])
  })

  it.each([
    ['an empty file', '', 'line 1, byte 0', 'empty'],
    ['a web page', '<!DOCTYPE html>\n<html></html>', 'line 1, byte 0', 'web page'],
    ['an S3 error', '<?xml version="1.0"?><Error/>', 'line 1, byte 0', 'web page'],
    ['an id without its slash', 'm/0h9mv,Tire\n', 'line 1, byte 0', '"m/0h9mv"'],
    ['a header alone', 'LabelName,DisplayName\n', 'line 1, byte 0', 'header'],
    ['a second header', 'LabelName,DisplayName\nLabelName,DisplayName\n', 'line 2, byte 22', '"LabelName"'],
    ['a row of commas', '/m/a,A\n,\n', 'line 2, byte 7', '""'],
    ['a blank line', '/m/a,A\r\n\r\n/m/b,B\r\n', 'line 2, byte 8', 'blank line'],
    ['an extra column', '/m/a,é\n/m/b,B,C\n', 'line 2, byte 8', 'not 3'],
    ['a missing column', '\uFEFF/m/a,A\n/m/b\n', 'line 2, byte 10', 'not 1'],
    ['an empty name', '/m/a,A\n/m/b, \n', 'line 2, byte 7', '/m/b'],
    ['a name over two lines', '/m/a,A\n/m/b,"B\nC"\n', 'line 2, byte 7', '/m/b a name without line breaks'],
    ['a quote without an end', '/m/a,A\n/m/b,"B\n/m/c,C\n', 'line 2, byte 7', 'end the quoted name'],
    ['a quote in the middle', '/m/a,A\n/m/b,B "C"\n', 'line 2, byte 7', 'double the quotes'],
    ['a repeated id', '/m/a,A\n/m/a,B\n', 'line 2, byte 7', 'not repeat the class /m/a'],
  ])('rejects %s, at %s', (_what, text, at, decisive) => {
    const issue = { at: `names.csv: ${at}`, message: expect.stringContaining(decisive) }
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'bad-source', issues: [issue] }))
  })

  it('rejects a Git LFS pointer', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:7cd2d47f\nsize 52174204\n'
    expect(() => parse(pointer)).toThrow(/^names\.csv: line 1, byte 0: .*Git LFS pointer/)
  })

  it('rejects bytes that are not UTF-8, naming their line', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('/m/a,A\n/m/b,'), 0xe9, 0x0a])
    expect(() => parseClassDescriptions(bytes, 'names.csv')).toThrow(/^names\.csv: line 2, byte 7: .*UTF-8/)
  })

  it('rejects a file that was cut off within a character', () => {
    const bytes = sampleFile('class-descriptions.csv')
    const cut = bytes.findIndex((byte) => byte > 0x7f) + 1
    expect(() => parseClassDescriptions(bytes.subarray(0, cut), 'names.csv')).toThrow(
      /^names\.csv: line \d+, byte \d+: .*UTF-8/,
    )
  })
})

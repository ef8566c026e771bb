import { describe, expect, it } from '@jest/globals'
import { parseClassDescriptions } from '../../shared/open-images/class-descriptions.ts'
import { boxable, descriptions, sampleFile } from '../support/fixtures/published.ts'

const parse = (text: string) => parseClassDescriptions(new TextEncoder().encode(text), 'names.csv')

describe('parseClassDescriptions', () => {
  it('reads every row of the published files, mixed line ends and quoted names among them', () => {
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
    ['a header row behind a byte order mark', '\uFEFFLabelName,DisplayName\n/m/0h9mv,Tire'],
    ['no line end', '/m/0h9mv,"Tire"'],
    ['blanks around a name', '/m/0h9mv, Tire \n'],
  ])('takes a file with %s', (_what, text) => {
    expect(parse(text)).toEqual([{ classId: '/m/0h9mv', className: 'Tire' }])
  })

  it('takes ids of the newer form', () => {
    expect(parse('/g/11bc5b,Mug\n')).toEqual([{ classId: '/g/11bc5b', className: 'Mug' }])
  })

  it.each([
    ['an empty file', '', 'line 1, byte 0: the file is empty.'],
    [
      'a web page',
      '<!DOCTYPE html>\n<html></html>',
      'line 1, byte 0: this is a web page or XML, not the file itself; check its address.',
    ],
    [
      'an S3 error',
      '<?xml version="1.0"?><Error/>',
      'line 1, byte 0: this is a web page or XML, not the file itself; check its address.',
    ],
    ['an id without its slash', 'm/0h9mv,Tire\n', 'line 1, byte 0: "m/0h9mv" is no class id such as /m/0h9mv.'],
    ['a header alone', 'LabelName,DisplayName\n', 'line 1, byte 0: there is a header but no class below it.'],
    [
      'a second header',
      'LabelName,DisplayName\nLabelName,DisplayName\n',
      'line 2, byte 22: "LabelName" is no class id such as /m/0h9mv.',
    ],
    ['a row of commas', '/m/a,A\n,\n', 'line 2, byte 7: "" is no class id such as /m/0h9mv.'],
    ['a blank line', '/m/a,A\r\n\r\n/m/b,B\r\n', 'line 2, byte 8: the line is blank; a row is a class id and a name.'],
    [
      'a column too many',
      '/m/a,é\n/m/b,B,C\n',
      'line 2, byte 8: columns: 3, where 2 are due, a class id and a name (quoted if it holds a comma).',
    ],
    [
      'a column too few',
      '\uFEFF/m/a,A\n/m/b\n',
      'line 2, byte 10: columns: 1, where 2 are due, a class id and a name (quoted if it holds a comma).',
    ],
    ['an empty name', '/m/a,A\n/m/b, \n', 'line 2, byte 7: the class /m/b has no name.'],
    [
      'a name over two lines',
      '/m/a,A\n/m/b,"B\nC"\n',
      'line 2, byte 7: the name of /m/b holds a line break or another control character.',
    ],
    [
      'a quote without an end',
      '/m/a,A\n/m/b,"B\n/m/c,C\n',
      'line 2, byte 7: a quoted name begins here and never ends.',
    ],
    [
      'a quote in the middle',
      '/m/a,A\n/m/b,B "C"\n',
      'line 2, byte 7: a quote stands inside a name; quote the whole name and double the quotes in it.',
    ],
    ['an id that occurs twice', '/m/a,A\n/m/a,B\n', 'line 2, byte 7: the class /m/a occurs a second time.'],
  ])('refuses %s, with its place', (_what, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'bad-source', message: `names.csv: ${message}` }))
  })

  it('refuses a Git LFS pointer', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:7cd2d47f\nsize 52174204\n'
    expect(() => parse(pointer)).toThrow('names.csv: line 1, byte 0: this is a Git LFS pointer')
  })

  it('refuses bytes that are no UTF-8, with the line that holds them', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('/m/a,A\n/m/b,'), 0xe9, 0x0a])
    expect(() => parseClassDescriptions(bytes, 'names.csv')).toThrow(
      'names.csv: line 2, byte 7: the line is not UTF-8 text.',
    )
  })

  it('refuses a file that was cut off in a character', () => {
    const bytes = sampleFile('class-descriptions.csv')
    const cut = bytes.findIndex((byte) => byte > 0x7f) + 1
    expect(() => parseClassDescriptions(bytes.subarray(0, cut), 'names.csv')).toThrow(
      /^names\.csv: line \d+, byte \d+: the line is not UTF-8 text\.$/,
    )
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type AnnotationsPlan, countImages, generateAnnotations } from '../../bench/data/generate-annotations.ts'
import { classShares, EDGE_SHARES, FLAG_SHARES, PLATE, SPLITS, TIRE } from '../../bench/data/shares.ts'

const ROOT = new URL('../../', import.meta.url)
const PLAN: AnnotationsPlan = { split: 'test', rows: 40_000, seed: 7 }

const toText = (plan: AnnotationsPlan): string => {
  const decoder = new TextDecoder()
  let text = ''
  for (const block of generateAnnotations(plan)) text += decoder.decode(block, { stream: true })
  return text
}
const parseRows = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

const TEXT = toText(PLAN)
const ROWS = parseRows(TEXT)
const share = (fits: (row: string[]) => boolean, rows = ROWS): number => rows.filter(fits).length / rows.length
const distinct = (values: readonly (string | undefined)[]): string[] => [...new Set(values)].map(String)

/** All bundled rows of V4. */
const PUBLISHED = [
  'test/fixtures/open-images/test-head.csv',
  'local/sample-data/validation/annotations-bbox.csv',
].flatMap((file) => parseRows(readFileSync(new URL(file, ROOT), 'utf8')))

describe('a generated box file', () => {
  it('is determined by its seed', () => {
    const small: AnnotationsPlan = { ...PLAN, rows: 500 }
    expect(toText(small)).toBe(toText(small))
    expect(toText({ ...small, seed: 8 })).not.toBe(toText(small))
  })
  it('starts with the header of V4', () => {
    const published = readFileSync(new URL('test/fixtures/open-images/test-head.csv', ROOT), 'utf8')
    expect(TEXT.split('\n', 1)).toEqual(published.split('\n', 1))
  })
  it('has the planned number of rows and images, and rows of a realistic length', () => {
    expect([ROWS.length, distinct(ROWS.map(([id]) => id)).length]).toEqual([40_000, countImages(PLAN)])
    expect(countImages(PLAN)).toBe(8000)
    expect(TEXT.length / ROWS.length).toBeGreaterThan(81)
    expect(TEXT.length / ROWS.length).toBeLessThan(85)
  })
  it('is sorted by image id, with the rows of an image together', () => {
    const ids = ROWS.map(([id = '']) => id)
    expect(ids.every((id, at) => /^[0-9a-f]{16}$/.test(id) && id >= (ids[at - 1] ?? ''))).toBe(true)
  })
  it('has boxes within the image, with six decimals', () => {
    const isSpan = (low = '', high = ''): boolean =>
      /^[01]\.\d{6}$/.test(low) && /^[01]\.\d{6}$/.test(high) && low <= high && high <= '1.000000'
    expect(ROWS.every(([, , , , left, right, top, bottom]) => isSpan(left, right) && isSpan(top, bottom))).toBe(true)
  })
  it('has the stated class frequencies', () => {
    const imagesWith = (classId: string): number =>
      distinct(ROWS.flatMap(([id, , of]) => (of === classId ? [id] : []))).length
    // With a wide tolerance, because so small a file has few images of these classes.
    for (const { classId, images } of classShares().filter(({ classId }) =>
      [TIRE, PLATE, '/m/04yx4'].includes(classId),
    ))
      expect(Math.abs((imagesWith(classId) * 125_000) / countImages(PLAN) / images - 1)).toBeLessThan(0.35)
    expect(distinct(ROWS.map(([, , of]) => of)).length).toBeGreaterThan(400)
    expect(classShares()).toHaveLength(601)
  })
  it('has the stated sources and flags', () => {
    for (const [name, expected] of Object.entries(SPLITS.test.sources))
      expect(share(([, source]) => source === name)).toBeCloseTo(expected, 1)
    for (const [at, expected] of Object.values(FLAG_SHARES).entries())
      expect(share((row) => row[8 + at] === '1')).toBeCloseTo(expected, 1)
  })
  it('has the flag and edge frequencies of the bundled published rows', () => {
    expect(PUBLISHED.length).toBeGreaterThan(100)
    for (const [at, stated] of Object.values(FLAG_SHARES).entries())
      expect(Math.abs(share((row) => row[8 + at] === '1', PUBLISHED) - stated)).toBeLessThan(0.02)
    const edges = ['0.000000', '1.000000', '0.000000', '1.000000']
    for (const [at, stated] of Object.values(EDGE_SHARES).entries())
      expect(Math.abs(share((row) => row[4 + at] === edges[at], PUBLISHED) - stated)).toBeLessThan(0.02)
    expect(PUBLISHED.every((row) => row.slice(4, 8).every((text) => text.length === 8))).toBe(true)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { imageSize } from 'image-size'
import { startNode } from '../../bench/child.ts'
import { jpegLike } from '../../bench/copy/jpeg.ts'
import { writeAnnotations } from '../../bench/data/generate-annotations.ts'
import { createWeightedDraw, drawCount } from '../../bench/data/random.ts'
import { fileSource } from '../../bench/file-source.ts'
import { RARE_CLASS } from '../../bench/import/rare-class.ts'
import { TWO_CLASSES, vehicleClass } from '../../bench/scan/classes.ts'
import { seededRandom } from '../../local/seeded-random.ts'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'))
  path = join(folder, 'boxes.csv')
  writeAnnotations(path, { split: 'test', rows: 20_000, seed: 3 })
})
afterAll(() => rm(folder, { recursive: true }))

describe('the scan contenders', () => {
  it('find the same images, each in its own process', async () => {
    const found: unknown[] = []
    for (const [program, way] of [
      ['ours', 'scan'],
      ['csv-parse', 'stream'],
      ['papaparse', 'stream'],
      ['duckdb', 'text'],
    ]) {
      const child = startNode([`bench/scan/${program}.ts`])
      try {
        const { result, milliseconds } = await child.run({ path, classes: [...TWO_CLASSES, ...vehicleClass()], way })
        expect(milliseconds).toBeGreaterThan(0)
        found.push(result)
      } finally {
        await child.stop()
      }
    }
    expect(found).toEqual(found.map(() => ({ images: expect.any(Array), hash: expect.any(String) })))
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(1)
  })
  it('report the error of a failed job', async () => {
    const child = startNode(['bench/scan/ours.ts'])
    await expect(child.run({ path: `${path}.gone`, classes: [] })).rejects.toThrow('ENOENT')
    await child.stop()
  })
})

describe('the benchmark inputs', () => {
  it('fileSource reads ranges of a file', async () => {
    const source = await fileSource(path)
    expect(Buffer.from(await source.read(0, 7)).toString()).toBe('ImageID')
    expect([...(await source.read(source.size - 1, source.size))]).toEqual([0x0a])
    await expect(source.read(source.size, source.size + 1)).rejects.toThrow(path)
    await source.close()
  })
  it('the classes exist', () => {
    expect(vehicleClass()[0]?.classIds.length).toBeGreaterThan(20)
    expect(RARE_CLASS).toMatch(/^[A-Z]/)
  })
  it('jpegLike creates images with a readable size', () => {
    const image = jpegLike(10_000, 1)
    expect([image.length, imageSize(image)]).toEqual([10_000, expect.objectContaining({ width: 1024, height: 768 })])
    expect(jpegLike(10_000, 2).equals(image)).toBe(false)
  })
  it('createWeightedDraw draws in proportion to the weights', () => {
    const random = seededRandom(1)
    const draw = createWeightedDraw([1, 0, 3], random)
    const drawn = Array.from({ length: 10_000 }, draw)
    const measureShare = (number: number): number => drawn.filter((one) => one === number).length / drawn.length
    expect([measureShare(0), measureShare(1), measureShare(2)]).toEqual([
      expect.closeTo(0.25, 1),
      0,
      expect.closeTo(0.75, 1),
    ])
    const counts = Array.from({ length: 10_000 }, () => drawCount(5, random))
    expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeCloseTo(5, 0)
    expect([Math.min(...counts), drawCount(1, random)]).toEqual([1, 1])
  })
})

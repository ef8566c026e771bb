import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeAnnotations } from '../../bench/data/generate-annotations.ts'
import { classShares } from '../../bench/data/shares.ts'
import { indexInMemory } from '../../bench/index/building.ts'
import { frequentClasses } from '../../bench/index/classes.ts'
import { buildPeers, type Files, queryAll, toFiles, toPeersPart } from '../../bench/index/peers.ts'
import { toAnswer } from '../../bench/index/query.ts'
import { buildIndex, ETAG } from '../support/fixtures/built-index.ts'

let folder: string
let files: Files
let indexBytes: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const csv = join(folder, 'boxes.csv')
  writeAnnotations(csv, { split: 'test', rows: 20_000, seed: 3 })
  const bytes = await readFile(csv)
  files = toFiles(folder, csv, { etag: ETAG, bytes: bytes.length })
  const index = await buildIndex(bytes)
  indexBytes = index.length
  await writeFile(files.index, index)
})
afterAll(() => rm(folder, { recursive: true }))

describe('the index and its peers', () => {
  it('find the same images of a class: the first, the last, and none beyond the last', async () => {
    const built = await buildPeers(files)
    expect(built.map(({ answer }) => answer.milliseconds > 0)).toEqual([true, true])
    const [{ classId } = { classId: '' }] = frequentClasses(1)
    const questions = [0, 20, 480, 20_000].map((from) => ({ what: `from ${from}`, classId, images: 20, from }))
    const rare = { what: 'a rare class', classId: classShares().at(-1)?.classId ?? '', images: 20, from: 0 }
    const answers = await queryAll(files, [...questions, rare], 1)
    expect(toPeersPart(answers).failures).toEqual([])
    const found = answers.map(({ measurements: [ours] }) => ours?.result)
    const some = (images: number) => expect.objectContaining({ images })
    expect(found.slice(0, 4)).toEqual([some(20), some(20), expect.anything(), some(0)])
    expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(5)
  })
  it('answer with the images, their rows, and a hash that depends on their order', () => {
    const [one, other] = [['a', 0.5] as const, ['b', 0.25] as const]
    expect(toAnswer([one, one, other])).toEqual({ images: 2, rows: 3, hash: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(toAnswer([one, other]).hash).not.toBe(toAnswer([other, one]).hash)
  })
})

describe('indexing rows in memory', () => {
  it('scans, checks and indexes the rows as an import does', async () => {
    const [scan, check, index] = await indexInMemory(files.csv, 1)
    expect(scan?.result).toEqual({ images: expect.any(Number) })
    expect(check?.result).toEqual({ rows: 20_000 })
    // The head holds the ETag, which is longer here than in the index of the files.
    expect(index?.result).toEqual({ rows: 20_000, bytes: indexBytes + '"in memory"'.length - ETAG.length })
  })
})

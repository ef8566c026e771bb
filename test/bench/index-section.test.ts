import { describe, expect, it } from '@jest/globals'
import type { ChosenBatch } from '../../bench/api-calls.ts'
import type { Answer } from '../../bench/child.ts'
import type { Measurement } from '../../bench/compare.ts'
import type { CallReport } from '../../bench/function-report.ts'
import { toBuildingPart } from '../../bench/index/building.ts'
import { frequentClasses } from '../../bench/index/classes.ts'
import { type BatchSpec, type Dataset, type Figure, toGrowthPart } from '../../bench/index/growth.ts'
import { toLargeBatchPart } from '../../bench/index/large-batch.ts'
import { toPeersPart } from '../../bench/index/peers.ts'
import { toScanPart } from '../../bench/index/scan-comparison.ts'

const SMALL: Dataset = { name: 'small', title: '51 MB', isLarge: false }
const LARGE: Dataset = { name: 'large', title: '1,194 MB', isLarge: true }
const DEAL: BatchSpec = { batchOffset: 1000, examplesPerClass: 20 }

const chosen = (bytes: number, selected = 20): ChosenBatch => ({
  imageCount: selected,
  classes: [{ className: 'Man', available: 30_000, requested: 20, selected }],
  cost: { strategy: 'index', requests: 7, bytes },
})
const figure = (dataset: Dataset, milliseconds: number, bytes: number, rest: Partial<Figure> = {}): Figure => ({
  spec: DEAL,
  dataset,
  call: 'batch',
  milliseconds,
  spread: 0.1,
  chosen: chosen(bytes),
  ...rest,
})
const preview = (dataset: Dataset, bytes: number): Figure => figure(dataset, 10, bytes, { call: 'validateOnly' })
const measurement = (name: string, milliseconds: number, result: unknown = { hash: 'same' }): Measurement => ({
  name,
  milliseconds,
  firstMilliseconds: 2 * milliseconds,
  cpuMilliseconds: milliseconds,
  peakMegabytes: 100,
  spread: 0.1,
  result,
})
const answer = (milliseconds: number, peakMegabytes: number, result: unknown): Answer => ({
  milliseconds,
  cpuMilliseconds: milliseconds,
  peakMegabytes,
  result,
})
const call = (label: string, milliseconds: number, peakMegabytes: number): CallReport => ({
  label,
  milliseconds,
  peakMegabytes,
  heapMegabytes: 1,
})

describe('frequentClasses', () => {
  it('returns the most frequent classes without subclasses', () => {
    expect(frequentClasses(3).map(({ className }) => className)).toEqual(['Man', 'Human face', 'Woman'])
  })
})

describe('toGrowthPart', () => {
  const even = [
    preview(SMALL, 500_000),
    preview(LARGE, 510_000),
    figure(SMALL, 50, 500_000),
    figure(LARGE, 55, 510_000),
  ]

  it('reports both files and their ratio', () => {
    const { rows, notes, failures } = toGrowthPart(even, false)
    expect(rows[3]).toEqual(
      expect.objectContaining({ who: '1,194 MB', times: 1.1, requests: 7, KB: 510, 'times the bytes': 1.02 }),
    )
    expect(rows.map(({ what }) => what)).toContain('offset 1,000, 1 x 20, validateOnly')
    expect(notes).toContain('51 MB: 30,000 images of Man')
    expect(failures).toEqual([])
  })
  it('fails when bytes grow, and in a full run when the time grows', () => {
    const grown = [...even.slice(0, 1), preview(LARGE, 700_000), figure(SMALL, 50, 500_000), figure(LARGE, 80, 700_000)]
    const [bytes, time] = toGrowthPart(grown, false).failures
    expect(bytes).toBe('offset 1,000, 1 x 20 of 1,194 MB: 1.4 times the bytes of 51 MB')
    expect(time).toBe('offset 1,000, 1 x 20 of 1,194 MB: 1.6 times as long as of 51 MB')
    expect(toGrowthPart(grown, true).failures).toEqual([bytes])
  })
  it('fails from a megabyte on, also if only the large file was measured', () => {
    const much = [preview(LARGE, 1_000_000), figure(LARGE, 50, 1_000_000)]
    expect(toGrowthPart(much, false).failures).toEqual([expect.stringContaining('not less than 1000000')])
  })
  it('fails when the preview stated another cost', () => {
    const { failures } = toGrowthPart([preview(LARGE, 499_999), figure(LARGE, 50, 500_000)], false)
    expect(failures).toEqual([expect.stringContaining('"bytes":499999}')])
  })
  it('fails when images are missing', () => {
    const short = { chosen: chosen(500_000, 19) }
    const { failures } = toGrowthPart([{ ...preview(SMALL, 0), ...short }, figure(SMALL, 50, 0, short)], false)
    expect(failures[1]).toBe('offset 1,000, 1 x 20 of 51 MB: 19 of 20 images of Man')
  })
})

describe('a batch by index', () => {
  const index = { milliseconds: 40, answer: chosen(50_000), hash: 'a' }
  const scan = { milliseconds: 8000, answer: chosen(1_000_000_000), hash: 'a' }

  it('must match the scan and be fifty times as fast', () => {
    expect(toScanPart({ index, scan }, 50, false)).toEqual({
      rows: [expect.objectContaining({ times: 1 }), expect.objectContaining({ times: 200, 'times the bytes': 20_000 })],
      notes: [expect.stringContaining('160 times')],
      failures: [],
    })
    expect(toScanPart({ index, scan }, 400, false).failures).toEqual([expect.stringContaining('only 20 times')])
    expect(toScanPart({ index, scan }, 400, true).failures).toEqual([])
    const other = { ...scan, hash: 'b' }
    expect(toScanPart({ index, scan: other }, 50, false).failures).toEqual([expect.stringContaining('differ')])
  })
  it('must fit into the memory of a worker', () => {
    const batch = (peak: number) => ({
      milliseconds: 5000,
      chosen: chosen(1),
      calls: [call('run-batch', 4000, peak)],
    })
    expect(toLargeBatchPart(batch(255)).failures).toEqual([])
    expect(toLargeBatchPart(batch(256)).failures).toEqual([expect.stringMatching(/1 classes x 20: .*256 MB/)])
    expect(toLargeBatchPart({ ...batch(100), calls: [] }).failures).toHaveLength(1)
  })
})

describe('toBuildingPart', () => {
  it('reports all check-rows calls and the longest one relative to a bare scan', () => {
    const { rows, notes, failures } = toBuildingPart({
      title: '1,194 MB',
      scan: answer(1000, 150, { requests: 570, bytes: 1_194_000_000 }),
      calls: [call('fetch-parts 0', 9000, 90), call('check-rows 0', 800, 100), call('check-rows 1', 1200, 120)],
      indexBytes: 108_000_000,
      peers: [{ name: 'DuckDB', answer: answer(3000, 4000, {}), megabytes: 600 }],
      inMemory: [measurement('scan', 100), measurement('check', 300), measurement('index', 350)],
    })
    expect(rows).toEqual([
      expect.objectContaining({ times: 1, requests: 570 }),
      expect.objectContaining({ who: 'ours: 2 calls of check-rows', times: 2, ms: 2000, 'file MB': 108 }),
      expect.objectContaining({ who: 'its longest call: check-rows 1', ms: 1200 }),
      expect.objectContaining({ who: 'DuckDB', times: 3, 'peak MB': 4000, 'file MB': 600 }),
      ...[1, 3, 3.5].map((times) => expect.objectContaining({ what: 'rows in memory', times })),
    ])
    expect(notes).toEqual([expect.stringContaining(': 2 times'), expect.stringContaining('add 0.5 times')])
    expect(failures).toEqual([])
  })
})

describe('others who answer the same', () => {
  it('are named where they are faster, and must agree', () => {
    const standings = [measurement('ours', 10), measurement('one', 5), measurement('another', 20, { hash: 'other' })]
    const { rows, notes, failures } = toPeersPart([{ what: 'Man', measurements: standings }])
    expect(rows.map(({ times }) => times)).toEqual([1, 0.5, 2])
    expect(notes).toEqual(['Man: one is faster than ours, 5 ms to 10'])
    expect(failures).toEqual([expect.stringContaining('Man: another found')])
  })
})

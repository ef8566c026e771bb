import * as z from 'zod'
import { type Answer, startNode } from '../child.ts'
import { compare, type Measurement, stopAll } from '../compare.ts'
import { type CallReport, MEMORY_MEGABYTES, summarizeCalls } from '../function-report.ts'
import type { Part, Row } from '../report.ts'
import { TWO_CLASSES } from '../scan/classes.ts'
import { roundTo } from '../statistics.ts'
import type { BuiltFile } from './peers.ts'

const ReadCost = z.object({ requests: z.int(), bytes: z.int() })

/** Scans a stored file completely, in its own process. @param uri `s3://…` */
export async function scanStored(uri: string, environment: NodeJS.ProcessEnv): Promise<Answer> {
  const child = startNode(['bench/s3/ours.ts'], environment)
  try {
    return await child.run({ path: uri, classes: TWO_CLASSES })
  } finally {
    await child.stop()
  }
}

/** Compares scanning, checking and indexing rows in memory, alternately in one process. */
export async function indexInMemory(path: string, runs: number): Promise<Measurement[]> {
  const child = startNode([new URL('./in-memory.ts', import.meta.url).pathname])
  const names = { scan: 'scan, bare', check: 'every row checked', index: 'checked and indexed' }
  const contenders = Object.entries(names).map(([way, name]) => ({ name, child, job: { path, way } }))
  try {
    return await compare(contenders, runs)
  } finally {
    await stopAll([{ child }])
  }
}

export interface Building {
  /** `1,194 MB` */
  readonly title: string
  readonly scan: Answer
  /** Calls of the worker that ran the import. */
  readonly calls: readonly CallReport[]
  readonly indexBytes: number
  readonly peers: readonly BuiltFile[]
  readonly inMemory: readonly Measurement[]
}

/** Target duration of checking and indexing, relative to a bare scan. */
const TARGET_RATIO = 2

/** Reports the cost of building the index, relative to scanning the file and to the files of peers. Pure. */
export function toBuildingPart({ title, scan, calls, indexBytes, peers, inMemory }: Building): Part {
  const work = summarizeCalls(
    calls.filter(({ label }) => label.startsWith('check-rows ')),
    MEMORY_MEGABYTES.worker,
  )
  const milliseconds = (work?.seconds ?? Number.NaN) * 1000
  const { requests, bytes } = ReadCost.parse(scan.result)
  const row = (who: string, took: number, rest: Row): Row => ({
    what: `building, ${title}`,
    who,
    times: roundTo(took / scan.milliseconds),
    ms: roundTo(took),
    ...rest,
  })
  const [bare, checked, indexed] = inMemory.map(({ milliseconds: took }) => took)
  return {
    rows: [
      row('scan over S3, bare', scan.milliseconds, {
        requests,
        KB: roundTo(bytes / 1000),
        'peak MB': Math.round(scan.peakMegabytes),
      }),
      row(`ours: ${work?.calls} calls of check-rows`, milliseconds, {
        'peak MB': work?.peakMegabytes,
        'file MB': Math.round(indexBytes / 1e6),
      }),
      row(`its longest call: ${work?.longestCall}`, work?.longestMilliseconds ?? Number.NaN, {}),
      ...peers.map(({ name, answer, megabytes }) =>
        row(name, answer.milliseconds, {
          'CPU ms': roundTo(answer.cpuMilliseconds),
          'peak MB': Math.round(answer.peakMegabytes),
          'file MB': megabytes,
        }),
      ),
      ...inMemory.map(({ name, milliseconds: took, spread }) => ({
        what: 'rows in memory',
        who: name,
        times: roundTo(took / (bare ?? Number.NaN)),
        ms: roundTo(took),
        'spread %': Math.round(spread * 100),
      })),
    ],
    notes: [
      `check-rows checks, lists and counts every row, and joins the lists in its last call: ${roundTo(milliseconds / scan.milliseconds)} times the scan over S3; the target is ${TARGET_RATIO}`,
      `in memory, listing and joining add ${roundTo(((indexed ?? 0) - (checked ?? 0)) / (bare ?? Number.NaN))} times the bare scan to the check`,
    ],
    failures: [],
  }
}

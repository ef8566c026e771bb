import * as z from 'zod'
import { type Answer, startNode } from '../child.ts'
import { contest, type Standing, stopAll } from '../contest.ts'
import { type CallReport, MEMORY, summaryOf } from '../function-report.ts'
import type { Part, Row } from '../report.ts'
import { TWO_CLASSES } from '../scan/classes.ts'
import { rounded } from '../statistics.ts'
import type { BuiltFile } from './peers.ts'

const ReadCost = z.object({ requests: z.int(), bytes: z.int() })

/** A scan of a stored file to its end, in a process of its own. @param uri `s3://…` */
export async function scanStored(uri: string, environment: NodeJS.ProcessEnv): Promise<Answer> {
  const child = startNode(['bench/s3/ours.ts'], environment)
  try {
    return await child.run({ path: uri, classes: TWO_CLASSES })
  } finally {
    await child.stop()
  }
}

/** Walking rows that are in memory, checking them, and indexing them as well, in turn in one process. */
export async function indexInMemory(path: string, runs: number): Promise<Standing[]> {
  const child = startNode([new URL('./in-memory.ts', import.meta.url).pathname])
  const names = { scan: 'scan, bare', check: 'every row checked', index: 'checked and indexed' }
  const contenders = Object.entries(names).map(([way, name]) => ({ name, child, job: { path, way } }))
  try {
    return await contest(contenders, runs)
  } finally {
    await stopAll([{ child }])
  }
}

export interface Building {
  /** `1,194 MB` */
  readonly title: string
  readonly scan: Answer
  /** Of the worker that did the import. */
  readonly calls: readonly CallReport[]
  readonly indexBytes: number
  readonly peers: readonly BuiltFile[]
  readonly inMemory: readonly Standing[]
}

/** How often a bare scan goes into checking and indexing: what importing aims at. */
const AIM = 2

/** What making the index takes, beside reading the file and what others make of it. Pure. */
export function buildingPart({ title, scan, calls, indexBytes, peers, inMemory }: Building): Part {
  const work = summaryOf(
    calls.filter(({ label }) => label.startsWith('check-rows ')),
    MEMORY.worker,
  )
  const milliseconds = (work?.seconds ?? Number.NaN) * 1000
  const { requests, bytes } = ReadCost.parse(scan.result)
  const row = (who: string, took: number, rest: Row): Row => ({
    what: `building, ${title}`,
    who,
    times: rounded(took / scan.milliseconds),
    ms: rounded(took),
    ...rest,
  })
  const [bare, checked, indexed] = inMemory.map((standing) => standing.milliseconds)
  return {
    rows: [
      row('scan over S3, bare', scan.milliseconds, {
        requests,
        KB: rounded(bytes / 1000),
        'peak MB': Math.round(scan.peakMegabytes),
      }),
      row(`ours: ${work?.calls} calls of check-rows`, milliseconds, {
        'peak MB': work?.peakMegabytes,
        'file MB': Math.round(indexBytes / 1e6),
      }),
      row(`its longest call: ${work?.longestCall}`, work?.longestMilliseconds ?? Number.NaN, {}),
      ...peers.map(({ name, answer, megabytes }) =>
        row(name, answer.milliseconds, {
          'CPU ms': rounded(answer.cpuMilliseconds),
          'peak MB': Math.round(answer.peakMegabytes),
          'file MB': megabytes,
        }),
      ),
      ...inMemory.map(({ name, milliseconds: took, spread }) => ({
        what: 'rows in memory',
        who: name,
        times: rounded(took / (bare ?? Number.NaN)),
        ms: rounded(took),
        'spread %': Math.round(spread * 100),
      })),
    ],
    notes: [
      `check-rows checks every row, lists and counts, and joins in its last call: ${rounded(milliseconds / scan.milliseconds)} times the scan over S3, where ${AIM} is the aim`,
      `in memory, listing and joining add ${rounded(((indexed ?? 0) - (checked ?? 0)) / (bare ?? Number.NaN))} times the bare scan to the check`,
    ],
    failures: [],
  }
}

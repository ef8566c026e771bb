import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { type BatchAsked, CLASS_FILES, importDataset, selectBatch } from '../api-calls.ts'
import { cachedAnnotations } from '../data/cached.ts'
import { imagesOf } from '../data/generate-annotations.ts'
import { type FunctionSummary, MEMORY, MOST_MEGABYTES, summaryOf } from '../function-report.ts'
import { type FunctionsAtWork, withFunctions } from '../functions-at-work.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { rounded } from '../statistics.ts'
import { type RunningServers, withServers } from '../with-servers.ts'
import { RARE_CLASS } from './rare-class.ts'

const ROWS = 14_600_000
const QUICK_ROWS = 2_400_000
const PATIENCE_SECONDS = 400
const SETTLING_MILLISECONDS = 1000

/** What reads all of the file, without the index. */
const RARE_BATCH: BatchAsked = {
  dataset: 'train',
  classNames: [RARE_CLASS],
  examplesPerClass: 10_000,
  strategy: 'scan',
}

/** One function over one part of the work. */
interface Figures {
  readonly setting: string
  readonly part: string
  readonly wallSeconds: number
  readonly functions: ReadonlyMap<string, FunctionSummary>
  readonly s3Requests: number
  readonly s3Megabytes: number
}

/** Importing a box file of the training split, and a batch that reads all of it, each function in its own process. */
export async function importSection({ quick }: Options): Promise<Section> {
  const rows = quick ? QUICK_ROWS : ROWS
  const plan = { split: 'train', rows, seed: 2 } as const
  const path = cachedAnnotations(plan)
  const files = { ...CLASS_FILES, 'boxes.csv': path }
  const settings = [
    { setting: '1 chunk at a time', concurrency: 1 },
    ...(quick ? [] : [{ setting: '2 at a time', concurrency: 2 }]),
  ]
  const all: Figures[] = []
  const failures: string[] = []
  for (const { setting, ...options } of settings) {
    const figures = await withServers(
      (servers) => withFunctions(servers, options, (functions) => work(setting, servers, functions)),
      files,
    )
    all.push(...figures.parts)
    const { imageCount, boxCount } = figures.imported
    if (imageCount !== imagesOf(plan) || boxCount !== rows)
      failures.push(`${setting}: ${imageCount} images and ${boxCount} boxes were counted`)
  }
  for (const { setting, part, functions } of all)
    for (const [name, { peakMegabytes, peakCall }] of functions)
      if (setting === settings[0]?.setting && peakMegabytes >= MOST_MEGABYTES)
        failures.push(`${part}: ${name} needed ${peakMegabytes} MB, not less than ${MOST_MEGABYTES}: ${peakCall}`)
  return {
    section: 'import',
    title: `${rows.toLocaleString('en-US')} rows, ${imagesOf(plan).toLocaleString('en-US')} images, ${Math.round(statSync(path).size / 1e6)} MB`,
    rows: all.flatMap(rowsOf),
    notes: [
      'each function in one process, as one instance of it, from its deployed bundle; servers in another process',
      `peak: of the whole process, up to and including the call that raised it; allowed: ${MOST_MEGABYTES} MB`,
      `GB-s: at ${MEMORY.endpoint} MB for endpoints and ${MEMORY.worker} MB for workers; one processor does it all here`,
      'the young generation has halves of 8 MB, as Node gives it on a machine of the size of a function; no other limit is set',
    ],
    failures,
  }
}

async function work(
  setting: string,
  servers: RunningServers,
  functions: FunctionsAtWork,
): Promise<{ parts: Figures[]; imported: Record<string, unknown> }> {
  const measure = async <Result>(part: string, act: () => Promise<Result>) => {
    await servers.asked()
    const started = performance.now()
    const result = await act()
    const wallSeconds = (performance.now() - started) / 1000
    // Whoever made a dataset ready still removes what only making it so has needed.
    await wait(SETTLING_MILLISECONDS)
    const { s3, s3Bytes } = await servers.asked()
    const figures: Figures = {
      setting,
      part,
      wallSeconds,
      functions: await summaries(functions),
      s3Requests: Object.values(s3).reduce((sum, count) => sum + count, 0),
      s3Megabytes: s3Bytes / 1e6,
    }
    return { result, figures }
  }
  const location = 's3://open-images-dataset/train/{imageId}.jpg'
  const imported = await measure('import', () =>
    importDataset(functions, 'train', servers.web, location, PATIENCE_SECONDS),
  )
  const selected = await measure('batch of a rare class, by scan', () =>
    selectBatch(functions, 'rare', RARE_BATCH, PATIENCE_SECONDS),
  )
  return { parts: [imported.figures, selected.figures], imported: imported.result }
}

async function summaries(functions: FunctionsAtWork): Promise<Map<string, FunctionSummary>> {
  const found = new Map<string, FunctionSummary>()
  for (const [file, calls] of await functions.reports()) {
    const summary = summaryOf(calls, file.includes('/workers/') ? MEMORY.worker : MEMORY.endpoint)
    if (summary) found.set(file.replace(/^functions\/|\.ts$/g, ''), summary)
  }
  return found
}

function rowsOf({ setting, part, wallSeconds, functions, s3Requests, s3Megabytes }: Figures): Row[] {
  const all: Row = {
    setting,
    part,
    function: 'all',
    s: rounded(wallSeconds),
    'S3 requests': s3Requests,
    'S3 MB out': Math.round(s3Megabytes),
  }
  const each = [...functions].map(([name, summary]) => ({
    setting,
    part,
    function: name,
    s: summary.seconds,
    calls: summary.calls,
    'median ms': summary.medianMilliseconds,
    'longest ms': summary.longestMilliseconds,
    'longest call': summary.longestCall,
    'peak MB': summary.peakMegabytes,
    'peak by': summary.peakCall,
    'GB-s': summary.gigabyteSeconds,
  }))
  return [all, ...each]
}

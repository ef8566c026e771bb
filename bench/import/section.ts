import { statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { type BatchRequestBody, CLASS_FILES, importDataset, selectBatch } from '../api-calls.ts'
import { cachedAnnotations } from '../data/cached.ts'
import { countImages } from '../data/generate-annotations.ts'
import { type FunctionSummary, MAX_MEGABYTES, MEMORY_MEGABYTES, summarizeCalls } from '../function-report.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { type RunningFunctions, withFunctions } from '../running-functions.ts'
import { roundTo } from '../statistics.ts'
import { type RunningServers, withServers } from '../with-servers.ts'
import { RARE_CLASS } from './rare-class.ts'

const ROWS = 14_600_000
const QUICK_ROWS = 2_400_000
const TIMEOUT_SECONDS = 400
const SETTLING_MILLISECONDS = 1000

/** A batch that reads the whole file, without the index. */
const RARE_BATCH: BatchRequestBody = {
  dataset: 'train',
  classNames: [RARE_CLASS],
  examplesPerClass: 10_000,
  strategy: 'scan',
}

/** The measurement of one part of the work. */
interface Figures {
  readonly setting: string
  readonly part: string
  readonly wallSeconds: number
  readonly functions: ReadonlyMap<string, FunctionSummary>
  readonly s3Requests: number
  readonly s3Megabytes: number
}

/** Measures the import of a training box file and a batch that scans it, with each function in its own process. */
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
      (servers) => withFunctions(servers, options, (functions) => runImportAndBatch(setting, servers, functions)),
      files,
    )
    all.push(...figures.parts)
    const { imageCount, boxCount } = figures.imported
    if (imageCount !== countImages(plan) || boxCount !== rows)
      failures.push(`${setting}: the import counted ${imageCount} images and ${boxCount} boxes`)
  }
  for (const { setting, part, functions } of all)
    for (const [name, { peakMegabytes, peakCall }] of functions)
      if (setting === settings[0]?.setting && peakMegabytes >= MAX_MEGABYTES)
        failures.push(`${part}: ${name} used ${peakMegabytes} MB, limit ${MAX_MEGABYTES}: ${peakCall}`)
  return {
    section: 'import',
    title: `${rows.toLocaleString('en-US')} rows, ${countImages(plan).toLocaleString('en-US')} images, ${Math.round(statSync(path).size / 1e6)} MB`,
    rows: all.flatMap(toRows),
    notes: [
      'each function runs its deployed bundle in one process; the servers run in another process',
      `peak: of the whole process, with the call that raised it; limit ${MAX_MEGABYTES} MB`,
      `GB-s: at ${MEMORY_MEGABYTES.endpoint} MB for endpoints and ${MEMORY_MEGABYTES.worker} MB for workers, all on one processor`,
      'semi-spaces of 8 MB, as with the memory size of a function; no other memory limit',
    ],
    failures,
  }
}

async function runImportAndBatch(
  setting: string,
  servers: RunningServers,
  functions: RunningFunctions,
): Promise<{ parts: Figures[]; imported: Record<string, unknown> }> {
  const measure = async <Result>(part: string, act: () => Promise<Result>) => {
    await servers.countRequests()
    const started = performance.now()
    const result = await act()
    const wallSeconds = (performance.now() - started) / 1000
    // After the dataset is ready, the worker still removes temporary objects.
    await wait(SETTLING_MILLISECONDS)
    const { s3, s3Bytes } = await servers.countRequests()
    const figures: Figures = {
      setting,
      part,
      wallSeconds,
      functions: await summarizeFunctions(functions),
      s3Requests: Object.values(s3).reduce((sum, count) => sum + count, 0),
      s3Megabytes: s3Bytes / 1e6,
    }
    return { result, figures }
  }
  const location = 's3://open-images-dataset/train/{imageId}.jpg'
  const imported = await measure('import', () =>
    importDataset(functions, 'train', servers.web, location, TIMEOUT_SECONDS),
  )
  const selected = await measure('batch of a rare class, by scan', () =>
    selectBatch(functions, 'rare', RARE_BATCH, TIMEOUT_SECONDS),
  )
  return { parts: [imported.figures, selected.figures], imported: imported.result }
}

async function summarizeFunctions(functions: RunningFunctions): Promise<Map<string, FunctionSummary>> {
  const found = new Map<string, FunctionSummary>()
  for (const [file, calls] of await functions.reports()) {
    const summary = summarizeCalls(
      calls,
      file.includes('/workers/') ? MEMORY_MEGABYTES.worker : MEMORY_MEGABYTES.endpoint,
    )
    if (summary) found.set(file.replace(/^functions\/|\.ts$/g, ''), summary)
  }
  return found
}

function toRows({ setting, part, wallSeconds, functions, s3Requests, s3Megabytes }: Figures): Row[] {
  const all: Row = {
    setting,
    part,
    function: 'all',
    s: roundTo(wallSeconds),
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

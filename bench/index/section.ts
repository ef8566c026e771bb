import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatasetView } from '../../shared/contracts/dataset.ts'
import { CLASS_FILES, importDataset } from '../api-calls.ts'
import { cachedAnnotations } from '../data/cached.ts'
import type { Options } from '../options.ts'
import type { Part, Section } from '../report.ts'
import { RUN_CHUNK, type RunningFunctions, withFunctions } from '../running-functions.ts'
import { type RunningServers, SOURCE_BUCKET, withServers } from '../with-servers.ts'
import { type Building, indexInMemory, scanStored, toBuildingPart } from './building.ts'
import { frequentClasses } from './classes.ts'
import { type BatchSpec, type Dataset, type Figure, measureGrowth, toGrowthPart } from './growth.ts'
import { measureLargeBatch, toLargeBatchPart } from './large-batch.ts'
import { buildPeers, type Files, queryAll, toFiles, toPeersPart } from './peers.ts'
import { compareWithScan, toScanPart } from './scan-comparison.ts'
import { fetchStored, linkTo } from './stored.ts'

/** The scale of the benchmark. */
interface Size {
  readonly smallRows: number
  readonly largeRows: number
  readonly deals: readonly BatchSpec[]
  readonly turns: number
  /** Images per class in the large batch of ten classes. */
  readonly examplesPerClass: number
  /** Offsets of the peer queries, in batches of twenty images. */
  readonly offsets: readonly number[]
  readonly runs: number
  readonly notes: readonly string[]
}

const DEALS: readonly BatchSpec[] = [
  { batchOffset: 0, examplesPerClass: 20 },
  { batchOffset: 10, examplesPerClass: 20 },
]
const FULL: Size = {
  smallRows: 625_000,
  largeRows: 14_600_000,
  deals: [
    ...DEALS,
    { batchOffset: 1000, examplesPerClass: 10 },
    { batchOffset: 1000, examplesPerClass: 20, largeOnly: true },
  ],
  turns: 25,
  examplesPerClass: 10_000,
  offsets: [0, 10, 1000],
  runs: 15,
  notes: [
    'batches 0 to 1,000 of 20 images need 20,020 images of a class, more than any class without subclasses has in the small file; so both files are compared at offset 1,000 with 10 images per class',
  ],
}
const QUICK: Size = {
  smallRows: 125_000,
  largeRows: 625_000,
  deals: [...DEALS, { batchOffset: 100, examplesPerClass: 20 }],
  turns: 5,
  examplesPerClass: 1000,
  offsets: [0, 10, 100],
  runs: 3,
  notes: [],
}
const IMAGES_PER_QUERY = 20
const LARGE_BATCH_CLASSES = 10
const TIMEOUT_SECONDS = 200

/** Both box files with their datasets. */
interface Inputs {
  readonly small: Dataset & { readonly path: string }
  readonly large: Dataset & { readonly path: string }
}

/** Measures batches by index: their growth with the file size, and compared with a scan and with other indexes. */
export async function indexSection({ quick }: Options): Promise<Section> {
  const size = quick ? QUICK : FULL
  const inputs = createInputs(size)
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-index-'))
  try {
    const files = { ...CLASS_FILES, 'small.csv': inputs.small.path, 'large.csv': inputs.large.path }
    const atWork = await withServers(
      (servers) =>
        withFunctions(servers, { concurrency: 1 }, (functions) =>
          measureFunctions(servers, functions, inputs, size, quick, folder),
        ),
      files,
    )
    const building = {
      ...atWork.building,
      inMemory: await indexInMemory(inputs.small.path, size.runs),
      peers: await buildPeers(atWork.files),
    }
    const parts = [...atWork.parts, toBuildingPart(building), toPeersPart(await queryPeers(atWork.files, size))]
    return {
      section: 'index',
      title: `batches by the index of ${size.smallRows.toLocaleString('en-US')} rows and of ${size.largeRows.toLocaleString('en-US')}, ${inputs.small.title} and ${inputs.large.title}`,
      rows: parts.flatMap(({ rows }) => rows),
      notes: [...NOTES, ...size.notes, ...parts.flatMap(({ notes }) => notes)],
      failures: parts.flatMap(({ failures }) => failures),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const NOTES = [
  'times: duration relative to the first row of the group',
  'peers: 20 images of one class with their rows, from local files; sqlite and DuckDB keep their files open, ours opens CSV and index for each query',
]

function createInputs({ smallRows, largeRows }: Size): Inputs {
  const input = (name: string, path: string) => ({
    name,
    path,
    title: `${Math.round(statSync(path).size / 1e6).toLocaleString('en-US')} MB`,
    isLarge: name === 'large',
  })
  return {
    small: input('small', cachedAnnotations({ split: 'test', rows: smallRows, seed: 1 })),
    large: input('large', cachedAnnotations({ split: 'train', rows: largeRows, seed: 2 })),
  }
}

/** Runs all measurements that need the functions, and fetches the index of the large file for the others. */
async function measureFunctions(
  servers: RunningServers,
  functions: RunningFunctions,
  { small, large }: Inputs,
  size: Size,
  quick: boolean,
  folder: string,
): Promise<{ parts: Part[]; building: Omit<Building, 'inMemory' | 'peers'>; files: Files }> {
  await importFile(functions, servers, small)
  await functions.reports()
  const { annotations, index } = await importFile(functions, servers, large)
  const calls = (await functions.reports()).get(RUN_CHUNK) ?? []
  if (!annotations || !index) throw new Error('The import created no index')
  const names = frequentClasses(LARGE_BATCH_CLASSES).map(({ className }) => className)
  const figures = await measureGrowth(functions, [small, large], names.slice(0, 2), size.deals, size.turns)
  const parts = [
    toGrowthPart(figures, quick),
    toLargeBatchPart(await measureLargeBatch(functions, large.name, names, size.examplesPerClass)),
    toScanPart(await compareWithScan(functions, servers.s3, large.name), findFirstOfLarge(figures), quick),
  ]
  const scan = await scanStored(annotations.uri, servers.environment)
  const files = toFiles(folder, large.path, { etag: annotations.etag, bytes: annotations.bytes })
  await fetchStored(await linkTo(servers.s3, index.uri), files.index)
  return { parts, building: { title: large.title, scan, calls, indexBytes: index.bytes }, files }
}

async function importFile(
  functions: RunningFunctions,
  { web }: RunningServers,
  { name }: Dataset,
): Promise<DatasetView> {
  const location = `s3://${SOURCE_BUCKET}/${name}/{imageId}.jpg`
  return DatasetView.parse(await importDataset(functions, name, web, location, TIMEOUT_SECONDS, `${name}.csv`))
}

/** Returns the duration of the batch at offset 0 of the large file. */
const findFirstOfLarge = (figures: readonly Figure[]): number =>
  figures.find(({ spec, dataset, call }) => spec.batchOffset === 0 && dataset.isLarge && call === 'batch')
    ?.milliseconds ?? Number.NaN

function queryPeers(files: Files, { offsets, runs }: Size) {
  const questions = frequentClasses(1).flatMap(({ classId, className }) =>
    offsets.map((offset) => ({
      what: `${className}, ${IMAGES_PER_QUERY} images at offset ${offset.toLocaleString('en-US')}`,
      classId,
      images: IMAGES_PER_QUERY,
      from: IMAGES_PER_QUERY * offset,
    })),
  )
  return queryAll(files, questions, runs)
}

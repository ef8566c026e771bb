import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatasetView } from '../../shared/contracts/dataset.ts'
import { CLASS_FILES, importDataset } from '../api-calls.ts'
import { cachedAnnotations } from '../data/cached.ts'
import { type FunctionsAtWork, RUN_CHUNK, withFunctions } from '../functions-at-work.ts'
import type { Options } from '../options.ts'
import type { Part, Section } from '../report.ts'
import { type RunningServers, SOURCE_BUCKET, withServers } from '../with-servers.ts'
import { againstScanPart, measureAgainstScan } from './against-scan.ts'
import { type Building, buildingPart, indexInMemory, scanStored } from './building.ts'
import { frequentClasses } from './classes.ts'
import { type Dataset, type Deal, type Figure, growthPart, measureGrowth } from './growth.ts'
import { largeBatchPart, measureLargeBatch } from './large-batch.ts'
import { askAll, buildPeers, type Files, filesIn, peersPart } from './peers.ts'
import { addressOf, fetchStored } from './stored.ts'

/** How much is measured. */
interface Size {
  readonly smallRows: number
  readonly largeRows: number
  readonly deals: readonly Deal[]
  readonly turns: number
  /** Images of each of ten classes in the large batch. */
  readonly examplesPerClass: number
  /** What the peers are asked, in batches of twenty. */
  readonly offsets: readonly number[]
  readonly runs: number
  readonly notes: readonly string[]
}

const DEALS: readonly Deal[] = [
  { batchOffset: 0, examplesPerClass: 20 },
  { batchOffset: 10, examplesPerClass: 20 },
]
const FULL: Size = {
  smallRows: 625_000,
  largeRows: 14_600_000,
  deals: [
    ...DEALS,
    { batchOffset: 1000, examplesPerClass: 10 },
    { batchOffset: 1000, examplesPerClass: 20, isForLarge: true },
  ],
  turns: 25,
  examplesPerClass: 10_000,
  offsets: [0, 10, 1000],
  runs: 15,
  notes: [
    'batches 0 to 1,000 of 20 images are 20,020 of a class, and no class of the small file has so many without others below it: of both files, offset 1,000 is asked with 10 of each',
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
const IMAGES_EACH = 20
const LARGE_BATCH_CLASSES = 10
const PATIENCE_SECONDS = 200

/** Both files, as they are here and as datasets. */
interface Inputs {
  readonly small: Dataset & { readonly path: string }
  readonly large: Dataset & { readonly path: string }
}

/** Batches by the index: what they take at any size of the file, beside a scan and beside others that index. */
export async function indexSection({ quick }: Options): Promise<Section> {
  const size = quick ? QUICK : FULL
  const inputs = inputsOf(size)
  const folder = await mkdtemp(join(tmpdir(), 'groundwork-bench-index-'))
  try {
    const files = { ...CLASS_FILES, 'small.csv': inputs.small.path, 'large.csv': inputs.large.path }
    const atWork = await withServers(
      (servers) =>
        withFunctions(servers, { concurrency: 1 }, (functions) =>
          measureAtWork(servers, functions, inputs, size, quick, folder),
        ),
      files,
    )
    const building = {
      ...atWork.building,
      inMemory: await indexInMemory(inputs.small.path, size.runs),
      peers: await buildPeers(atWork.files),
    }
    const parts = [...atWork.parts, buildingPart(building), peersPart(await ask(atWork.files, size))]
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
  'times: in each group, how often the time of its first row goes into this one',
  'peers find 20 images of one class and its rows in them, in files of this machine; sqlite and DuckDB keep theirs open, ours opens CSV and index for each question',
]

function inputsOf({ smallRows, largeRows }: Size): Inputs {
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

/** All that needs the functions, and the index of the large file kept for what does not. */
async function measureAtWork(
  servers: RunningServers,
  functions: FunctionsAtWork,
  { small, large }: Inputs,
  size: Size,
  quick: boolean,
  folder: string,
): Promise<{ parts: Part[]; building: Omit<Building, 'inMemory' | 'peers'>; files: Files }> {
  await importFile(functions, servers, small)
  await functions.reports()
  const { annotations, index } = await importFile(functions, servers, large)
  const calls = (await functions.reports()).get(RUN_CHUNK) ?? []
  if (!annotations || !index) throw new Error('the import made no index')
  const names = frequentClasses(LARGE_BATCH_CLASSES).map(({ className }) => className)
  const figures = await measureGrowth(functions, [small, large], names.slice(0, 2), size.deals, size.turns)
  const parts = [
    growthPart(figures, quick),
    largeBatchPart(await measureLargeBatch(functions, large.name, names, size.examplesPerClass)),
    againstScanPart(await measureAgainstScan(functions, servers.s3, large.name), firstOfLarge(figures), quick),
  ]
  const scan = await scanStored(annotations.uri, servers.environment)
  const files = filesIn(folder, large.path, { etag: annotations.etag, bytes: annotations.bytes })
  await fetchStored(addressOf(servers.s3, index.uri), files.index)
  return { parts, building: { title: large.title, scan, calls, indexBytes: index.bytes }, files }
}

async function importFile(
  functions: FunctionsAtWork,
  { web }: RunningServers,
  { name }: Dataset,
): Promise<DatasetView> {
  const location = `s3://${SOURCE_BUCKET}/${name}/{imageId}.jpg`
  return DatasetView.parse(await importDataset(functions, name, web, location, PATIENCE_SECONDS, `${name}.csv`))
}

/** What the batch at offset 0 of the large file took. */
const firstOfLarge = (figures: readonly Figure[]): number =>
  figures.find(({ deal, dataset, call }) => deal.batchOffset === 0 && dataset.isLarge && call === 'batch')
    ?.milliseconds ?? Number.NaN

function ask(files: Files, { offsets, runs }: Size) {
  const questions = frequentClasses(1).flatMap(({ classId, className }) =>
    offsets.map((offset) => ({
      what: `${className}, ${IMAGES_EACH} images at offset ${offset.toLocaleString('en-US')}`,
      classId,
      images: IMAGES_EACH,
      from: IMAGES_EACH * offset,
    })),
  )
  return askAll(files, questions, runs)
}

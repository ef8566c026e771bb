import * as z from 'zod'
import type { Sources } from '../../contracts/dataset.ts'
import { MAX_CHUNKS } from '../../platform/fan-out/round.ts'
import type { RemoteFile } from '../../platform/ports.ts'

/** Contents are hashed in blocks of this size, and parts are whole blocks, so that parts can be hashed apart. */
export const BLOCK_BYTES = 8 << 20

/** Rows are checked and counted in slices of about this size. */
const SLICE_BYTES = 32 << 20

/** The name that each source is stored under, beside `dataset.json` in the import's folder. */
export const FILE_NAMES = {
  annotations: 'annotations-bbox.csv',
  classDescriptions: 'class-descriptions.csv',
  boxableClassDescriptions: 'class-descriptions-boxable.csv',
  hierarchy: 'labels-hierarchy.json',
  images: 'images.csv',
} as const satisfies Readonly<Record<keyof Sources, string>>

export type SourceName = keyof typeof FILE_NAMES
const SOURCE_NAMES = ['annotations', 'classDescriptions', 'boxableClassDescriptions', 'hierarchy', 'images'] as const

/** The sources that a dataset has, in a fixed order. */
export const namedSources = (sources: Sources): { source: SourceName; uri: string }[] =>
  SOURCE_NAMES.flatMap((source) => {
    const uri = sources[source]
    return uri === undefined ? [] : [{ source, uri }]
  })

/** One file of an import: where from, which version, and the parts that it comes in. */
const PlannedFile = z.object({
  source: z.enum(SOURCE_NAMES),
  uri: z.string(),
  etag: z.string().optional(),
  /** In bytes; unknown where the server does not say. */
  size: z.int().optional(),
  /** Whether its server knows ranges; one that does not is one chunk, read as one stream. */
  ranged: z.boolean(),
  /** The number of its first chunk. Chunks of a file follow one another. */
  firstChunk: z.int(),
  parts: z.int().positive(),
  /** The open upload that parts are put into, where there are several. */
  uploadId: z.string().optional(),
})
export type PlannedFile = z.infer<typeof PlannedFile>

/** `import.json`: what an import brings in. Written once, when it starts. */
export const ImportPlan = z.object({ partBytes: z.int().positive(), files: z.array(PlannedFile) })
export type ImportPlan = z.infer<typeof ImportPlan>

export interface OpenedSource {
  readonly source: SourceName
  readonly uri: string
  readonly file: Pick<RemoteFile, 'size' | 'etag'> & { readonly ranges: unknown }
}

/** Cuts the files into parts of whole blocks: small enough for a worker's memory, few enough to be counted at once. */
export function planImport(opened: readonly OpenedSource[]): ImportPlan {
  const total = opened.reduce((sum, { file }) => sum + (file.size ?? 0), 0)
  const partBytes = BLOCK_BYTES * Math.max(1, Math.ceil(total / BLOCK_BYTES / (MAX_CHUNKS - opened.length)))
  let firstChunk = 0
  const files = opened.map(({ source, uri, file }): PlannedFile => {
    const ranged = file.ranges !== undefined && file.size !== undefined
    const parts = ranged ? Math.max(1, Math.ceil((file.size ?? 0) / partBytes)) : 1
    const planned = { source, uri, etag: file.etag, size: file.size, ranged, firstChunk, parts }
    firstChunk += parts
    return planned
  })
  return { partBytes, files }
}

/** How many chunks the plan has. */
export const chunkCount = ({ files }: ImportPlan): number => files.reduce((sum, { parts }) => sum + parts, 0)

/** The file that a chunk is a part of, and the part's number from 0. */
export function toPart(plan: ImportPlan, chunk: number): { file: PlannedFile; part: number } {
  const file = plan.files.find(({ firstChunk, parts }) => chunk >= firstChunk && chunk < firstChunk + parts)
  if (!file) throw new RangeError(`chunk ${chunk} is not in the plan`)
  return { file, part: chunk - file.firstChunk }
}

/** How many bytes a chunk brings, as planned; 0 where the server did not say. */
export function plannedBytes(plan: ImportPlan, chunk: number): number {
  const { file, part } = toPart(plan, chunk)
  if (file.size === undefined) return 0
  return file.ranged ? Math.min(plan.partBytes, file.size - part * plan.partBytes) : file.size
}

/** Where slices of a file of this size are cut, before each cut moves on to an image's first row. */
export function sliceCuts(size: number): number[] {
  const slices = Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(size / SLICE_BYTES)))
  return Array.from({ length: slices + 1 }, (_, number) => Math.round((size * number) / slices))
}

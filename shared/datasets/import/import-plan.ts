import * as z from 'zod'
import type { Sources } from '../../contracts/dataset.ts'
import { MAX_CHUNKS } from '../../platform/fan-out/round.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { BLOCK_BYTES } from '../../platform/storage/content-hash.ts'
import type { RemoteFile } from '../../platform/storage/ports.ts'

/** Approximate size of the slices in which rows are checked and counted. */
export const SLICE_BYTES = 32 << 20

/** The name under which each source is stored in the import's folder. */
export const FILE_NAMES = {
  annotations: 'annotations-bbox.csv',
  classDescriptions: 'class-descriptions.csv',
  boxableClassDescriptions: 'class-descriptions-boxable.csv',
  hierarchy: 'labels-hierarchy.json',
  images: 'images.csv',
} as const satisfies Readonly<Record<keyof Sources, string>>

export type SourceName = keyof typeof FILE_NAMES
const SOURCE_NAMES = ['annotations', 'classDescriptions', 'boxableClassDescriptions', 'hierarchy', 'images'] as const

/** Lists the sources of a dataset, in a fixed order. Pure. */
export const namedSources = (sources: Sources): { source: SourceName; uri: string }[] =>
  SOURCE_NAMES.flatMap((source) => {
    const uri = sources[source]
    return uri === undefined ? [] : [{ source, uri }]
  })

/** A file of an import: its source, version and parts. */
const PlannedFile = storedObject({
  source: storedEnum(SOURCE_NAMES),
  uri: z.string(),
  etag: z.string().optional(),
  /** In bytes. Undefined if the server does not report it. */
  size: z.int().optional(),
  /** Whether its server supports range reads. Otherwise the file is one chunk, read as one stream. */
  ranged: z.boolean(),
  /** Number of its first chunk. The chunks of a file are consecutive. */
  firstChunk: z.int(),
  parts: z.int().positive(),
  /** Id of the multipart upload of a file with several parts. */
  uploadId: z.string().optional(),
})
export type PlannedFile = z.infer<typeof PlannedFile>

/** `import.json`: the plan of an import, written once when it starts. */
const ImportPlan = storedObject({ partBytes: z.int().positive(), files: z.array(PlannedFile) })
export type ImportPlan = z.infer<typeof ImportPlan>

export const IMPORT_PLAN = recordType('the plan of an import', ImportPlan)

export interface OpenedSource {
  readonly source: SourceName
  readonly uri: string
  readonly file: Pick<RemoteFile, 'size' | 'etag'> & { readonly ranges: unknown }
}

/** Divides the files into parts of whole blocks, which their workers can hash apart, at most {@link MAX_CHUNKS} in all. Pure. */
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

/** Counts the chunks of a plan. Pure. */
export const chunkCount = ({ files }: Pick<ImportPlan, 'files'>): number =>
  files.reduce((sum, { parts }) => sum + parts, 0)

/** Lists the chunks of a plan. Pure. */
export const listParts = (plan: ImportPlan): number[] => [...Array(chunkCount(plan)).keys()]

/** Returns the file of a chunk, and the number of its part from 0. Pure. @throws RangeError */
export function toPart(plan: ImportPlan, chunk: number): { file: PlannedFile; part: number } {
  const file = plan.files.find(({ firstChunk, parts }) => chunk >= firstChunk && chunk < firstChunk + parts)
  if (!file) throw new RangeError(`The plan has no chunk ${chunk}`)
  return { file, part: chunk - file.firstChunk }
}

/** Returns the planned size of a chunk in bytes; 0 if the server does not report the file's size. Pure. */
export function plannedBytes(plan: ImportPlan, chunk: number): number {
  const { file, part } = toPart(plan, chunk)
  if (file.size === undefined) return 0
  return file.ranged ? Math.min(plan.partBytes, file.size - part * plan.partBytes) : file.size
}

/** Returns the cuts between slices of a file of this size. `findImageBoundary` moves each to the first row of an image. Pure. */
export function sliceCuts(size: number, maxSlices = MAX_CHUNKS): number[] {
  const slices = Math.min(maxSlices, Math.max(1, Math.ceil(size / SLICE_BYTES)))
  return Array.from({ length: slices + 1 }, (_, number) => Math.round((size * number) / slices))
}

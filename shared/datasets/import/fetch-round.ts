import * as z from 'zod'
import type { Config } from '../../platform/config.ts'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { readState } from '../../platform/state/record.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { joinBlockHashes } from '../../platform/storage/content-hash.ts'
import { type ImportSubject, importFolder } from './import-files.ts'
import type { ImportPlan } from './import-plan.ts'

/** Receipt of a part: its hashes, or why it could not be stored. */
const PartReceipt = storedObject({
  bytes: z.int(),
  /** Hexadecimal SHA-256 of each 8 MiB block. */
  blocks: z.array(z.string()),
  /** ETag of the stored file, if it is one chunk. */
  etag: z.string().optional(),
  problem: ProblemState.optional(),
})
export type PartReceipt = z.infer<typeof PartReceipt>

export const PART_RECEIPT = recordType('the receipt of a part', PartReceipt)

/** Totals of the round, by chunk. */
export const FetchTotals = storedObject({
  /** Hashes of the blocks of each chunk. */
  blocks: z.array(z.array(z.string())),
  /** Size of each chunk in bytes, and ETags of files that are one chunk. Absent in rounds of an older version. */
  bytes: z.array(z.int()).optional(),
  etags: z.array(z.string().nullable()).optional(),
  problem: ProblemState.optional(),
})
export type FetchTotals = z.infer<typeof FetchTotals>

/** Returns the key prefix of the rounds that fetch an import. */
export const fetchRoundsKey = (subject: ImportSubject, config: Config): string =>
  `${importFolder(subject, { config })}rounds/fetch`

/** Returns the key of the end of that round. */
export const fetchEndKey = (subject: ImportSubject, { config }: Pick<Ports, 'config'>): string =>
  `${fetchRoundsKey(subject, config)}/1.json`

/** Sums up the receipts, which are in order of chunks. Pure. */
export function sumUpParts(receipts: readonly PartReceipt[]): FetchTotals {
  return {
    blocks: receipts.map(({ blocks }) => blocks),
    bytes: receipts.map(({ bytes }) => bytes),
    etags: receipts.map(({ etag }) => etag ?? null),
    problem: receipts.find(({ problem }) => problem)?.problem,
  }
}

/** What the receipts of a file say of it. */
export interface FetchedFile {
  readonly contentHash: string
  /** In bytes; undefined in rounds of an older version. */
  readonly size: number | undefined
  /** Undefined if the file was fetched in parts. */
  readonly etag: string | undefined
}

/** Returns what the totals say of a planned file. Its hash depends only on its content. Pure. */
export function describeFetched(
  { blocks, bytes, etags }: FetchTotals,
  { firstChunk, parts }: ImportPlan['files'][number],
): FetchedFile {
  const end = firstChunk + parts
  return {
    contentHash: joinBlockHashes(blocks.slice(firstChunk, end).flat()),
    size: bytes?.slice(firstChunk, end).reduce((sum, part) => sum + part, 0),
    etag: (parts === 1 && etags?.[firstChunk]) || undefined,
  }
}

/** The end of the round, as far as it says what was fetched. */
const FETCH_END = recordType('the end of a round', storedObject({ state: z.string(), totals: FetchTotals }))

/**
 * Reads the totals of the round that fetched the files; `undefined` unless it was completed without a problem.
 * @throws CorruptStateError
 */
export async function readFetchTotals(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<FetchTotals | undefined> {
  const end = (await readState({ key: fetchEndKey(subject, ports), type: FETCH_END }, ports))?.value
  return end?.state === 'finished' && !end.totals.problem ? end.totals : undefined
}

import { AppError } from '../../../contracts/errors.ts'
import { parseS3Uri } from '../../../contracts/s3-uri.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { storeStream } from '../../../platform/storage/multipart.ts'
import { readAhead } from '../../../platform/storage/read-ahead.ts'
import { openStored, readStored } from '../../../platform/storage/stored-file.ts'
import { outputManifestKey } from '../../job-places.ts'
import type { Skills } from '../consolidation/settings.ts'
import { labelsKey } from '../folders.ts'
import type { Work } from '../work.ts'
import type { Part, ResultTotals } from './result-receipt.ts'
import { type ShardResult, writeShardResult } from './shard-result.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files' | 'log'>

/** Parts that are read ahead. A part has the lines of one shard. */
const MAX_PARTS_IN_FLIGHT = 4

/** An output manifest that was written. */
export interface WrittenManifest {
  readonly key: string
  readonly bytes: number
  readonly labeled: number
  readonly failed: number
  /** Labeled lines on which workers differ, and nobody has decided. */
  readonly disputed: number
  /** Shards whose lines are as in the input manifest, because their part could not be written or read. */
  readonly failedShards: number
  /** Why, for one of them. */
  readonly problem: string | undefined
}

/** An output manifest that is to be joined of a part for each shard. */
export interface ManifestParts {
  readonly key: string
  partKey(shard: number): string
  /** Writes a part again that is lost. */
  rewrite(shard: number): Promise<ShardResult>
}

/**
 * Writes the output manifest of a job.
 * @param skills what each worker's opinion counts, in case a part is lost and must be made again
 */
export const writeOutputManifest = (
  work: Work,
  totals: ResultTotals,
  skills: Skills,
  ports: Needs,
): Promise<WrittenManifest> =>
  joinParts(
    work,
    totals,
    {
      key: outputManifestKey(work, ports),
      partKey: (shard) => labelsKey(work, shard),
      rewrite: (shard) => writeShardResult(work, shard, skills, ports),
    },
    ports,
  )

/**
 * Joins the parts of an output manifest in the order of the input manifest. Lines of shards without a part stay as they
 * are in the input manifest. Holds four parts of the manifest and two of the upload.
 */
export async function joinParts(
  work: Work,
  totals: Pick<ResultTotals, 'parts' | 'failedShards' | 'problem'>,
  manifest: ManifestParts,
  ports: Needs,
): Promise<WrittenManifest> {
  let { failedShards, problem } = totals
  let [labeled, failed, disputed, bytes] = [0, 0, 0, 0]
  async function* lines(): AsyncGenerator<Uint8Array> {
    let position = 0
    for await (const part of readParts(totals.parts, manifest, ports)) {
      if (part instanceof AppError) {
        failedShards += 1
        problem ??= part.message
        continue
      }
      if (part.input.start > position) yield* readInput(work, position, part.input.start, ports)
      yield part.bytes
      labeled += part.labeled
      failed += part.failed
      disputed += part.disputed ?? 0
      position = part.input.end
    }
    if (failedShards > 0) yield* readInput(work, position, undefined, ports)
  }
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of lines()) {
      bytes += chunk.length
      yield chunk
    }
  }
  await storeStream(manifest.key, counted(), ports)
  return { key: manifest.key, bytes, labeled, failed, disputed, failedShards, problem }
}

/** Reads a part of the input manifest. @param to end of the range; undefined for that of the file */
async function* readInput(work: Work, from: number, to: number | undefined, ports: Needs): AsyncGenerator<Uint8Array> {
  const source = await openStored(parseS3Uri(work.inputManifestUri).key, ports)
  yield* readAhead(source, { from, ...(to !== undefined && { to }) })
}

type ReadPart = Omit<Part, 'shard'> & { readonly bytes: Uint8Array }

/** Reads parts in order, several at once; in place of one that cannot be read, yields why. */
async function* readParts(
  parts: readonly Part[],
  manifest: ManifestParts,
  ports: Needs,
): AsyncGenerator<ReadPart | AppError> {
  const pending: Promise<ReadPart | AppError>[] = []
  const waiting = [...parts]
  const requestNext = (): void => {
    const part = waiting.shift()
    if (!part) return
    const reading = readPart(part, manifest, ports)
    // A failure is thrown when the part is awaited below. Until then, it must not count as an unhandled rejection.
    reading.catch(() => undefined)
    pending.push(reading)
  }
  try {
    while (pending.length < MAX_PARTS_IN_FLIGHT && waiting.length > 0) requestNext()
    for (let part = pending.shift(); part; part = pending.shift()) {
      yield await part
      requestNext()
    }
  } finally {
    // On Lambda, requests that nobody waits for would overlap with the next call.
    await Promise.allSettled(pending)
  }
}

/** Reads a part. One that is lost or was changed since it was written is written again from the answers. */
async function readPart(
  part: Part,
  { partKey, rewrite }: ManifestParts,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<ReadPart | AppError> {
  const key = partKey(part.shard)
  const stored = await readStored(key, ports)
  if (stored?.etag === part.etag) return { ...part, bytes: stored.bytes }
  ports.log.error('state.corrupt', { key })
  const result = await readOrCorrupt(rewrite(part.shard))
  if (result instanceof CorruptStateError) return result
  const written = await readStored(key, ports)
  if (written?.etag === result.etag) return { ...result, bytes: written.bytes }
  throw new AppError('upstream-failed', `${key} was changed while it was read.`)
}

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
import { writeShardResult } from './shard-result.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files' | 'log'>

/** Parts that are read ahead. A part has the lines of one shard. */
const MAX_PARTS_IN_FLIGHT = 4

/** An output manifest that was written. */
export interface WrittenManifest {
  readonly key: string
  readonly labeled: number
  readonly failed: number
  /** Labeled lines on which workers differ, and nobody has decided. */
  readonly disputed: number
  /** Shards whose lines are as in the input manifest, because their part could not be written or read. */
  readonly failedShards: number
  /** Why, for one of them. */
  readonly problem: string | undefined
}

/**
 * Joins the parts of the output manifest in the order of the input manifest. Lines of shards without a part stay as they
 * are in the input manifest. Holds four parts of the manifest and two of the upload.
 * @param skills what each worker's opinion counts, in case a part is lost and must be made again
 */
export async function writeOutputManifest(
  work: Work,
  totals: ResultTotals,
  skills: Skills,
  ports: Needs,
): Promise<WrittenManifest> {
  const key = outputManifestKey(work, ports)
  let { failedShards, problem } = totals
  let [labeled, failed, disputed] = [0, 0, 0]
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let position = 0
    for await (const part of readParts(work, totals.parts, skills, ports)) {
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
  await storeStream(key, bytes(), ports)
  return { key, labeled, failed, disputed, failedShards, problem }
}

/** Reads a part of the input manifest. @param to end of the range; undefined for that of the file */
async function* readInput(work: Work, from: number, to: number | undefined, ports: Needs): AsyncGenerator<Uint8Array> {
  const source = await openStored(parseS3Uri(work.inputManifestUri).key, ports)
  yield* readAhead(source, { from, ...(to !== undefined && { to }) })
}

type ReadPart = Omit<Part, 'shard'> & { readonly bytes: Uint8Array }

/** Reads parts in order, several at once; in place of one that cannot be read, yields why. */
async function* readParts(
  work: Work,
  parts: readonly Part[],
  skills: Skills,
  ports: Needs,
): AsyncGenerator<ReadPart | AppError> {
  const pending: Promise<ReadPart | AppError>[] = []
  const waiting = [...parts]
  const requestNext = (): void => {
    const part = waiting.shift()
    if (!part) return
    const reading = readPart(work, part, skills, ports)
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
async function readPart(work: Work, part: Part, skills: Skills, ports: Needs): Promise<ReadPart | AppError> {
  const key = labelsKey(work, part.shard)
  const stored = await readStored(key, ports)
  if (stored?.etag === part.etag) return { ...part, bytes: stored.bytes }
  ports.log.error('state.corrupt', { key })
  const result = await readOrCorrupt(writeShardResult(work, part.shard, skills, ports))
  if (result instanceof CorruptStateError) return result
  const written = await readStored(key, ports)
  if (written?.etag === result.etag) return { ...result, bytes: written.bytes }
  throw new AppError('upstream-failed', `${key} was changed while it was read.`)
}

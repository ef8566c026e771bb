import { parseS3Uri } from '../../../contracts/s3-uri.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { storeStream } from '../../../platform/storage/multipart.ts'
import { readAhead } from '../../../platform/storage/read-ahead.ts'
import { openStored, readStored } from '../../../platform/storage/stored-file.ts'
import { labelsKey } from '../folders.ts'
import type { Work } from '../work.ts'
import { outputManifestKey } from './output-keys.ts'
import type { Part, ResultTotals } from './result-receipt.ts'
import { writeShardResult } from './shard-result.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'files' | 'log'>

/** Parts that are read ahead. A part has the lines of one shard. */
const MAX_PARTS_IN_FLIGHT = 4

/** Outcomes of the lines in an output manifest that was written. */
export interface WrittenManifest {
  readonly key: string
  readonly labeled: number
  readonly failed: number
}

/**
 * Joins the parts of the output manifest in the order of the input manifest. Lines of shards without a part stay as they
 * are in the input manifest. Holds four parts of the manifest and two of the upload.
 */
export async function writeOutputManifest(
  work: Work,
  { parts, failedShards }: Pick<ResultTotals, 'parts' | 'failedShards'>,
  ports: Needs,
): Promise<WrittenManifest> {
  const key = outputManifestKey(work, ports)
  let [labeled, failed] = [0, 0]
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let position = 0
    for await (const part of readParts(work, parts, ports)) {
      if (part.input.start > position) yield* readInput(work, position, part.input.start, ports)
      yield part.bytes
      labeled += part.labeled
      failed += part.failed
      position = part.input.end
    }
    if (failedShards > 0) yield* readInput(work, position, undefined, ports)
  }
  await storeStream(key, bytes(), ports)
  return { key, labeled, failed }
}

/** Reads a part of the input manifest. @param to end of the range; undefined for that of the file */
async function* readInput(work: Work, from: number, to: number | undefined, ports: Needs): AsyncGenerator<Uint8Array> {
  const source = await openStored(parseS3Uri(work.inputManifestUri).key, ports)
  yield* readAhead(source, { from, ...(to !== undefined && { to }) })
}

type ReadPart = Omit<Part, 'shard'> & { readonly bytes: Uint8Array }

/** Reads parts in order, several at once. */
async function* readParts(work: Work, parts: readonly Part[], ports: Needs): AsyncGenerator<ReadPart> {
  const pending: Promise<ReadPart>[] = []
  const waiting = [...parts]
  const requestNext = (): void => {
    const part = waiting.shift()
    if (!part) return
    const reading = readPart(work, part, ports)
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
async function readPart(work: Work, part: Part, ports: Needs): Promise<ReadPart> {
  const key = labelsKey(work, part.shard)
  const stored = await readStored(key, ports)
  if (stored?.etag === part.etag) return { ...part, bytes: stored.bytes }
  ports.log.error('state.corrupt', { key })
  const result = await writeShardResult(work, part.shard, ports)
  const written = await readStored(key, ports)
  if (written?.etag === result.etag) return { ...result, bytes: written.bytes }
  throw new CorruptStateError(key, written?.etag, 'it was changed while it was read')
}

import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { setBounded } from '../../../platform/state/record-cache.ts'
import type { ObjectStore } from '../../../platform/storage/ports.ts'
import { readRange } from '../../../platform/storage/stored-file.ts'
import { tasksKey } from '../folders.ts'
import type { Shard } from '../shard.ts'
import { parseTaskLines, type TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { blockLines } from './lines.ts'

/** The tasks of a shard that are longer are read block by block, and not kept. */
const MAX_SHARD_BYTES = 256 << 10
const MAX_SHARDS = 64

interface Range {
  readonly start: number
  readonly end: number
}

interface KnownBytes {
  readonly bytes: Uint8Array
  readonly etag: string | undefined
}

/** The tasks of shards by key and number: they never change. One for each process, as it has one object store. */
const caches = new WeakMap<ObjectStore, Map<string, KnownBytes>>()

/**
 * Returns the tasks of a block, by line number. The tasks of its shard are read at once and kept in memory, as the blocks
 * beside it are asked for next.
 * @throws CorruptStateError when they are damaged
 */
export async function readBlockTasks(
  work: Work,
  shard: Shard,
  block: number,
  ports: Pick<Ports, 'objects'>,
): Promise<ReadonlyMap<number, TaskLine>> {
  const range = shard.blocks[block]
  const { bytes, etag } = range
    ? await readTasks(work, shard, range, ports)
    : { bytes: new Uint8Array(), etag: undefined }
  const numbers = blockLines(shard, block)
  const lines = parseTaskLines(bytes)
  if (lines.length !== numbers.length || lines.includes(undefined)) {
    // Somebody may mend the object.
    caches.get(ports.objects)?.delete(cacheName(work, shard))
    throw new CorruptStateError(
      tasksKey(work),
      etag,
      `the tasks of lines ${numbers[0]} to ${numbers.at(-1)} are damaged`,
    )
  }
  return new Map(numbers.map((line, index) => [line, lines[index] ?? {}]))
}

/** Returns the bytes of a range of the tasks, which is within the shard. */
async function readTasks(
  work: Work,
  { shard, blocks }: Shard,
  range: Range,
  { objects }: Pick<Ports, 'objects'>,
): Promise<KnownBytes> {
  const key = tasksKey(work)
  const whole = { start: blocks[0]?.start ?? range.start, end: blocks.at(-1)?.end ?? range.end }
  if (whole.end - whole.start > MAX_SHARD_BYTES) return toKnown(await readRange(key, range, { objects }))
  const cache = caches.get(objects) ?? new Map<string, KnownBytes>()
  caches.set(objects, cache)
  const name = cacheName(work, { shard })
  const known = cache.get(name) ?? toKnown(await readRange(key, whole, { objects }))
  // Used again, it is the last to be dropped.
  if (known.bytes.length === whole.end - whole.start) setBounded(cache, name, known, MAX_SHARDS)
  return { ...known, bytes: known.bytes.subarray(range.start - whole.start, range.end - whole.start) }
}

const cacheName = (work: Work, { shard }: Pick<Shard, 'shard'>): string => `${tasksKey(work)} ${shard}`

const toKnown = (found: KnownBytes | undefined): KnownBytes => found ?? { bytes: new Uint8Array(), etag: undefined }

import { parseS3Uri } from '../../../contracts/s3-uri.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { LF } from '../../../platform/storage/ascii.ts'
import { readRange } from '../../../platform/storage/stored-file.ts'
import { tasksKey } from '../folders.ts'
import type { Shard } from '../shard.ts'
import { parseTaskLines, type TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'

/**
 * Reads the lines of a shard in the input manifest, without their line ends.
 * @throws CorruptStateError when the manifest is gone, or no longer has as many lines there
 */
export async function readInputLines(
  work: Pick<Work, 'inputManifestUri'>,
  { input, lines }: Pick<Shard, 'input' | 'lines'>,
  ports: Pick<Ports, 'objects'>,
): Promise<readonly Uint8Array[]> {
  const { key } = parseS3Uri(work.inputManifestUri)
  const stored = await readRange(key, input, ports)
  const found = stored && splitLines(stored.bytes)
  if (found?.length === lines && stored?.bytes.length === input.end - input.start) return found
  throw new CorruptStateError(key, stored?.etag, stored ? 'it was changed' : 'it does not exist')
}

/**
 * Reads the tasks of a shard: one for each of its lines, undefined where it cannot be read, which is logged. The result
 * is written without them: then it lacks the sizes of images.
 */
export async function readTasks(
  work: Work,
  { blocks, lines }: Pick<Shard, 'blocks' | 'lines'>,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<readonly (TaskLine | undefined)[]> {
  const key = tasksKey(work)
  const [start = 0, end = 0] = [blocks[0]?.start, blocks.at(-1)?.end]
  const stored = await readRange(key, { start, end }, ports)
  const found = parseTaskLines(stored?.bytes ?? new Uint8Array())
  // With a line more or less, nobody knows which task belongs to which line.
  const tasks = found.length === lines ? found : Array.from({ length: lines }, () => undefined)
  if (tasks.includes(undefined)) ports.log.error('state.corrupt', { key })
  return tasks
}

/** Cuts text into lines without their line feeds. The last line may lack one. Pure. */
function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start)
    const end = found < 0 ? bytes.length : found
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

import { parseS3Uri } from '../../../contracts/s3-uri.ts'
import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { findVersion } from '../../../platform/storage/stored-file.ts'
import { type InputLine, readInputShards } from '../creation/input-lines.ts'
import { planShard } from '../creation/plan-shard.ts'
import { tasksKey } from '../folders.ts'
import type { Shard } from '../shard.ts'
import { parseTaskLines, type TaskLine } from '../task-lines.ts'
import { SHARD_LINES, type Work } from '../work.ts'

type Reading = Pick<Ports, 'config' | 'objects' | 'files'>

/**
 * Returns a shard as it was when its job was created, from the input manifest and the tasks, both of which are read up to
 * its lines.
 * @throws CorruptStateError when one of the two is missing or damaged
 */
export async function planAgain(work: Work, shard: number, ports: Reading): Promise<Shard> {
  const manifestKey = parseS3Uri(work.inputManifestUri).key
  const [input, taskLines] = await awaitAll([
    readLinesOf(manifestKey, work, shard, ports),
    readLinesOf(tasksKey(work), work, shard, ports),
  ])
  const tasks = parseTaskLines(Buffer.from(taskLines.map(({ text }) => `${text}\n`).join('')))
  if (!tasks.every((task): task is TaskLine => task !== undefined))
    throw new CorruptStateError(tasksKey(work), undefined, 'it has a line that is no task')
  const taskBytes = taskLines.map(({ start, end }) => end - start)
  return planShard(work, { shard, input, tasks, taskBytes, taskStart: taskLines[0]?.start ?? 0 })
}

/** Reads the lines that a file has for a shard. */
async function readLinesOf(key: string, work: Work, shard: number, ports: Reading): Promise<readonly InputLine[]> {
  const version = await findVersion(key, ports)
  if (!version) throw new CorruptStateError(key, undefined, 'it does not exist')
  const expected = Math.min(SHARD_LINES, work.lines - shard * SHARD_LINES)
  let number = 0
  for await (const lines of readInputShards(key, ports)) {
    if (number === shard && lines.length === expected) return lines
    if (number === shard) break
    number += 1
  }
  throw new CorruptStateError(key, version.etag, 'it has fewer lines than the job')
}

import type { Ports } from '../../../platform/ports.ts'
import { readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { listingPages } from '../../../platform/storage/listing-pages.ts'
import { answerRef, type StoredAnswer } from '../answer.ts'
import { type AnswerName, answersFolder, parseAnswerFile, type WorkId } from '../folders.ts'
import { type Shard, type TaskLease, toNoLabel } from '../shard.ts'
import { BLOCK_LINES, SHARD_LINES, type Work } from '../work.ts'
import type { BlockId } from './block.ts'
import { hasDone } from './lines.ts'
import { type BlockFigures, type FoundAnswer, isOfLease } from './shard-changes.ts'

type Reading = Pick<Ports, 'objects'>

/** Lists the answers in the folder of a block: one request. */
export async function listAnswers(work: WorkId, shard: number, block: number, ports: Reading): Promise<AnswerName[]> {
  const folder = answersFolder(work, shard, block)
  const names: AnswerName[] = []
  for await (const { objects } of listingPages(ports, folder))
    for (const { key } of objects) {
      const name = parseAnswerFile(key.slice(folder.length))
      if (name) names.push(name)
    }
  return names
}

/** Reads an answer; undefined where it is missing or damaged. */
export async function readAnswer(work: WorkId, name: AnswerName, ports: Reading): Promise<StoredAnswer | undefined> {
  const found = await readOrCorrupt(readState(answerRef(work, name), ports))
  return found && 'value' in found ? found.value : undefined
}

/**
 * Finds the answers of a lease that its worker has not handed back. They are read as well: a function may have stored that
 * the worker declined, and crashed before it counted that.
 */
export async function findLeftAnswers(
  work: WorkId,
  shard: Shard,
  lease: TaskLease,
  ports: Reading,
): Promise<FoundAnswer[]> {
  const listed = await listAnswers(work, shard.shard, lease.block, ports)
  const own = listed.filter((name) => isOfLease(name, lease))
  const uncounted = own.filter(({ line }) => !hasDone(shard, line, lease))
  return await Promise.all(
    uncounted.map(async (name) => {
      const answer = await readAnswer(work, name, ports)
      return { ...name, noLabel: toNoLabel(answer?.answer, name.purpose) }
    }),
  )
}

/**
 * Reads the answer to the middle line of a finished block, for the statistics: the first one also takes the time in which a
 * worker reads the instructions or comes back. Nothing where the worker has not answered it in this lease.
 */
export async function sampleAnswer(
  work: WorkId & Pick<Work, 'lines'>,
  { shard, block, lease }: BlockId,
  worker: string,
  ports: Reading,
): Promise<Pick<BlockFigures, 'sample'>> {
  const before = shard * SHARD_LINES + block * BLOCK_LINES
  const lines = Math.min(BLOCK_LINES, work.lines - before)
  const name = { line: before + Math.ceil(lines / 2), worker, revision: 1 }
  const answer = await readAnswer(work, name, ports)
  const milliseconds = answer?.lease === lease ? answer.activeMilliseconds : undefined
  return milliseconds === undefined ? {} : { sample: { milliseconds, boxes: answer?.boxes?.length ?? 0 } }
}

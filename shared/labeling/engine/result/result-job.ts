import { toS3Uri } from '../../../contracts/s3-uri.ts'
import { type FanOutJob, isPermanent, SubjectGoneError } from '../../../platform/fan-out/job.ts'
import { startRound } from '../../../platform/fan-out/round.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { roundsKey, shardKey } from '../folders.ts'
import { rebuildShard } from '../rebuild/rebuild-shard.ts'
import { countShards, type Work } from '../work.ts'
import { endWork, sendRecordJobEnd, type WrittenResult } from './end-work.ts'
import { writeOutputManifest } from './output-manifest.ts'
import { ResultTotals, SHARD_RECEIPT, type ShardReceipt, sumResults } from './result-receipt.ts'
import { findResultWork, ResultSubject, removeResult } from './result-subject.ts'
import { type ShardResult, writeShardResult } from './shard-result.ts'

/**
 * Writes the result of a labeling job whose shards are closed: a chunk a shard, with the shard's number. The result is a
 * function of the answers that count, and of nothing else. Afterwards the work has its end, and a message is on its way
 * by which the job gets it.
 */
export const resultJob: FanOutJob<ResultSubject, ShardReceipt, ResultTotals> = {
  name: 'labeling-result',
  subject: ResultSubject,
  receipt: SHARD_RECEIPT,
  totals: ResultTotals,
  roundsKey,

  planChunks: async (subject, _, ports) => {
    const work = await findResultWork(subject, ports)
    return work && shardNumbers(work)
  },

  runChunk: async (subject, shard, _, ports) => {
    const result = await writeOrRebuild(await getResultWork(subject, ports), shard, ports)
    return { workId: subject.workId, shard, result, doneAt: ports.now().toISOString() }
  },

  deadLetterChunk: async (subject, shard, _, error, ports) => {
    // While the record of the work cannot be read, the round stays open: it goes on when the record is repaired.
    await getResultWork(subject, ports)
    return { workId: subject.workId, shard, problem: error.message, doneAt: ports.now().toISOString() }
  },

  total: (receipts) => sumResults([...receipts.values()]),

  onComplete: async (subject, totals, ports) => {
    const work = await getResultWork(subject, ports)
    if (!work.end) await endWork(subject, await writeResult(work, totals, ports), ports)
    await sendRecordJobEnd(subject.job, ports)
    return undefined
  },

  // The worker may have crashed before it wrote the manifest, so that is tried again. A failure that may pass is thrown: the
  // round stays open, and goes on when it is started again.
  onFailure: async (subject, totals, _, ports) => {
    const work = await getResultWork(subject, ports)
    if (!work.end) {
      const result = await writeResult(work, totals, ports).catch((error: unknown) => {
        if (!isPermanent(error)) throw error
        // Without an output manifest, nothing is labeled.
        return { labeled: 0, failed: 0, failedShards: 0, problem: error.message }
      })
      await endWork(subject, result, ports)
    }
    await sendRecordJobEnd(subject.job, ports)
    return undefined
  },

  // A worker that was busy while the batch was deleted may have written something afterwards.
  cleanUp: async (subject, ports) => {
    // A work whose record cannot be read still exists.
    if (!(await readOrCorrupt(findResultWork(subject, ports)))) await removeResult(subject, ports)
  },
}

/** Writes the result of a shard. One that is missing or damaged is made again first; nothing in it can change any more. */
async function writeOrRebuild(work: Work, shard: number, ports: Ports): Promise<ShardResult> {
  const result = await readOrCorrupt(writeShardResult(work, shard, ports))
  if (!(result instanceof CorruptStateError)) return result
  if (result.key !== shardKey(work, shard)) throw result
  const damage = result.etag === undefined ? undefined : result
  await rebuildShard(work, shard, { damage, isClosed: true }, ports)
  return await writeShardResult(work, shard, ports)
}

async function writeResult(work: Work, totals: ResultTotals, ports: Ports): Promise<WrittenResult> {
  const { key, ...result } = await writeOutputManifest(work, totals, ports)
  return { ...result, outputManifestUri: toS3Uri(key, ports) }
}

const shardNumbers = (work: Pick<Work, 'lines'>): number[] =>
  Array.from({ length: countShards(work) }, (_, shard) => shard)

async function getResultWork(subject: ResultSubject, ports: Pick<Ports, 'config' | 'objects'>): Promise<Work> {
  const work = await findResultWork(subject, ports)
  if (!work) throw workGone(subject)
  return work
}

const workGone = ({ job }: ResultSubject): SubjectGoneError =>
  new SubjectGoneError(`The work of the labeling job "${job}" is gone.`)

/**
 * Starts to write the result of a job all of whose shards are closed. Idempotent: what was started before is resumed, and
 * what is done is not done again.
 */
export const startResult = async (
  work: Pick<Work, 'job' | 'workId' | 'batch' | 'lines'>,
  ports: Pick<Ports, 'config' | 'objects' | 'newId' | 'now' | 'messages' | 'requestId'>,
): Promise<void> => {
  const { job, workId, batch } = work
  await startRound({ job: resultJob, subject: { job, workId, batch }, round: 1 }, shardNumbers(work), ports)
}

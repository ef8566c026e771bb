import { toS3Uri } from '../../../contracts/s3-uri.ts'
import { type FanOutJob, isPermanent } from '../../../platform/fan-out/job.ts'
import { startRound } from '../../../platform/fan-out/round.ts'
import type { Ports } from '../../../platform/ports.ts'
import { roundsKey } from '../folders.ts'
import type { Work } from '../work.ts'
import { endWork, sendRecordJobEnd, type WrittenResult } from './end-work.ts'
import { orRebuild } from './or-rebuild.ts'
import { writeOutputManifest } from './output-manifest.ts'
import { ResultTotals, SHARD_RECEIPT, type ShardReceipt, sumResults } from './result-receipt.ts'
import { findResultWork, getResultWork, ResultSubject, removeIfGone, shardNumbers } from './result-subject.ts'
import { writeShardResult } from './shard-result.ts'
import { readSkills, restoreSkills, writeSkills } from './skills.ts'

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
    const work = await getResultWork(subject, ports)
    const skills = await restoreSkills(work, ports)
    const result = await orRebuild(work, shard, () => writeShardResult(work, shard, skills, ports), ports)
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
        return { labeled: 0, failed: 0, disputed: 0, failedShards: 0, problem: error.message }
      })
      await endWork(subject, result, ports)
    }
    await sendRecordJobEnd(subject.job, ports)
    return undefined
  },

  // A worker that was busy while the batch was deleted may have written something afterwards.
  cleanUp: removeIfGone,
}

async function writeResult(work: Work, totals: ResultTotals, ports: Ports): Promise<WrittenResult> {
  const { key, ...result } = await writeOutputManifest(work, totals, await readSkills(work, ports), ports)
  return { ...result, outputManifestUri: toS3Uri(key, ports) }
}

/**
 * Starts to write the result of a job all of whose shards are closed. Idempotent: what was started before is resumed, and
 * what is done is not done again.
 */
export async function startResult(work: Work, ports: Ports): Promise<void> {
  const { job, workId, batch } = work
  await writeSkills(work, ports)
  await startRound({ job: resultJob, subject: { job, workId, batch }, round: 1 }, shardNumbers(work), ports)
}

import * as z from 'zod'
import { AppError } from '../../../contracts/errors.ts'
import { toS3Uri } from '../../../contracts/s3-uri.ts'
import { toStoredProblem } from '../../../contracts/stored-problem.ts'
import { type FanOutJob, isPermanent, SubjectGoneError } from '../../../platform/fan-out/job.ts'
import { startRound } from '../../../platform/fan-out/round.ts'
import type { Ports } from '../../../platform/ports.ts'
import { skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { againLabelsKey, againRoundsKey } from '../folders.ts'
import { orRebuild } from '../result/or-rebuild.ts'
import { consolidationOutputKey } from '../result/output-keys.ts'
import { joinParts, type WrittenManifest } from '../result/output-manifest.ts'
import { findResultWork, getResultWork, ResultSubject, removeIfGone, shardNumbers } from '../result/result-subject.ts'
import { readSkills, restoreSkills } from '../result/skills.ts'
import type { Work } from '../work.ts'
import { AGAIN_RECEIPT, type AgainReceipt, AgainTotals, sumReceipts } from './again-receipt.ts'
import { consolidateShard } from './consolidate-shard.ts'
import { type ConsolidationState, findConsolidation } from './consolidation-state.ts'
import { endConsolidation } from './end-consolidation.ts'

/** The consolidation whose labels are made. */
const AgainSubject = ResultSubject.extend({ name: z.string(), id: z.string() })
type AgainSubject = z.infer<typeof AgainSubject>

/**
 * Makes the labels of a job that has ended again, with other settings: a chunk a shard, with the shard's number. They are
 * a function of the answers that count and of the settings. The result of the job stays as it is. Afterwards the
 * consolidation has its end: `completed` with the labels of all lines, or `failed`.
 */
export const consolidateJob: FanOutJob<AgainSubject, AgainReceipt, AgainTotals> = {
  name: 'consolidate-again',
  subject: AgainSubject,
  receipt: AGAIN_RECEIPT,
  totals: AgainTotals,
  roundsKey: (subject) => againRoundsKey(subject, subject),

  planChunks: async (subject, _, ports) => {
    const work = await findResultWork(subject, ports)
    return work && shardNumbers(work)
  },

  runChunk: async (subject, shard, _, ports) => {
    const { work, consolidation } = await getSubject(subject, ports)
    const skills = await restoreSkills(work, ports)
    const make = () => consolidateShard(work, consolidation, shard, skills, ports)
    const { lostAnswers: _lost, ...result } = await orRebuild(work, shard, make, ports)
    return { id: subject.id, shard, result, doneAt: ports.now().toISOString() }
  },

  deadLetterChunk: async (subject, shard, _, error, ports) => {
    await getSubject(subject, ports)
    return { id: subject.id, shard, problem: toStoredProblem(error), doneAt: ports.now().toISOString() }
  },

  total: (receipts) => sumReceipts([...receipts.values()]),

  onComplete: async (subject, totals, ports) => {
    const { work, consolidation } = await getSubject(subject, ports)
    if (consolidation.state === 'running') await writeResult(work, consolidation, totals, ports)
    return undefined
  },

  // The worker may have crashed before it wrote the manifest, so that is tried again. A failure that may pass is thrown: the
  // round stays open, and goes on when the request is repeated.
  onFailure: async (subject, totals, _, ports) => {
    const { work, consolidation } = await getSubject(subject, ports)
    if (consolidation.state !== 'running') return undefined
    await writeResult(work, consolidation, totals, ports).catch(async (error: unknown) => {
      if (!isPermanent(error)) throw error
      await endConsolidation(work, consolidation, { state: 'failed', problem: toStoredProblem(error) }, ports)
    })
    return undefined
  },

  // A worker that was busy while the batch was deleted may have written something afterwards.
  cleanUp: removeIfGone,
}

/**
 * Returns what a message is about. While the record of the work cannot be read, the round stays open, and goes on when it is
 * repaired. A consolidation whose record is corrupt counts as gone: repeating its request resumes it once the record is
 * repaired.
 * @throws CorruptStateError when the work cannot be read; SubjectGoneError when it or the consolidation is gone
 */
async function getSubject(
  subject: AgainSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'log'>,
): Promise<{ readonly work: Work; readonly consolidation: ConsolidationState }> {
  const work = await getResultWork(subject, ports)
  const found = await skipCorrupt(findConsolidation(work, subject.name, ports), ports)
  if (found?.value.id !== subject.id) throw new SubjectGoneError(`The consolidation "${subject.name}" is gone.`)
  return { work, consolidation: found.value }
}

/** Writes the output manifest and records the end. A consolidation that lacks lines has failed. */
async function writeResult(
  work: Work,
  consolidation: ConsolidationState,
  totals: AgainTotals,
  ports: Ports,
): Promise<void> {
  const { counters, changes, failedShards, problem } = totals
  if (failedShards > 0 && problem)
    return endConsolidation(
      work,
      consolidation,
      { state: 'failed', problem: describeParts(failedShards, problem) },
      ports,
    )
  const { key, bytes, ...written } = await writeManifest(work, consolidation, totals, ports)
  if (written.problem !== undefined) throw new AppError('corrupt-state', written.problem)
  const outputManifestUri = toS3Uri(key, ports)
  const end = { state: 'completed', outputManifestUri, outputBytes: bytes, counters, changes } as const
  await endConsolidation(work, consolidation, end, ports)
}

/** Joins the parts. One that was lost is made again. */
async function writeManifest(
  work: Work,
  consolidation: ConsolidationState,
  totals: Pick<AgainTotals, 'parts'>,
  ports: Ports,
): Promise<WrittenManifest> {
  const skills = await readSkills(work, ports)
  const manifest = {
    key: consolidationOutputKey(work, consolidation.name, ports),
    partKey: (shard: number) => againLabelsKey(work, consolidation, shard),
    rewrite: (shard: number) => consolidateShard(work, consolidation, shard, skills, ports),
  }
  return await joinParts(work, { parts: totals.parts, failedShards: 0 }, manifest, ports)
}

const describeParts = (parts: number, problem: NonNullable<AgainTotals['problem']>) => ({
  ...problem,
  detail: `The labels of ${parts} parts of the job could not be made: ${problem.detail}`,
})

/**
 * Starts to make the labels of a consolidation. Idempotent: what was started before is resumed, and what is done is not
 * done again.
 */
export async function startConsolidation(
  work: Work,
  { name, id }: Pick<ConsolidationState, 'name' | 'id'>,
  ports: Pick<Ports, 'config' | 'objects' | 'newId' | 'now' | 'messages' | 'requestId'>,
): Promise<void> {
  const { job, workId, batch } = work
  const subject = { job, workId, batch, name, id }
  await startRound({ job: consolidateJob, subject, round: 1 }, shardNumbers(work), ports)
}

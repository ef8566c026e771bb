import { SubjectGoneError } from '../../platform/fan-out/job.ts'
import { latestReceipts } from '../../platform/fan-out/receipts.ts'
import { type AnyRound, readEnd, readStart } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { readState } from '../../platform/state/record.ts'
import { checkRowsJob } from './check-rows-job.ts'
import { fetchPartsJob } from './fetch-parts-job.ts'
import { type ImportSubject, importFolder, planRef } from './import-files.ts'
import { listParts } from './import-plan.ts'
import { listSlices } from './slices.ts'
import { readSources } from './stored-sources.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'log'>

/**
 * How far the stored work of a running import is: nothing is stored; the round to resume, with its chunks; or it cannot
 * be resumed.
 */
export type ImportProgress = 'unplanned' | 'damaged' | { readonly round: AnyRound; readonly chunks: readonly number[] }

/** Reads what is stored of the work of a running import, to tell whether it can be resumed. */
export async function inspectImport(subject: ImportSubject, ports: Needs): Promise<ImportProgress> {
  try {
    return await findProgress(subject, ports)
  } catch (error) {
    // It was cancelled meanwhile; the next write notices.
    if (error instanceof SubjectGoneError) return 'damaged'
    if (!(error instanceof CorruptStateError)) throw error
    ports.log.error('state.corrupt', { key: error.key })
    return 'damaged'
  }
}

/** @throws CorruptStateError, SubjectGoneError */
async function findProgress(subject: ImportSubject, ports: Needs): Promise<ImportProgress> {
  // The plan is written before all else: where something else is, it was lost.
  const { objects } = await ports.objects.list(importFolder(subject, ports), { limit: 1 })
  if (objects.length === 0) return 'unplanned'
  const fetching = { job: fetchPartsJob, subject, round: 1 }
  const checking = { job: checkRowsJob, subject, round: 1 }
  const [plan, fetched, checked] = await Promise.all([
    readState(planRef(subject, ports), ports),
    inspectRound(fetching, ports),
    inspectRound(checking, ports),
  ])
  // A completed check has made the import current, or failed.
  if (!plan || fetched === 'cancelled' || checked !== 'open') return 'damaged'
  if (fetched === 'open') return { round: fetching, chunks: listParts(plan.value) }
  return { round: checking, chunks: listSlices(await readSources(subject, ports)) }
}

/**
 * Returns whether a round has ended, and whether what follows it was done.
 * @throws CorruptStateError when an object is damaged that the rest of the round needs
 */
async function inspectRound(
  ref: AnyRound,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<'open' | 'completed' | 'cancelled'> {
  const end = (await readEnd(ref, ports))?.value
  if (end?.state === 'cancelled') return 'cancelled'
  if (end?.completedAt !== undefined) return 'completed'
  if (!end) await Promise.all([readStart(ref, ports), latestReceipts(ref, ports)])
  return 'open'
}

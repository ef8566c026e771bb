import type * as z from 'zod'
import { toStoredProblem } from '../../contracts/stored-problem.ts'
import type { FanOutJob } from '../../platform/fan-out/job.ts'
import { latestReceipts } from '../../platform/fan-out/receipts.ts'
import { readStart, roundFolder } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { CorruptStateError, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { checkBoxSlice } from './check-box-slice.ts'
import { checkListSlice } from './check-list-slice.ts'
import { countClasses } from './count-classes.ts'
import { completeImport, failImport, findOutcome } from './end-import.ts'
import { findFirstProblem, toConflictProblem } from './first-problem.ts'
import { ImportSubject, importFolder } from './import-files.ts'
import { toImportWarnings } from './import-warnings.ts'
import type { SliceReceipts } from './packed-digits.ts'
import { cleanUpImport } from './remove-import.ts'
import { SLICE_RECEIPT, type SliceReceipt } from './slice-receipt.ts'
import { listSlices, planSlices, type Slice, storedRowFiles } from './slices.ts'
import { openAnnotations, openImages, readSources, type StoredSources } from './stored-sources.ts'
import { writeIndex } from './write-index.ts'

const CheckTotals = storedObject({ problem: ProblemState.optional() })
type CheckTotals = z.infer<typeof CheckTotals>

/**
 * Fan-out job that checks, counts and indexes the stored rows of the box file and the image list, one slice per chunk. The
 * last chunk counts images, joins the index and makes the import current.
 */
export const checkRowsJob: FanOutJob<ImportSubject, SliceReceipt, CheckTotals> = {
  name: 'check-rows',
  subject: ImportSubject,
  receipt: SLICE_RECEIPT,
  totals: CheckTotals,
  roundsKey: (subject, config) => `${importFolder(subject, { config })}rounds/check`,
  planChunks: async (subject, _round, ports) => listSlices(await readSources(subject, ports)),
  runChunk: (subject, chunk, _before, ports) => checkSlice(subject, chunk, ports),
  deadLetterChunk: async (_subject, _chunk, _before, error) => ({
    lines: 0,
    classes: [],
    offsets: [],
    isListed: false,
    problem: toStoredProblem(error),
  }),
  total: (receipts) => {
    const problem = findFirstProblem([...receipts.values()])
    return problem ? { problem } : {}
  },
  onComplete: async (subject, { problem }, ports) => {
    if (problem) return failImport(subject, 'check-rows', problem, ports)
    const outcome = await findOutcome(subject, 'check-rows', ports)
    if (outcome) return outcome.event
    const [sources, receipts] = await Promise.all([
      readSources(subject, ports),
      latestReceipts({ job: checkRowsJob, subject, round: 1 }, ports),
    ])
    const { boxes, list } = await pickSlices(subject, sources, receipts, ports)
    const counts = await countClasses(subject, boxes, sources.files, ports, { list })
    if (counts.coverage?.conflict)
      return failImport(subject, 'check-rows', toConflictProblem(counts.coverage.conflict), ports)
    const index = counts.groupedByImage ? await writeIndex(subject, sources, boxes, ports) : undefined
    return completeImport(subject, sources, counts, { index, warnings: toImportWarnings(counts, boxes) }, ports)
  },
  onFailure: (subject, _totals, error, ports) => failImport(subject, 'check-rows', toStoredProblem(error), ports),
  cleanUp: cleanUpImport,
}

/**
 * Returns the receipts of all slices of the box file and of the image list. A round that an older version started has none
 * of the list.
 * @throws CorruptStateError when one is missing
 */
async function pickSlices(
  subject: ImportSubject,
  sources: StoredSources,
  receipts: SliceReceipts,
  ports: Pick<Ports, 'config' | 'objects' | 'log'>,
): Promise<{ readonly boxes: SliceReceipts; readonly list: SliceReceipts }> {
  const ref = { job: checkRowsJob, subject, round: 1 }
  const slices = planSlices(storedRowFiles(sources))
  const missing = slices.findIndex((_, chunk) => !receipts.has(chunk))
  if (missing >= 0) {
    const start = await skipCorrupt(readStart(ref, ports), ports)
    const isOlder = slices[missing]?.source === 'images' && start && !start.chunks.includes(missing)
    const key = `${roundFolder(ref, ports)}${String(missing).padStart(4, '0')}.json`
    if (!isOlder) throw new CorruptStateError(key, undefined, 'it does not exist')
  }
  const pick = (source: Slice['source']): SliceReceipts =>
    new Map([...receipts].filter(([chunk]) => slices[chunk]?.source === source))
  return { boxes: pick('annotations'), list: pick('images') }
}

async function checkSlice(
  subject: ImportSubject,
  chunk: number,
  ports: Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'log'>,
): Promise<SliceReceipt> {
  const stored = await readSources(subject, ports)
  const slice = planSlices(storedRowFiles(stored))[chunk]
  if (!slice) throw new RangeError(`The import has no slice ${chunk}`)
  if (slice.source === 'annotations')
    return checkBoxSlice(subject, chunk, slice, await openAnnotations(subject, stored, ports), ports)
  return checkListSlice(subject, chunk, slice, await openImages(subject, stored, ports), ports)
}

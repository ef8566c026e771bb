import type * as z from 'zod'
import { encodeSliceLists } from '../../box-index/slice-lists.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import { rowChecker } from '../../open-images/check-rows.ts'
import { readHeader } from '../../open-images/header.ts'
import { findImageBoundary } from '../../open-images/image-boundary.ts'
import { packImages } from '../../open-images/packed-images.ts'
import type { FanOutJob } from '../../platform/fan-out/job.ts'
import { latestReceipts } from '../../platform/fan-out/receipts.ts'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { countClasses } from './count-classes.ts'
import {
  completeImport,
  failImport,
  isCurrent,
  removeIfSuperseded,
  removeSliceParts,
  toReadyEvent,
} from './end-import.ts'
import { ImportSubject, importFolder, openAnnotations, readAnnotations } from './import-files.ts'
import { FILE_NAMES, listSlices, sliceCuts } from './import-plan.ts'
import { packedImagesKey, SLICE_RECEIPT, type SliceReceipt, sliceListsKey } from './slice-receipt.ts'
import { writeIndex } from './write-index.ts'

const CheckTotals = storedObject({ problem: ProblemState.optional() })

/**
 * Fan-out job that checks, counts and indexes the stored rows, one slice per chunk. The last chunk counts images, joins
 * the index and makes the import current.
 */
export const checkRowsJob: FanOutJob<ImportSubject, SliceReceipt, z.infer<typeof CheckTotals>> = {
  name: 'check-rows',
  subject: ImportSubject,
  receipt: SLICE_RECEIPT,
  totals: CheckTotals,
  roundsKey: (subject, config) => `${importFolder(subject, { config })}rounds/check`,
  planChunks: async (subject, _round, ports) => listSlices((await readAnnotations(subject, ports)).bytes),
  runChunk: (subject, slice, _before, ports) => checkSlice(subject, slice, ports),
  deadLetterChunk: async (_subject, _slice, _before, error) => ({
    lines: 0,
    classes: [],
    offsets: [],
    isListed: false,
    problem: toStoredProblem(error),
  }),
  total: (receipts) => firstProblem([...receipts.values()]),
  onComplete: async (subject, { problem }, ports) => {
    if (problem) return failImport(subject, problem, ports)
    if (await removeIfSuperseded(subject, ports)) return undefined
    if (await isCurrent(subject, ports)) return toReadyEvent(subject, ports)
    const slices = await latestReceipts({ job: checkRowsJob, subject, round: 1 }, ports)
    const counts = await countClasses(subject, slices, ports)
    const index = counts.groupedByImage ? await writeIndex(subject, slices, ports) : undefined
    return completeImport(subject, counts, index, ports)
  },
  onFailure: (subject, _totals, error, ports) => failImport(subject, toStoredProblem(error), ports),
  cleanUp: async (subject, ports) => {
    if (await removeIfSuperseded(subject, ports)) return
    // A slow worker may have stored intermediate files after the import was completed.
    if (await isCurrent(subject, ports)) await removeSliceParts(subject, ports)
  },
}

async function checkSlice(
  subject: ImportSubject,
  slice: number,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<SliceReceipt> {
  const source = await openAnnotations(subject, ports)
  const { columns, rowsFrom } = await readHeader(source)
  const cuts = sliceCuts(source.size)
  const cutAt = (number: number) => findImageBoundary(source, cuts[number] ?? source.size, rowsFrom, columns.imageId)
  const [from, to] = await Promise.all([cutAt(slice), cutAt(slice + 1)])
  const { walk, count } = rowChecker(columns)
  for await (const block of lineBlocks(readAhead(source, { from, to }), from)) if (!walk(block)) break
  const { lines, boxes, runs, issue } = count()
  if (issue) return { lines, classes: [], offsets: [], isListed: false, fault: issue }
  const images = packImages(runs)
  const lists = encodeSliceLists(runs, [...boxes.keys()])
  await ports.objects.put(packedImagesKey(subject, slice, ports), images.bytes)
  if (lists) await ports.objects.put(sliceListsKey(subject, slice, ports), lists)
  const classes = [...boxes].map(([classId, own], number) => ({
    classId,
    boxes: own,
    images: runs.images[number] ?? 0,
  }))
  return { lines, classes, offsets: [...images.offsets], isListed: lists !== undefined }
}

/** Returns the first problem in the file, with its line number in the file. Pure. */
function firstProblem(slices: readonly SliceReceipt[]): z.infer<typeof CheckTotals> {
  // Line 1 is the header.
  let line = 2
  for (const { lines, fault, problem } of slices) {
    if (problem) return { problem }
    if (fault) {
      const at = `${FILE_NAMES.annotations}, line ${line + fault.line}, byte ${fault.byte}`
      return { problem: toRowProblem(`${at}: ${fault.message}.`, [{ at, message: fault.message }]) }
    }
    line += lines
  }
  return line === 2 ? { problem: toRowProblem(`${FILE_NAMES.annotations} must contain a row below its header.`) } : {}
}

const toRowProblem = (detail: string, errors: StoredProblem['errors'] = []): StoredProblem => ({
  code: 'bad-source',
  detail,
  errors,
})

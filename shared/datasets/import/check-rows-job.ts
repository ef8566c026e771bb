import type * as z from 'zod'
import { encodeSliceLists } from '../../box-index/slice-lists.ts'
import { type StoredProblem, toStoredProblem } from '../../contracts/stored-problem.ts'
import { rowChecker } from '../../open-images/check-rows.ts'
import { readHeader } from '../../open-images/header.ts'
import { findImageBoundary } from '../../open-images/image-boundary.ts'
import { packImages } from '../../open-images/packed-images.ts'
import type { FanOutJob } from '../../platform/fan-out/job.ts'
import { latestReceipts } from '../../platform/fan-out/receipts.ts'
import { roundFolder } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { ProblemState } from '../../platform/state/common-states.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import { storedObject } from '../../platform/state/stored-schema.ts'
import { hashBlock } from '../../platform/storage/content-hash.ts'
import { lineBlocks } from '../../platform/storage/line-blocks.ts'
import { readAhead } from '../../platform/storage/read-ahead.ts'
import { writeFile } from '../../platform/storage/stored-file.ts'
import { countClasses } from './count-classes.ts'
import { completeImport, failImport, findOutcome } from './end-import.ts'
import { ImportSubject, importFolder } from './import-files.ts'
import { FILE_NAMES, sliceCuts } from './import-plan.ts'
import { cleanUpImport } from './remove-import.ts'
import { describeFile } from './slice-file.ts'
import { listSlices, packedImagesKey, SLICE_RECEIPT, type SliceReceipt, sliceListsKey } from './slice-receipt.ts'
import { openAnnotations, readSources, type StoredSources } from './stored-sources.ts'
import { writeIndex } from './write-index.ts'

const CheckTotals = storedObject({ problem: ProblemState.optional() })
type CheckTotals = z.infer<typeof CheckTotals>

/**
 * Fan-out job that checks, counts and indexes the stored rows, one slice per chunk. The last chunk counts images, joins
 * the index and makes the import current.
 */
export const checkRowsJob: FanOutJob<ImportSubject, SliceReceipt, CheckTotals> = {
  name: 'check-rows',
  subject: ImportSubject,
  receipt: SLICE_RECEIPT,
  totals: CheckTotals,
  roundsKey: (subject, config) => `${importFolder(subject, { config })}rounds/check`,
  planChunks: async (subject, _round, ports) => listSlices(await readSources(subject, ports)),
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
    if (problem) return failImport(subject, 'check-rows', problem, ports)
    const outcome = await findOutcome(subject, 'check-rows', ports)
    if (outcome) return outcome.event
    const [sources, receipts] = await Promise.all([
      readSources(subject, ports),
      latestReceipts({ job: checkRowsJob, subject, round: 1 }, ports),
    ])
    const slices = pickSlices(subject, sources, receipts, ports)
    const counts = await countClasses(subject, slices, sources.files, ports)
    const index = counts.groupedByImage ? await writeIndex(subject, sources, slices, ports) : undefined
    return completeImport(subject, sources, counts, index, ports)
  },
  onFailure: (subject, _totals, error, ports) => failImport(subject, 'check-rows', toStoredProblem(error), ports),
  cleanUp: cleanUpImport,
}

/** Returns the receipts of all slices. @throws CorruptStateError when one is missing */
function pickSlices(
  subject: ImportSubject,
  sources: StoredSources,
  receipts: ReadonlyMap<number, SliceReceipt>,
  ports: Pick<Ports, 'config'>,
): Map<number, SliceReceipt> {
  const folder = roundFolder({ job: checkRowsJob, subject, round: 1 }, ports)
  return new Map(
    listSlices(sources).map((slice) => {
      const receipt = receipts.get(slice)
      if (receipt) return [slice, receipt]
      throw new CorruptStateError(`${folder}${String(slice).padStart(4, '0')}.json`, undefined, 'it does not exist')
    }),
  )
}

async function checkSlice(
  subject: ImportSubject,
  slice: number,
  ports: Pick<Ports, 'config' | 'objects' | 'files' | 'newId' | 'log'>,
): Promise<SliceReceipt> {
  const source = await openAnnotations(subject, await readSources(subject, ports), ports)
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
  await writeFile(packedImagesKey(subject, slice, ports), images.bytes, ports)
  if (lists) await writeFile(sliceListsKey(subject, slice, ports), lists, ports)
  const classes = [...boxes].map(([classId, own], number) => ({
    classId,
    boxes: own,
    images: runs.images[number] ?? 0,
  }))
  const digitHashes = images.offsets
    .slice(0, -1)
    .map((offset, digit) => hashBlock(images.bytes.subarray(offset, images.offsets[digit + 1])))
  return {
    lines,
    classes,
    offsets: [...images.offsets],
    digitHashes,
    isListed: lists !== undefined,
    ...(lists && { lists: describeFile(lists) }),
  }
}

/** Returns the first problem in the file, with its line number in the file. Pure. */
function firstProblem(slices: readonly SliceReceipt[]): CheckTotals {
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

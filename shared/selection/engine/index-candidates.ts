import type { BoxIndex } from '../../box-index/open-index.ts'
import { countPages, PAGE_RECORDS, pageRange, readRecords } from '../../box-index/pages.ts'
import type { Criteria } from '../../contracts/criteria.ts'
import { readRanges } from '../../platform/storage/read-ranges.ts'
import type { CandidateList } from './candidate-list.ts'
import type { DealtCandidates } from './chosen-images.ts'
import { deal } from './deal.ts'
import { growingRecords } from './growing-records.ts'
import { matchesAny, mergedList, type ReadList } from './merged-list.ts'

/** Leaves out candidates; asked again, with the same lists, when these have grown. */
export type CandidateFilter = (lists: readonly CandidateList[]) => Promise<readonly CandidateList[]>

/**
 * The candidates that a batch can be dealt from, found in the index: as much of each class's list as the deal needs.
 * There are few steps, whatever other classes, skipped images and the filter take away. Holds what it reads some three
 * times, 16 bytes an image.
 * @throws IndexUnusable
 */
export async function indexCandidates(
  index: BoxIndex,
  criteria: Criteria,
  filter: CandidateFilter = async (lists) => lists,
): Promise<DealtCandidates> {
  const reader = listReader(index)
  const isSkipped = matchesAny(criteria.skipImages)
  const classes = criteria.classes.map(({ classIds }) => {
    const lists = classIds.flatMap(reader.listOf)
    return { lists, merged: mergedList(lists, isSkipped) }
  })
  const asked = criteria.examplesPerClass * (criteria.batchOffset + 1)
  for (let step = 0; ; step++) {
    for (const { merged } of classes) merged.advance()
    const found = await filter(classes.map(({ merged }) => merged))
    const { picks, lacking } = deal(found, criteria)
    const wanted = classes.flatMap(({ lists, merged }, number) => {
      const counts = merged.wanted(moreOf(merged.length, lacking[number] ?? 0, asked, step))
      return lists.map((list, at) => ({ list, records: counts[at] ?? 0 }))
    })
    if (wanted.every(({ records }) => records === 0)) return { lists: found, picks }
    await reader.read(wanted)
  }
}

/**
 * How many more candidates to look for: as many as it took so far for each that was dealt, and from the third step on at
 * least twice as many times what is lacking as in the step before. Pure.
 */
function moreOf(found: number, lacking: number, asked: number, step: number): number {
  if (step === 0) return lacking
  const dealt = asked - lacking
  return Math.ceil(lacking * Math.max(dealt > 0 ? found / dealt : 1, 2 ** (step - 1)))
}

/** A class id's list in the index, as far as it was read. */
interface IndexedList extends ReadList {
  readonly classId: string
}

/** Reads lists a page at a time, each page once, however many classes stand for the same class id. */
function listReader({ lists: entries, source }: BoxIndex) {
  const lists = new Map<string, IndexedList>()
  return {
    /** None for a class id that has no image. */
    listOf: (classId: string): IndexedList[] => {
      const images = entries.get(classId)?.images
      if (images === undefined) return []
      const list = lists.get(classId) ?? { classId, images, records: growingRecords() }
      lists.set(classId, list)
      return [list]
    },
    /** Reads so many more records of each list, and what else is on their pages. */
    read: async (wanted: readonly { readonly list: IndexedList; readonly records: number }[]): Promise<void> => {
      const most = new Map<IndexedList, number>()
      for (const { list, records } of wanted) if (records > (most.get(list) ?? 0)) most.set(list, records)
      const asked = [...most].flatMap(([list, records]) => {
        const entry = entries.get(list.classId)
        const from = countPages(list.records.length)
        return entry ? [{ list, range: pageRange(entry, from, from + Math.ceil(records / PAGE_RECORDS)) }] : []
      })
      const read = await readRanges(
        source,
        asked.map(({ range }) => range),
      )
      for (const [at, { list }] of asked.entries()) list.records.append(readRecords(read[at] ?? new Uint8Array(0)))
    },
  }
}

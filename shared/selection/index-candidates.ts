import type { BoxIndex } from '../box-index/open-index.ts'
import { PAGE_RECORDS, pageRange, pagesOf, recordsOf } from '../box-index/pages.ts'
import { readRanges } from '../bytes/read-in-order.ts'
import type { CandidateList } from './candidate-list.ts'
import type { Criteria } from './criteria.ts'
import { deal } from './deal.ts'
import { type GrowingRecords, growingRecords } from './growing-records.ts'
import { type MergedList, mergedList } from './merged-list.ts'

/** Leaves out candidates; asked again, with the same lists, when these have grown. */
export type CandidateFilter = (lists: readonly CandidateList[]) => Promise<readonly CandidateList[]>

/**
 * The candidates that a batch can be dealt from, found in the index: as much of each class's list as the deal needs,
 * in growing steps. Holds what it reads, 16 bytes an image.
 * @throws IndexUnusable
 */
export async function indexCandidates(
  index: BoxIndex,
  criteria: Criteria,
  filter: CandidateFilter = async (lists) => lists,
): Promise<readonly CandidateList[]> {
  const reader = listReader(index)
  const classes = criteria.classes.map(({ classIds }) => {
    const lists = classIds.flatMap(reader.listOf)
    return { lists, merged: mergedList(lists, criteria.skipImages) }
  })
  for (;;) {
    for (const { merged } of classes) merged.advance()
    const found = await filter(classes.map(({ merged }) => merged))
    const { lacking } = deal(found, criteria)
    const wanted = classes.flatMap(({ lists, merged }, number) => {
      const counts = merged.wanted(moreOf(merged, lacking[number] ?? 0, criteria))
      return lists.map((list, at) => ({ list, records: counts[at] ?? 0 }))
    })
    if (wanted.every(({ records }) => records === 0)) return found
    await reader.read(wanted)
  }
}

/** About how many more candidates to look for: other classes and the filter have taken a share of those found so far. Pure. */
function moreOf(
  { length }: MergedList,
  lacking: number,
  { examplesPerClass, batchOffset }: Pick<Criteria, 'examplesPerClass' | 'batchOffset'>,
): number {
  if (lacking === 0) return 0
  const dealt = examplesPerClass * (batchOffset + 1) - lacking
  return Math.max(lacking, dealt === 0 ? 2 * length : Math.ceil((lacking * length) / dealt))
}

/** The list of one class id, as far as it was read. */
interface ClassList {
  readonly classId: string
  readonly images: number
  readonly records: GrowingRecords
}

/** Reads lists a page at a time, each page once, however many classes stand for the same class id. */
function listReader({ lists: places, source }: BoxIndex) {
  const lists = new Map<string, ClassList>()
  return {
    /** None for a class id that has no image. */
    listOf: (classId: string): ClassList[] => {
      const images = places.get(classId)?.images
      if (images === undefined) return []
      const list = lists.get(classId) ?? { classId, images, records: growingRecords() }
      lists.set(classId, list)
      return [list]
    },
    /** Reads so many more records of each list, and what else is on their pages. */
    read: async (wanted: readonly { readonly list: ClassList; readonly records: number }[]): Promise<void> => {
      const most = new Map<ClassList, number>()
      for (const { list, records } of wanted) if (records > (most.get(list) ?? 0)) most.set(list, records)
      const asked = [...most].flatMap(([list, records]) => {
        const place = places.get(list.classId)
        const from = pagesOf(list.records.length)
        return place ? [{ list, range: pageRange(place, from, from + Math.ceil(records / PAGE_RECORDS)) }] : []
      })
      const read = await readRanges(
        source,
        asked.map(({ range }) => range),
      )
      for (const [at, { list }] of asked.entries()) list.records.append(recordsOf(read[at] ?? new Uint8Array(0)))
    },
  }
}

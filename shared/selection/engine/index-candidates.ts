import type { BoxIndex } from '../../box-index/open-index.ts'
import { countPages, PAGE_RECORDS, pageRange, readRecords } from '../../box-index/pages.ts'
import type { Criteria } from '../../contracts/criteria.ts'
import { readRanges } from '../../platform/storage/read-ranges.ts'
import type { CandidateList } from './candidate-list.ts'
import type { DealtCandidates } from './chosen-images.ts'
import { deal } from './deal.ts'
import { growingRecords } from './growing-records.ts'
import { matchesAny, mergedList, type ReadList } from './merged-list.ts'

/** Filters candidates. It is called again with the same lists when these have grown. */
export type CandidateFilter = (lists: readonly CandidateList[]) => Promise<readonly CandidateList[]>

/**
 * Finds the candidates for a batch in the index. Reads as much of each class's list as the deal needs, in a few steps,
 * however many candidates other classes, skipped images and the filter remove. Holds what it reads about three times, at
 * 16 bytes per image.
 * @throws UnusableIndexError
 */
export async function indexCandidates(
  index: BoxIndex,
  criteria: Criteria,
  filter: CandidateFilter = async (lists) => lists,
): Promise<DealtCandidates> {
  const reader = listReader(index)
  const isSkipped = matchesAny(criteria.skipImages)
  const classes = criteria.classes.map(({ classIds }) => {
    const lists = classIds.flatMap(reader.openLists)
    return { lists, merged: mergedList(lists, isSkipped) }
  })
  const needed = criteria.examplesPerClass * (criteria.batchOffset + 1)
  for (let step = 0; ; step++) {
    for (const { merged } of classes) merged.advance()
    const found = await filter(classes.map(({ merged }) => merged))
    const { picks, lacking } = deal(found, criteria)
    const missing = classes.flatMap(({ lists, merged }, number) => {
      const counts = merged.countMissing(planMore(merged.length, lacking[number] ?? 0, needed, step))
      return lists.map((list, at) => ({ list, records: counts[at] ?? 0 }))
    })
    if (missing.every(({ records }) => records === 0)) return { lists: found, picks }
    await reader.read(missing)
  }
}

/**
 * Plans how many more candidates to read. It assumes that the next images take as many candidates each as those dealt so
 * far did. From the third step on it reads at least twice as many per lacking image as in the step before. Pure.
 */
function planMore(found: number, lacking: number, needed: number, step: number): number {
  if (step === 0) return lacking
  const dealt = needed - lacking
  return Math.ceil(lacking * Math.max(dealt > 0 ? found / dealt : 1, 2 ** (step - 1)))
}

/** The part of a class id's list that was read from the index. */
interface IndexedList extends ReadList {
  readonly classId: string
}

/** Reads pages of lists. Each page is read once, even if several requested classes include the class id. */
function listReader({ lists: entries, source }: BoxIndex) {
  const lists = new Map<string, IndexedList>()
  return {
    /** Returns the list of a class id, or none if no image has the class. */
    openLists: (classId: string): IndexedList[] => {
      const images = entries.get(classId)?.images
      if (images === undefined) return []
      const list = lists.get(classId) ?? { classId, images, records: growingRecords() }
      lists.set(classId, list)
      return [list]
    },
    /** Reads at least this many more records of each list, in whole pages. */
    read: async (missing: readonly { readonly list: IndexedList; readonly records: number }[]): Promise<void> => {
      const counts = new Map<IndexedList, number>()
      for (const { list, records } of missing) if (records > (counts.get(list) ?? 0)) counts.set(list, records)
      const reads = [...counts].flatMap(([list, records]) => {
        const entry = entries.get(list.classId)
        const from = countPages(list.records.length)
        return entry ? [{ list, range: pageRange(entry, from, from + Math.ceil(records / PAGE_RECORDS)) }] : []
      })
      const pages = await readRanges(
        source,
        reads.map(({ range }) => range),
      )
      for (const [at, { list }] of reads.entries()) list.records.append(readRecords(pages[at] ?? new Uint8Array(0)))
    },
  }
}

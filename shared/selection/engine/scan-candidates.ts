import type { Criteria } from '../../contracts/criteria.ts'
import type { Header } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { toCandidateList } from './candidate-list.ts'
import type { DealtCandidates } from './chosen-images.ts'
import { deal, maxCandidates } from './deal.ts'
import { type MatchingRun, scanRows } from './scan.ts'

/**
 * Finds the candidates for a batch by reading the file from its start until every class is full. The result is a prefix
 * of each class's list. Memory grows with the request, not with the file: lists are limited by `maxCandidates`.
 */
export async function scanCandidates(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  { groupedByImage, ...reading }: { readonly groupedByImage: boolean } & ReadAheadOptions,
): Promise<DealtCandidates> {
  const found: MatchingRun[][] = criteria.classes.map(() => [])
  const lists = found.map(toCandidateList)
  const limit = maxCandidates(lists.length, criteria)
  const toImage = groupedByImage ? (run: MatchingRun) => run : firstRunMapper()
  let lacking = deal(lists, criteria).lacking
  let lengths = lists.map(() => 0)
  for await (const runs of scanRows(source, header, criteria, reading)) {
    for (const run of runs) {
      const unfilled = run.classes.filter((number) => (found[number]?.length ?? limit) < limit)
      if (unfilled.length === 0) continue
      const image = toImage(run)
      for (const number of unfilled) if (image.classes.includes(number)) found[number]?.push(image)
    }
    const gained = (number: number) => (found[number]?.length ?? 0) - (lengths[number] ?? 0)
    if (lacking.some((count, number) => count > gained(number))) continue
    lacking = deal(lists, criteria).lacking
    if (lacking.every((count) => count === 0)) break
    lengths = lists.map((list) => list.length)
  }
  return { lists, picks: deal(lists, criteria).picks }
}

/**
 * Maps each later run of an image to the offset of its first run, with only the classes that no earlier run had. So in a
 * file that is not grouped by image, every class lists an image once, at its first row of the class.
 */
function firstRunMapper(): (run: MatchingRun) => MatchingRun {
  const known = new Map<string, { start: number; classes: Set<number> }>()
  return (run) => {
    const first = known.get(run.imageId)
    if (!first) {
      known.set(run.imageId, { start: run.start, classes: new Set(run.classes) })
      return run
    }
    const classes = run.classes.filter((number) => !first.classes.has(number))
    for (const number of classes) first.classes.add(number)
    return { ...run, start: first.start, classes }
  }
}

import type { Criteria } from '../../contracts/criteria.ts'
import type { Header } from '../../open-images/header.ts'
import type { ByteSource } from '../../platform/storage/byte-source.ts'
import type { ReadAheadOptions } from '../../platform/storage/read-ahead.ts'
import { toCandidateList } from './candidate-list.ts'
import type { DealtCandidates } from './chosen-images.ts'
import { deal, maxCandidates } from './deal.ts'
import { scanRows, type WantedRun } from './scan.ts'

/**
 * The candidates that a batch can be dealt from, found by reading the file from its start until every class is full.
 * What is read is always a prefix of each class's whole list. Memory grows with what is asked for, not with the file:
 * no list grows past where a deal can reach.
 */
export async function scanCandidates(
  source: ByteSource,
  header: Header,
  criteria: Criteria,
  { groupedByImage, ...reading }: { readonly groupedByImage: boolean } & ReadAheadOptions,
): Promise<DealtCandidates> {
  const found: WantedRun[][] = criteria.classes.map(() => [])
  const lists = found.map(toCandidateList)
  const most = maxCandidates(lists.length, criteria)
  const imageOf = groupedByImage ? (run: WantedRun) => run : firstRuns()
  let lacking = deal(lists, criteria).lacking
  let lengths = lists.map(() => 0)
  for await (const runs of scanRows(source, header, criteria, reading)) {
    for (const run of runs) {
      const unfilled = run.classes.filter((number) => (found[number]?.length ?? most) < most)
      if (unfilled.length === 0) continue
      const image = imageOf(run)
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
 * Where an image's rows are scattered, each later run counts as the image's first one and only for classes
 * that no earlier run had: so every class lists an image once, at its first row of that class.
 */
function firstRuns(): (run: WantedRun) => WantedRun {
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

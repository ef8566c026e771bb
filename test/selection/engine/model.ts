import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { FLAGS, type Flag } from '../../../shared/contracts/flags.ts'

/** A row of a model file: the fields of its box by their column's name. */
export type ModelRow = Readonly<Record<string, string>>

export interface ModelImage {
  readonly imageId: string
  readonly classNames: readonly string[]
  readonly boxes: readonly ModelRow[]
}

/**
 * What a batch holds, said as plainly as possible and found slowly: each class's images in order of their first row of
 * that class; then a window of each list, or batch after batch the next N that no earlier batch took.
 */
export function modelBatch(rows: readonly ModelRow[], criteria: Criteria): ModelImage[] {
  const { classes, examplesPerClass, batchOffset, allocation } = criteria
  const counting = rows.filter((row) => counts(row, criteria))
  const lists = classes.map(({ classIds }) => [
    ...new Set(counting.filter((row) => classIds.includes(row.LabelName!)).map((row) => row.ImageID!)),
  ])
  const taken = new Set<string>()
  let hands: string[][] = []
  for (let batch = 0; batch <= batchOffset; batch++) {
    for (const imageId of hands.flat()) taken.add(imageId)
    hands = lists.map((list) =>
      allocation === 'window'
        ? list.slice(batch * examplesPerClass, (batch + 1) * examplesPerClass)
        : list.filter((imageId) => !taken.has(imageId)).slice(0, examplesPerClass),
    )
  }
  const wanted = new Set(classes.flatMap(({ classIds }) => classIds))
  return [...new Set(hands.flat())].map((imageId) => ({
    imageId,
    classNames: classes.filter((_, number) => hands[number]!.includes(imageId)).map(({ className }) => className),
    boxes: counting.filter((row) => row.ImageID === imageId && wanted.has(row.LabelName!)),
  }))
}

function counts(row: ModelRow, { excludeFlags, skipImages }: Criteria): boolean {
  const excluded = (flag: Flag) => row[FLAGS[flag]] === '1'
  return !skipImages.includes(row.ImageID!) && !excludeFlags.some(excluded)
}

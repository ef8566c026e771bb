import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { FLAGS, type Flag } from '../../../shared/contracts/flags.ts'

/** A row: its fields by column name. */
export type ModelRow = Readonly<Record<string, string>>

export interface ModelImage {
  readonly imageId: string
  readonly classNames: readonly string[]
  readonly boxes: readonly ModelRow[]
}

/**
 * Selects a batch in the simplest way: lists each class's images in order of their first row of the class, then takes a
 * window of each list, or, batch by batch, the next N images that no earlier batch took.
 */
export function modelBatch(rows: readonly ModelRow[], criteria: Criteria): ModelImage[] {
  const { classes, examplesPerClass, batchOffset, allocation } = criteria
  const counting = rows.filter((row) => isCounted(row, criteria))
  const lists = classes.map(({ classIds }) => [
    ...new Set(counting.filter((row) => classIds.includes(row.LabelName!)).map((row) => row.ImageID!)),
  ])
  const taken = new Set<string>()
  let shares: string[][] = []
  for (let batch = 0; batch <= batchOffset; batch++) {
    for (const imageId of shares.flat()) taken.add(imageId)
    shares = lists.map((list) =>
      allocation === 'window'
        ? list.slice(batch * examplesPerClass, (batch + 1) * examplesPerClass)
        : list.filter((imageId) => !taken.has(imageId)).slice(0, examplesPerClass),
    )
  }
  const requestedIds = new Set(classes.flatMap(({ classIds }) => classIds))
  return [...new Set(shares.flat())].map((imageId) => ({
    imageId,
    classNames: classes.filter((_, number) => shares[number]!.includes(imageId)).map(({ className }) => className),
    boxes: counting.filter((row) => row.ImageID === imageId && requestedIds.has(row.LabelName!)),
  }))
}

function isCounted(row: ModelRow, { excludeFlags, skipImages }: Criteria): boolean {
  const excluded = (flag: Flag) => row[FLAGS[flag]] === '1'
  return !skipImages.includes(row.ImageID!) && !excludeFlags.some(excluded)
}

/** A part of a list, in its order. */
export interface ListPart<Item> {
  readonly items: readonly Item[]
  /** Whether more items follow. */
  readonly isMore: boolean
}

/** What was taken of two lists. */
export interface MergedPart<Item> {
  /** In order. */
  readonly items: readonly Item[]
  /** How many items were taken of each list. */
  readonly first: number
  readonly second: number
}

/**
 * Merges two lists in order, up to a number of items. Ends early where the next item may be one that was not read yet.
 * Pure.
 * @param isBefore whether an item of the first list comes before one of the second
 */
export function mergeLists<First, Second>(
  first: ListPart<First>,
  second: ListPart<Second>,
  limit: number,
  isBefore: (one: First, other: Second) => boolean,
): MergedPart<First | Second> {
  const items: (First | Second)[] = []
  let [own, other] = [0, 0]
  while (items.length < limit) {
    const [one, two] = [first.items[own], second.items[other]]
    if ((one === undefined && first.isMore) || (two === undefined && second.isMore)) break
    if (one !== undefined && (two === undefined || isBefore(one, two))) {
      items.push(one)
      own += 1
    } else if (two !== undefined) {
      items.push(two)
      other += 1
    } else break
  }
  return { items, first: own, second: other }
}

/** How large a group may be. One item alone may weigh more. */
export interface GroupLimits<Item> {
  readonly maxItems: number
  readonly maxWeight: number
  weigh(item: Item): number
}

/** Yields the items in groups that are as large as they may be; the last one may be smaller. */
export function* splitIntoGroups<Item>(
  items: Iterable<Item>,
  { maxItems, maxWeight, weigh }: GroupLimits<Item>,
): Generator<Item[]> {
  let group: Item[] = []
  let groupWeight = 0
  for (const item of items) {
    const weight = weigh(item)
    if (group.length > 0 && (group.length >= maxItems || groupWeight + weight > maxWeight)) {
      yield group
      group = []
      groupWeight = 0
    }
    group.push(item)
    groupWeight += weight
  }
  if (group.length > 0) yield group
}

/** Gives of any number of things the one that comes first: a binary heap. */
export interface MinHeap<Item> {
  /** The one that comes before all others, if there is any. */
  readonly first: Item | undefined
  push(item: Item): void
  /** Takes the first one out. */
  pop(): void
  /** Puts the first one where it belongs, after it has changed. An item may change in no other place. */
  siftDown(): void
}

export function minHeap<Item>(isBefore: (one: Item, other: Item) => boolean): MinHeap<Item> {
  const items: Item[] = []
  /** Whether the item at `one` must be above that at `other`; nothing comes before what is not there. */
  const comesBefore = (one: number, other: number): boolean => {
    const [left, right] = [items[one], items[other]]
    return left !== undefined && (right === undefined || isBefore(left, right))
  }
  const swap = (one: number, other: number): void => {
    const [left, right] = [items[one], items[other]]
    if (left === undefined || right === undefined) return
    items[one] = right
    items[other] = left
  }
  const settle = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const least = comesBefore(left + 1, left) ? left + 1 : left
      if (least >= items.length || !comesBefore(least, at)) return
      swap(at, least)
      at = least
    }
  }
  return {
    get first() {
      return items[0]
    },
    push: (item) => {
      let at = items.push(item) - 1
      for (let above = (at - 1) >> 1; at > 0 && comesBefore(at, above); above = (at - 1) >> 1) {
        swap(at, above)
        at = above
      }
    },
    pop: () => {
      const last = items.pop()
      if (last === undefined || items.length === 0) return
      items[0] = last
      settle()
    },
    siftDown: settle,
  }
}

/** A priority queue, implemented as a binary heap. */
export interface MinHeap<Item> {
  /** The smallest item; undefined when the heap is empty. */
  readonly first: Item | undefined
  push(item: Item): void
  /** Removes the smallest item. */
  pop(): void
  /** Restores the order after the first item has changed. No other item may change. */
  siftDown(): void
}

/** Creates an empty heap. */
export function minHeap<Item>(isBefore: (one: Item, other: Item) => boolean): MinHeap<Item> {
  const items: Item[] = []
  /** Tells whether the item at `one` must be above the one at `other`. Missing items come last. */
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
  const siftDown = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const child = comesBefore(left + 1, left) ? left + 1 : left
      if (child >= items.length || !comesBefore(child, at)) return
      swap(at, child)
      at = child
    }
  }
  return {
    get first() {
      return items[0]
    },
    push: (item) => {
      let at = items.push(item) - 1
      for (let parent = (at - 1) >> 1; at > 0 && comesBefore(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent)
        at = parent
      }
    },
    pop: () => {
      const last = items.pop()
      if (last === undefined || items.length === 0) return
      items[0] = last
      siftDown()
    },
    siftDown,
  }
}

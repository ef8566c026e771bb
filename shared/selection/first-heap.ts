/** Something that stands at a byte of the file. */
export interface Standing {
  /** Changed by its owner only while it is outside, or on top with `settle` called behind it. */
  start: number
}

/** Gives of any number of things the one that stands first in the file: a binary heap. */
export interface FirstHeap<Item extends Standing> {
  /** The one that stands first, if there is any. */
  readonly first: Item | undefined
  push(item: Item): void
  /** Takes the first one out. */
  pop(): void
  /** Puts the first one where it belongs, after it has moved on. */
  settle(): void
}

export function firstHeap<Item extends Standing>(): FirstHeap<Item> {
  const items: Item[] = []
  const startAt = (at: number): number => items[at]?.start ?? Number.POSITIVE_INFINITY
  const swap = (one: number, other: number): void => {
    const [left, right] = [items[one], items[other]]
    if (left && right) {
      items[one] = right
      items[other] = left
    }
  }
  const settle = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1
      const least = startAt(left + 1) < startAt(left) ? left + 1 : left
      if (startAt(least) >= startAt(at)) return
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
      for (let above = (at - 1) >> 1; at > 0 && startAt(above) > startAt(at); above = (at - 1) >> 1) {
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
    settle,
  }
}

import { type ClassBox, jaccardIndex } from './boxes.ts'

/** A box and who drew it. */
export interface DrawnBox {
  readonly worker: string
  readonly box: ClassBox
}

/** The overlap of two boxes of one worker. It makes every sum that contains it −∞, so these groups are never joined. */
const NEVER = Number.NEGATIVE_INFINITY

/**
 * Joins boxes by average linkage, as `groupBoxes` describes it. Follows chains of nearest neighbors: two groups that are
 * each other's nearest are joined at once. This gives the same groups as joining the best pair of all each time, since a
 * joined group is never nearer to others than the nearer one of its parts was. Time grows by the square of the number of
 * boxes, not by its cube, and so does memory: 8 bytes a pair, 6 MB for the most boxes that are compared. Pure.
 * @returns the positions of the boxes of each group, ascending
 * @see Fionn Murtagh, "A Survey of Recent Advances in Hierarchical Clustering Algorithms", The Computer Journal 26 (1983)
 */
export function linkBoxes(boxes: readonly DrawnBox[], minOverlap: number): readonly (readonly number[])[] {
  const overlaps = new GroupOverlaps(boxes)
  const finished: (readonly number[])[] = []
  const chain: number[] = []
  for (let last = overlaps.first(); last !== undefined; last = chain.at(-1) ?? overlaps.first()) {
    if (chain.length === 0) chain.push(last)
    const nearest = overlaps.findNearest(last, minOverlap)
    if (nearest === undefined) {
      finished.push(overlaps.remove(last))
      chain.pop()
    } else if (nearest === chain.at(-2)) {
      overlaps.join(Math.min(last, nearest), Math.max(last, nearest))
      chain.length -= 2
    } else chain.push(nearest)
  }
  return finished
}

/** Groups of boxes, each named by the position of its first box, and how much they overlap. */
class GroupOverlaps {
  /** The sum of the overlaps of all pairs of two groups, at `place` of their names. */
  readonly #sums: Float64Array
  readonly #members: number[][]
  /** Names of the groups, ascending. */
  readonly #names: number[]

  constructor(boxes: readonly DrawnBox[]) {
    this.#members = boxes.map((_, position) => [position])
    this.#names = [...boxes.keys()]
    this.#sums = new Float64Array((boxes.length * (boxes.length - 1)) / 2)
    for (const [position, other] of boxes.entries())
      for (let earlier = 0; earlier < position; earlier++)
        this.#sums[place(earlier, position)] = measureOverlap(boxes[earlier], other)
  }

  first(): number | undefined {
    return this.#names[0]
  }

  /** Returns the group with the highest mean overlap, of equal ones the first; undefined where none reaches the limit. */
  findNearest(name: number, minOverlap: number): number | undefined {
    let nearest: number | undefined
    let best = 0
    const size = this.#groupSize(name)
    for (const other of this.#names) {
      if (other === name) continue
      const mean = this.#sum(name, other) / (size * this.#groupSize(other))
      if (mean <= best || mean < minOverlap) continue
      nearest = other
      best = mean
    }
    return nearest
  }

  /** Joins a group and a later one, which keep the name of the first. */
  join(name: number, later: number): void {
    for (const other of this.#names)
      if (other !== name && other !== later)
        this.#sums[toPlace(name, other)] = this.#sum(name, other) + this.#sum(later, other)
    this.#members[name] = [...(this.#members[name] ?? []), ...this.remove(later)].toSorted((one, other) => one - other)
  }

  /** Removes a group. @returns its boxes */
  remove(name: number): readonly number[] {
    this.#names.splice(this.#names.indexOf(name), 1)
    return this.#members[name] ?? []
  }

  #sum(one: number, other: number): number {
    return this.#sums[toPlace(one, other)] ?? NEVER
  }

  #groupSize(name: number): number {
    return this.#members[name]?.length ?? 0
  }
}

const measureOverlap = (one: DrawnBox | undefined, other: DrawnBox): number =>
  !one || one.worker === other.worker ? NEVER : jaccardIndex(one.box, other.box)

/** Returns where the number of a pair is in a triangle that is stored by rows. */
const place = (smaller: number, larger: number): number => (larger * (larger - 1)) / 2 + smaller

const toPlace = (one: number, other: number): number => (one < other ? place(one, other) : place(other, one))

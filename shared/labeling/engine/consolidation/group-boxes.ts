import { jaccardIndex } from './boxes.ts'
import { type DrawnBox, linkBoxes } from './link-boxes.ts'

/** Boxes around one object, at most one of each worker, in the order in which they were given. */
export type Group = readonly [DrawnBox, ...DrawnBox[]]

/**
 * Groups boxes by object, whatever their class: a box that one calls a dog and another a wolf is one object in dispute.
 * All boxes begin as groups of their own. The two groups with the highest mean overlap of their pairs are joined while it
 * is `minOverlap` or more, and no worker would be in a group twice (average linkage). Of pairs that overlap equally, those
 * that come first are joined. Pure.
 * @param drawn in an order that does not depend on that of the answers: it decides ties
 * @returns groups in the order of their first boxes
 */
export function groupBoxes(drawn: readonly DrawnBox[], minOverlap: number): readonly Group[] {
  return findClusters(drawn, minOverlap)
    .flatMap((cluster) => linkCluster(drawn, cluster, minOverlap))
    .toSorted(([one = 0], [other = 0]) => one - other)
    .flatMap((indexes) => {
      const [first, ...others] = indexes.flatMap((index) => drawn[index] ?? [])
      return first ? [[first, ...others] satisfies Group] : []
    })
}

/**
 * Returns the indexes of boxes that can become one group. A mean reaches the limit only if one of its pairs does, so boxes
 * that are not connected by such pairs never meet, and each cluster is linked by itself: most have one object.
 */
function findClusters(drawn: readonly DrawnBox[], minOverlap: number): readonly (readonly number[])[] {
  const parents = drawn.map((_, index) => index)
  const byLeft = drawn.map((_, index) => index).toSorted((one, other) => leftAt(drawn, one) - leftAt(drawn, other))
  for (const [position, index] of byLeft.entries()) {
    const one = drawn[index]
    if (!one) continue
    const right = one.box.left + one.box.width
    for (let next = position + 1; next < byLeft.length; next++) {
      const otherIndex = byLeft[next] ?? 0
      const other = drawn[otherIndex]
      if (!other || other.box.left >= right) break
      if (other.worker === one.worker || findRoot(parents, index) === findRoot(parents, otherIndex)) continue
      if (isCandidate(jaccardIndex(one.box, other.box), minOverlap))
        parents[findRoot(parents, otherIndex)] = findRoot(parents, index)
    }
  }
  const clusters = Map.groupBy(parents.keys(), (index) => findRoot(parents, index))
  return [...clusters.values()]
}

const leftAt = (drawn: readonly DrawnBox[], index: number): number => drawn[index]?.box.left ?? 0

const isCandidate = (overlap: number, minOverlap: number): boolean => overlap > 0 && overlap >= minOverlap

/** Returns the box that stands for the cluster that a box is in, and shortens the way to it (union-find). */
function findRoot(parents: number[], index: number): number {
  let root = index
  while (parents[root] !== root) {
    const parent = parents[root] ?? root
    parents[root] = parents[parent] ?? parent
    root = parent
  }
  return root
}

function linkCluster(
  drawn: readonly DrawnBox[],
  cluster: readonly number[],
  minOverlap: number,
): readonly (readonly number[])[] {
  if (cluster.length === 1) return [cluster]
  const boxes = cluster.flatMap((index) => drawn[index] ?? [])
  return linkBoxes(boxes, minOverlap).map((group) => group.flatMap((position) => cluster[position] ?? []))
}

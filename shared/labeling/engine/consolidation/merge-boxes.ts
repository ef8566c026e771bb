import { averageBoxes, type ClassBox, type ImageSize, jaccardIndex } from './boxes.ts'

/** A box that several workers agree on. */
export interface MergedBox extends ClassBox {
  /** 0 to 1; comparable only within one job. */
  readonly confidence: number
}

/** Jaccard index from which two boxes of one class belong to the same object. */
const MIN_SAME_OBJECT_OVERLAP = 0.5
/** The confidence of SageMaker's manifests where a single worker answered. */
const SINGLE_CONFIDENCE = 0.09

/** Boxes around one object, at most one of each worker. */
type Group = [ClassBox, ...ClassBox[]]

/**
 * Merges the boxes of several workers. Groups boxes of one class by their Jaccard index, drops groups of fewer than half
 * of the workers, and averages each of the others. A box that one worker alone drew is kept as drawn, bit for bit. Pure.
 * @param opinions the boxes of each worker, in an order that does not depend on chance: the first box of a group decides
 *   which other boxes join it
 * @param image undefined where its size is not known
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AnnotationConsolidationConfig.html
 */
export function mergeBoxes(
  opinions: readonly (readonly ClassBox[])[],
  image: ImageSize | undefined,
): readonly MergedBox[] {
  const groups: Group[] = []
  for (const boxes of opinions) {
    const open = new Set(groups)
    for (const box of boxes) {
      const group = findNearest(box, open)
      if (group) {
        open.delete(group)
        group.push(box)
      } else groups.push([box])
    }
  }
  return groups
    .filter((group) => group.length * 2 >= opinions.length)
    .map((group) => {
      const merged = group.length === 1 ? group[0] : averageBoxes(group, image)
      return { ...merged, confidence: scoreConfidence(merged, group, opinions.length) }
    })
}

function findNearest(box: ClassBox, groups: ReadonlySet<Group>): Group | undefined {
  let best: Group | undefined
  let bestOverlap = MIN_SAME_OBJECT_OVERLAP
  for (const group of groups) {
    const [first] = group
    const overlap = first.className === box.className ? jaccardIndex(first, box) : 0
    if (overlap < bestOverlap) continue
    best = group
    bestOverlap = overlap
  }
  return best
}

/** How well the boxes of a group fit their mean, times the share of the workers who drew one. */
function scoreConfidence(merged: ClassBox, group: Group, workers: number): number {
  if (workers === 1) return SINGLE_CONFIDENCE
  const fit = group.reduce((sum, box) => sum + jaccardIndex(merged, box), 0) / group.length
  return Math.round(fit * (group.length / workers) * 100) / 100
}

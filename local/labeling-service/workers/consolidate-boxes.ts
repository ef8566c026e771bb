import { clampToImage, type ImageSize, jaccardIndex, type LabeledBox } from '../objects/boxes.ts'

export interface ConsolidatedBox extends LabeledBox {
  /** 0 to 1; comparable only within one job. */
  readonly confidence: number
}

/** Jaccard index from which two boxes with the same label belong to the same object. */
const MIN_SAME_OBJECT_OVERLAP = 0.5
/** The confidence in real manifests if a single worker answered. */
const SINGLE_CONFIDENCE = 0.09

interface Group {
  readonly boxes: LabeledBox[]
}

/**
 * Consolidates the boxes of several workers. Groups boxes with the same label by Jaccard index and averages each group.
 * Drops groups of fewer than half of the workers.
 * @param answers one list per worker who answered
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AnnotationConsolidationConfig.html
 */
export function consolidateBoxes(
  answers: readonly (readonly LabeledBox[])[],
  image: ImageSize,
): readonly ConsolidatedBox[] {
  const groups: Group[] = []
  for (const boxes of answers) {
    const open = new Set(groups)
    for (const box of boxes) {
      const group = findNearest(box, open)
      if (group) {
        open.delete(group)
        group.boxes.push(box)
      } else groups.push({ boxes: [box] })
    }
  }
  return groups
    .filter(({ boxes }) => boxes.length * 2 >= answers.length)
    .map(({ boxes }) => {
      const average = averageBoxes(boxes, image)
      return { ...average, confidence: scoreConfidence(average, boxes, answers.length) }
    })
}

function findNearest(box: LabeledBox, groups: ReadonlySet<Group>): Group | undefined {
  let best: Group | undefined
  let bestOverlap = MIN_SAME_OBJECT_OVERLAP
  for (const group of groups) {
    const [first] = group.boxes
    const shared = first?.label === box.label ? jaccardIndex(first, box) : 0
    if (shared < bestOverlap) continue
    best = group
    bestOverlap = shared
  }
  return best
}

function averageBoxes(boxes: readonly LabeledBox[], image: ImageSize): LabeledBox {
  if (boxes.length === 1 && boxes[0]) return boxes[0] // not rounded, so that an unchanged box stays the same
  const mean = (read: (box: LabeledBox) => number) => boxes.reduce((sum, box) => sum + read(box), 0) / boxes.length
  const [left, top] = [mean((box) => box.left), mean((box) => box.top)]
  const [width, height] = [mean((box) => box.width), mean((box) => box.height)]
  return clampToImage({ label: boxes[0]?.label ?? '', left, top, width, height }, image)
}

function scoreConfidence(average: LabeledBox, boxes: readonly LabeledBox[], workers: number): number {
  if (workers === 1) return SINGLE_CONFIDENCE
  const fit = boxes.reduce((sum, box) => sum + jaccardIndex(average, box), 0) / boxes.length
  return Math.round(fit * (boxes.length / workers) * 100) / 100
}

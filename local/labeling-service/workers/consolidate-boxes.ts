import { inImage, type LabeledBox, overlap, type Pixels } from '../work/boxes.ts'

export interface ConsolidatedBox extends LabeledBox {
  /** 0 to 1; comparable within one job only. */
  readonly confidence: number
}

/** Boxes of two workers that share less are around different things. */
const SAME_OBJECT = 0.5
/** What real manifests have where a single worker answered. */
const SINGLE_CONFIDENCE = 0.09

interface Group {
  readonly boxes: LabeledBox[]
}

/**
 * One set of boxes from those of several workers: boxes of one label that share most by the Jaccard index are of one
 * object and are averaged; what fewer than half of the workers saw is dropped.
 * @param answers one list for each worker who answered
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AnnotationConsolidationConfig.html
 */
export function consolidateBoxes(
  answers: readonly (readonly LabeledBox[])[],
  image: Pixels,
): readonly ConsolidatedBox[] {
  const groups: Group[] = []
  for (const boxes of answers) {
    const open = new Set(groups)
    for (const box of boxes) {
      const group = nearest(box, open)
      if (group) {
        open.delete(group)
        group.boxes.push(box)
      } else groups.push({ boxes: [box] })
    }
  }
  return groups
    .filter(({ boxes }) => boxes.length * 2 >= answers.length)
    .map(({ boxes }) => {
      const average = averageOf(boxes, image)
      return { ...average, confidence: confidenceOf(average, boxes, answers.length) }
    })
}

function nearest(box: LabeledBox, groups: ReadonlySet<Group>): Group | undefined {
  let best: Group | undefined
  let most = SAME_OBJECT
  for (const group of groups) {
    const [first] = group.boxes
    const shared = first?.label === box.label ? overlap(first, box) : 0
    if (shared < most) continue
    best = group
    most = shared
  }
  return best
}

function averageOf(boxes: readonly LabeledBox[], image: Pixels): LabeledBox {
  if (boxes.length === 1 && boxes[0]) return boxes[0] // as it was drawn: an untouched box stays what it was
  const mean = (of: (box: LabeledBox) => number) => boxes.reduce((sum, box) => sum + of(box), 0) / boxes.length
  const [left, top] = [mean((box) => box.left), mean((box) => box.top)]
  const [width, height] = [mean((box) => box.width), mean((box) => box.height)]
  return inImage({ label: boxes[0]?.label ?? '', left, top, width, height }, image)
}

function confidenceOf(average: LabeledBox, boxes: readonly LabeledBox[], workers: number): number {
  if (workers === 1) return SINGLE_CONFIDENCE
  const fit = boxes.reduce((sum, box) => sum + overlap(average, box), 0) / boxes.length
  return Math.round(fit * (boxes.length / workers) * 100) / 100
}

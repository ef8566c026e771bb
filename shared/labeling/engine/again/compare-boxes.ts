import { type ClassBox, formatBox } from '../consolidation/boxes.ts'
import { type BoxPair, matchBoxes } from '../consolidation/match-boxes.ts'
import { sum } from '../consolidation/weights.ts'

/** Overlap from which two boxes are around the same object. */
const SAME_OBJECT_AT = 0.5

/** How the boxes of an image differ from earlier ones. */
export interface BoxChanges {
  /** Same class, identical edges. */
  readonly same: number
  /** Same class, and they overlap by half. */
  readonly moved: number
  /** They overlap by half. */
  readonly otherClass: number
  readonly added: number
  readonly removed: number
  /** Sum of the overlaps of those that are the same or moved: 1 for each that is the same. */
  readonly overlap: number
}

/**
 * Compares the boxes of an image with earlier ones, one to one. Boxes of the same class belong together before others do.
 * The order of the boxes changes nothing. Pure.
 */
export function compareWithBoxes(earlier: readonly ClassBox[], boxes: readonly ClassBox[]): BoxChanges {
  const same = pairIdentical(earlier, boxes)
  const moved = pairObjects(remove(earlier, same, 'box'), remove(boxes, same, 'other'))
  const paired = [...same, ...moved]
  const [left, leftOver] = [remove(earlier, paired, 'box'), remove(boxes, paired, 'other')]
  const otherClass = pairObjects(left.map(withoutClass), leftOver.map(withoutClass)).length
  return {
    same: same.length,
    moved: moved.length,
    otherClass,
    added: leftOver.length - otherClass,
    removed: left.length - otherClass,
    overlap: same.length + sum(moved.map(({ overlap }) => Math.min(overlap, 1))),
  }
}

type Pair = Pick<BoxPair, 'box' | 'other'>

/** Matches boxes with the same class and the same edges one to one. */
function pairIdentical(earlier: readonly ClassBox[], boxes: readonly ClassBox[]): readonly Pair[] {
  const left = Map.groupBy(boxes, formatBox)
  return earlier.flatMap((box) => {
    const other = left.get(formatBox(box))?.pop()
    return other ? [{ box, other }] : []
  })
}

const pairObjects = (earlier: readonly ClassBox[], boxes: readonly ClassBox[]): readonly BoxPair[] =>
  matchBoxes(earlier, boxes).filter(({ overlap }) => overlap >= SAME_OBJECT_AT)

/** Returns the boxes that are on no side of a pair. */
function remove(boxes: readonly ClassBox[], pairs: readonly Pair[], side: keyof Pair): readonly ClassBox[] {
  const paired = new Set(pairs.map((pair) => pair[side]))
  return boxes.filter((box) => !paired.has(box))
}

const withoutClass = (box: ClassBox): ClassBox => ({ ...box, className: '' })

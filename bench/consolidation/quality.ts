import type { ClassBox } from '../../shared/labeling/engine/consolidation/boxes.ts'
import { matchBoxes } from '../../shared/labeling/engine/consolidation/match-boxes.ts'
import type { Row } from '../report.ts'

/** How good the boxes of many images are, compared with what is on them. */
export interface Quality {
  /** Mean overlap of the objects that were found, 0 to 1. */
  readonly overlap: number
  /** Share of the objects that were found whose boxes overlap by 0.9 or more. */
  readonly close: number
  /** Share of the objects that were found. */
  readonly recall: number
  /** Boxes an image that show no object. */
  readonly falseBoxes: number
}

/** Overlap (intersection over union) from which an object is found. */
const FOUND = 0.5
const CLOSE = 0.9

/** Measures boxes against the truth. Pure. @param images at least one with an object that was found */
export function measureQuality(
  images: readonly { readonly truth: readonly ClassBox[]; readonly boxes: readonly ClassBox[] }[],
): Quality {
  const found = images
    .flatMap(({ truth, boxes }) => matchBoxes(boxes, truth).map(({ overlap }) => overlap))
    .filter((overlap) => overlap >= FOUND)
  const objects = images.flatMap(({ truth }) => truth).length
  const boxes = images.flatMap((image) => image.boxes).length
  return {
    overlap: mean(found),
    close: found.filter((overlap) => overlap >= CLOSE).length / found.length,
    recall: found.length / objects,
    falseBoxes: (boxes - found.length) / images.length,
  }
}

/** Returns the cells of a row: each measure on average, and on the worst seed. Pure. @param seeds at least one */
export function toQualityCells(seeds: readonly Quality[]): Row {
  const read = (measure: keyof Quality): readonly number[] => seeds.map((quality) => quality[measure])
  return {
    IoU: mean(read('overlap')),
    'worst IoU': Math.min(...read('overlap')),
    '≥ .9': mean(read('close')),
    'worst ≥ .9': Math.min(...read('close')),
    recall: mean(read('recall')),
    'worst recall': Math.min(...read('recall')),
    'false boxes': mean(read('falseBoxes')),
    'worst false': Math.max(...read('falseBoxes')),
  }
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

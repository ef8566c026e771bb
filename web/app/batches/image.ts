import type { Flag } from '../../../shared/contracts/flags.ts'
import type { Warning } from '../../../shared/contracts/warning.ts'
import { formatNoun } from '../frame/format.ts'
import { countNames, type Picture } from '../pictures/picture.ts'
import { FLAG_TEXTS, FLAGS } from './flag-texts.ts'

/** A box of a batch: corners as fractions of the image as stored, flags 1, 0 or -1 (unknown). */
export type BatchBox = Readonly<Record<Flag, number>> & {
  readonly className: string
  readonly classId: string
  readonly xMin: number
  readonly xMax: number
  readonly yMin: number
  readonly yMax: number
}

/** An image of a batch: an item of `GET /v1/batches/{batch}/images?links=true`. */
export interface BatchImage {
  readonly imageId: string
  readonly classNames: readonly string[]
  readonly source: string
  readonly destination: string
  readonly boxes: readonly BatchBox[]
  /** How its copy ended; absent until it was tried. */
  readonly copy?: string | undefined
  readonly reason?: string | undefined
  readonly bytes?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly warnings?: readonly Warning[] | undefined
  /** Address of the copy, valid for some minutes; absent where there is no good copy. */
  readonly link?: string | undefined
}

/** Returns an image with its boxes, to be drawn. Pure. */
export function toPicture(image: BatchImage, numbers: ReadonlyMap<string, number>): Picture {
  const { imageId, link, width, height, boxes } = image
  const size = width === undefined || height === undefined ? undefined : { width, height }
  return {
    id: imageId,
    link,
    size,
    boxes: size
      ? boxes.map(({ className, xMin, xMax, yMin, yMax }) => ({
          left: xMin * size.width,
          top: yMin * size.height,
          width: (xMax - xMin) * size.width,
          height: (yMax - yMin) * size.height,
          classNumber: numbers.get(className) ?? 0,
        }))
      : [],
    alt: `Image with ${countNames(boxes.map(({ className }) => className))}`,
    absence: explainAbsence(image),
  }
}

const COPY_TEXTS: Readonly<Record<string, string>> = {
  copied: 'Copied',
  present: 'Copied before',
  missing: 'Missing at its source',
  denied: 'Access denied',
  archived: 'In an archive',
  unusable: 'Not a picture that can be shown',
  conflict: 'Something else is in its place',
  failed: 'Copying failed',
  'copy-gone': 'The copy is gone',
  'copy-changed': 'The copy was replaced',
}

/** Says in words how the copy of an image ended. Outcomes may be added, so others are shown as they are. Pure. */
export const describeCopy = (copy: string | undefined): string =>
  copy === undefined ? 'Not copied yet' : (COPY_TEXTS[copy] ?? copy)

/** Says why an image cannot be seen. Pure. */
function explainAbsence({ copy, reason }: BatchImage): string {
  if (copy === 'copied' || copy === 'present') return 'Copied. Its link is not here yet.'
  return reason === undefined ? `${describeCopy(copy)}.` : `${describeCopy(copy)}: ${reason}`
}

/** Says which flags the boxes of an image have, and how many of them: `2 boxes occluded`. Pure. */
export const describeFlags = ({ boxes }: Pick<BatchImage, 'boxes'>): string[] =>
  FLAGS.flatMap((flag) => {
    const count = boxes.filter((box) => box[flag] === 1).length
    return count === 0 ? [] : [`${formatNoun(count, 'box', 'boxes')} ${FLAG_TEXTS[flag]}`]
  })

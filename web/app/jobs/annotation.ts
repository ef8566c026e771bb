import { formatNoun, formatShare } from '../frame/format.ts'
import { countNames, type Picture, type PictureBox } from '../pictures/picture.ts'

interface Corners {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A box of a result, in pixels; how it came about is known where several people were asked. */
export interface AnnotationBox extends Corners {
  readonly className?: string | undefined
  readonly classIndex: number
  readonly confidence?: number | undefined
  readonly workers?: readonly string[] | undefined
  readonly classVotes?: Readonly<Record<string, number>> | undefined
}

/** A box on which people differ. */
export interface DisputedBox extends Corners {
  readonly because: string
  readonly share: number
  readonly className: string
}

interface Opinion {
  readonly workerId: string
  readonly seconds: number
  readonly skill?: number | undefined
  readonly verdict?: string | undefined
}

/** A line of the result: an item of `GET /v1/labeling-jobs/{job}/annotations`. Its fields depend on `outcome`. */
export interface Annotation {
  readonly line: number
  readonly outcome: 'labeled' | 'verified' | 'failed' | 'unlabeled' | 'foreign' | 'unreadable'
  readonly sourceRef?: string | undefined
  readonly boxes?: readonly AnnotationBox[] | undefined
  readonly imageSize?: { readonly width: number; readonly height: number } | undefined
  readonly verdict?: string | undefined
  readonly reason?: string | undefined
  readonly opinions?: readonly Opinion[] | undefined
  readonly reviewer?: Opinion | undefined
  readonly check?: { readonly workerId: string; readonly answer: string } | undefined
  readonly disputes?: readonly DisputedBox[] | undefined
  /** Address of the image, valid for some minutes; absent where the line names something else than a copy. */
  readonly link?: string | undefined
}

/** Whether nobody has decided about an image on which people differ. Pure. */
export const isDisputed = ({ disputes = [], check, reviewer }: Annotation): boolean =>
  disputes.length > 0 || (check?.answer === 'incorrect' && reviewer === undefined)

/** Returns a result with its boxes, to be drawn. Boxes in dispute have gaps. Pure. */
export function toResultPicture(item: Annotation, numbers: ReadonlyMap<string, number>): Picture {
  const { line, boxes = [], disputes = [], imageSize, link } = item
  const toBox = ({
    left,
    top,
    width,
    height,
    className = '',
  }: Corners & { readonly className?: string | undefined }): PictureBox => ({
    ...{ left, top, width, height },
    classNumber: numbers.get(className) ?? 0,
  })
  return {
    id: String(line),
    link,
    size: imageSize,
    boxes: [...boxes.map(toBox), ...disputes.map((box) => ({ ...toBox(box), isDoubtful: true }))],
    alt: `Result: ${describeOutcome(item)}`,
    absence: 'The line names no copy of a batch, so there is no link to its image.',
  }
}

/** Says in words what a line of the result is. Pure. */
export function describeOutcome({ outcome, boxes = [], verdict, reason }: Annotation): string {
  switch (outcome) {
    case 'labeled':
      return boxes.length === 0
        ? 'none of the objects'
        : countNames(boxes.map(({ className }) => className ?? 'unknown class'))
    case 'verified':
      return `verdict ${verdict ?? 'unknown'}`
    case 'failed':
      return `failed: ${reason ?? 'no reason given'}`
    case 'unlabeled':
      return 'not labeled'
    default:
      return reason ?? outcome
  }
}

/** Says why people differ about a box. Pure. */
export const describeDispute = ({ because, className, share }: DisputedBox): string =>
  because === 'class'
    ? `Is it ${className}? ${formatShare(share)} of the weight say so.`
    : `A box of ${className} that ${formatShare(share)} of the weight drew.`

/** Says who labeled an image. Pure. */
export function describeOrigin({ opinions = [], reviewer, check }: Annotation): string {
  const parts = [
    opinions.length > 0 ? formatNoun(opinions.length, 'opinion') : '',
    reviewer ? 'decided by a reviewer' : '',
    check ? `checked: ${check.answer}` : '',
  ].filter((text) => text !== '')
  return parts.join(', ')
}

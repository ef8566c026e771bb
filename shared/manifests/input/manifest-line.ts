import type { ImageLine } from '../../batches/record/image-list.ts'
import { AppError } from '../../contracts/errors.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import type { Box } from '../../selection/engine/image-rows.ts'

/** A box in whole pixels, origin top left. */
export interface PixelBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Limits of the labeling service, in characters. */
export const MAX_LINE_CHARACTERS = 100_000
export const MAX_ATTRIBUTE_CHARACTERS = 20_000

/**
 * Converts Open Images corners to Ground Truth pixels. Pure.
 * @param box corners as fractions 0..1 of the image, origin top left
 * @param image width and height in pixels
 * @returns whole pixels, inside the image, at least 1 x 1
 * @throws AppError `bad-source` when a corner lies outside 0..1 or min exceeds max
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-bounding-box.html
 */
export function toPixelBox(
  { xMin, xMax, yMin, yMax }: Pick<Box, 'xMin' | 'xMax' | 'yMin' | 'yMax'>,
  image: { readonly width: number; readonly height: number },
): PixelBox {
  const [left, width] = toPixels(xMin, xMax, image.width)
  const [top, height] = toPixels(yMin, yMax, image.height)
  return { left, top, width, height }
}

function toPixels(min: number, max: number, size: number): [start: number, length: number] {
  if (!(min >= 0 && max <= 1 && min <= max))
    throw new AppError('bad-source', `Invalid box: ${min} to ${max} must lie within 0 to 1.`)
  const start = Math.min(Math.round(min * size), size - 1)
  return [start, Math.max(1, Math.round(max * size) - start)]
}

/** What a manifest has besides the images. */
export interface ManifestOptions {
  /** Label attribute for the known boxes; undefined for none. */
  readonly boxAttribute: string | undefined
  /** In request order: the position of a class is its `class_id`. */
  readonly classNames: readonly string[]
  /** When the boxes were selected, as the service writes times: without a zone. */
  readonly creationDate: string
  readonly dataset: string
}

/** Why an image with a good copy has no line in the manifest. */
export type UnfitReason = 'no-pixel-size' | 'attribute-too-long' | 'line-too-long'

/**
 * Returns the manifest's line for one image: what the labeling service reads, and keys that it passes through. Pure.
 * @param copy the image's good copy
 * @param facts license and author, if provenance was requested
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html
 */
export function manifestLine(
  image: ImageLine,
  copy: ImageCopy,
  facts: ImageFacts | undefined,
  options: ManifestOptions,
): { readonly line: string } | { readonly unfit: UnfitReason } {
  const boxes = options.boxAttribute === undefined ? {} : boxLabels(image, copy, options.boxAttribute, options)
  if (!boxes) return { unfit: 'no-pixel-size' }
  if (Object.values(boxes).some((value) => JSON.stringify(value).length > MAX_ATTRIBUTE_CHARACTERS))
    return { unfit: 'attribute-too-long' }
  const provenance = facts && { provenance: { 'image-id': image.imageId, dataset: options.dataset, ...facts } }
  const line = JSON.stringify({ 'source-ref': image.destination, ...boxes, ...provenance })
  return line.length > MAX_LINE_CHARACTERS ? { unfit: 'line-too-long' } : { line }
}

/** Returns the known boxes as a label attribute with its metadata, as the service itself writes them. */
function boxLabels(image: ImageLine, { width, height }: ImageCopy, attribute: string, options: ManifestOptions) {
  if (width === undefined || height === undefined) return undefined
  const toClassIndex = (className: string): number => options.classNames.indexOf(className)
  const annotations = image.boxes.map((box) => ({
    class_id: toClassIndex(box.className),
    ...toPixelBox(box, { width, height }),
  }))
  const present = options.classNames.filter((className) => image.boxes.some((box) => box.className === className))
  return {
    [attribute]: { annotations, image_size: [{ width, height, depth: 3 }] },
    [`${attribute}-metadata`]: {
      objects: annotations.map(() => ({ confidence: 1 })),
      'class-map': Object.fromEntries(present.map((className) => [String(toClassIndex(className)), className])),
      type: 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': options.creationDate,
      'job-name': `open-images/${options.dataset}`,
    },
  }
}

import type { ImageLine } from '../../batches/record/image-list.ts'
import { AppError } from '../../contracts/errors.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from '../../contracts/image-limits.ts'
import type { ImageCopy } from '../../copying/copy-image.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'
import type { Box } from '../../selection/engine/image-rows.ts'
import type { ClassIndexes } from './class-indexes.ts'
import type { Omission } from './omissions.ts'

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
  readonly classes: ClassIndexes
  /** When the boxes were selected, as the service writes times: without a zone. */
  readonly creationDate: string
  readonly dataset: string
}

/**
 * Returns the manifest's line for one image: what the labeling service reads, and keys that it passes through. Pure.
 * @param copy the image's good copy
 * @param facts license and author, if provenance was requested
 * @returns the line, or why the image has none
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html
 */
export function manifestLine(
  image: ImageLine,
  copy: ImageCopy,
  facts: ImageFacts | undefined,
  options: ManifestOptions,
): { readonly line: string } | Omission {
  if (options.boxAttribute !== undefined && image.boxCount !== undefined)
    return { outcome: 'attribute-too-long', reason: `it has ${toText(image.boxCount)} boxes, too many to be listed` }
  const boxes = options.boxAttribute === undefined ? {} : boxLabels(image, copy, options.boxAttribute, options)
  if (!boxes) return { outcome: 'no-pixel-size', reason: copy.reason ?? 'its size in pixels is unknown' }
  const characters = Math.max(0, ...Object.values(boxes).map((value) => JSON.stringify(value).length))
  if (characters > MAX_ATTRIBUTE_CHARACTERS)
    return {
      outcome: 'attribute-too-long',
      reason: `${image.boxes.length} boxes take ${toFigures(characters, MAX_ATTRIBUTE_CHARACTERS)}`,
    }
  const provenance = facts && { provenance: { 'image-id': image.imageId, dataset: options.dataset, ...facts } }
  const line = JSON.stringify({ 'source-ref': image.destination, ...boxes, ...provenance })
  if (line.length <= MAX_LINE_CHARACTERS) return { line }
  return { outcome: 'line-too-long', reason: `its line takes ${toFigures(line.length, MAX_LINE_CHARACTERS)}` }
}

const toFigures = (characters: number, max: number): string =>
  `${toText(characters)} of at most ${toText(max)} characters`

/** Returns the known boxes as a label attribute with its metadata, as the service itself writes them. */
function boxLabels(image: ImageLine, { width, height }: ImageCopy, attribute: string, options: ManifestOptions) {
  if (width === undefined || height === undefined) return undefined
  const { names, indexOf } = options.classes
  const annotations = image.boxes.map((box) => ({ class_id: indexOf(box), ...toPixelBox(box, { width, height }) }))
  const present = new Set(annotations.map(({ class_id }) => class_id))
  return {
    [attribute]: { annotations, image_size: [{ width, height, depth: 3 }] },
    [`${attribute}-metadata`]: {
      objects: annotations.map(() => ({ confidence: 1 })),
      'class-map': Object.fromEntries(
        names.flatMap((name, index) => (present.has(index) ? [[String(index), name]] : [])),
      ),
      type: 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': options.creationDate,
      'job-name': `open-images/${options.dataset}`,
    },
  }
}

/** Returns why an image is larger than the labeling service accepts; undefined where it is not, or its size is unknown. Pure. */
export function findExcess({ bytes = 0, width = 0, height = 0 }: Partial<ImageCopy>): Omission | undefined {
  if (bytes > MAX_IMAGE_BYTES)
    return { outcome: 'too-many-bytes', reason: `it has ${toText(bytes)} of at most ${toText(MAX_IMAGE_BYTES)} bytes` }
  if (width * height > MAX_IMAGE_PIXELS)
    return {
      outcome: 'too-many-pixels',
      reason: `its ${width} x ${height} pixels are ${toText(width * height)} of at most ${toText(MAX_IMAGE_PIXELS)}`,
    }
  return undefined
}

const toText = (count: number): string => count.toLocaleString('en-US')

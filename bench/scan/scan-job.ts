import { createHash } from 'node:crypto'

/** A scan for the images of classes. */
export interface ScanJob {
  /** Path of the file, unless it is to be downloaded from `url`. */
  readonly path: string
  readonly url?: string
  readonly classes: readonly { readonly className: string; readonly classIds: readonly string[] }[]
  /** Which of its methods the contender uses. */
  readonly way?: string
}

/** The result that all contenders must agree on: images per class, and a hash of their ids in file order. */
export interface ScanResult {
  readonly images: number[]
  readonly hash: string
}

/** Collects the images of each class in order of their first row. */
export function createCollector({ classes }: ScanJob) {
  const images = classes.map(() => new Set<string>())
  const numbers = new Map<string, number[]>()
  for (const [number, { classIds }] of classes.entries())
    for (const classId of classIds) numbers.set(classId, [...(numbers.get(classId) ?? []), number])
  return {
    wanted: numbers,
    add: (imageId: string, classId: string): void => {
      for (const number of numbers.get(classId) ?? []) images[number]?.add(imageId)
    },
    addTo: (number: number, imageId: string): void => void images[number]?.add(imageId),
    found: (): ScanResult => ({
      images: images.map(({ size }) => size),
      hash: createHash('sha256')
        .update(images.map((ids) => [...ids].join(',')).join('\n'))
        .digest('hex')
        .slice(0, 16),
    }),
  }
}

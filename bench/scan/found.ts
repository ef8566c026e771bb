import { createHash } from 'node:crypto'

/** What a scan is asked: which ids count as each class. */
export interface ScanJob {
  /** The file; where a `url` is given instead, it is downloaded first. */
  readonly path: string
  readonly url?: string
  readonly classes: readonly { readonly className: string; readonly classIds: readonly string[] }[]
  /** Which way of several the contender is to take. */
  readonly way?: string
}

/** What all contenders must agree on: how many images each class has, and a hash of their ids in file order. */
export interface Found {
  readonly images: number[]
  readonly hash: string
}

/** Gathers each class's images in order of their first row. */
export function gather({ classes }: ScanJob) {
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
    found: (): Found => ({
      images: images.map(({ size }) => size),
      hash: createHash('sha256')
        .update(images.map((ids) => [...ids].join(',')).join('\n'))
        .digest('hex')
        .slice(0, 16),
    }),
  }
}

/** A box over a picture, in pixels of the image as stored. */
export interface PictureBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Number of its class in the legend, from 1; 0 for a class that is not in it. */
  readonly classNumber: number
  /** A box that is not certain is drawn with gaps. */
  readonly isDoubtful?: boolean
}

/** An image with what is drawn over it. */
export interface Picture {
  /** Names the picture; unique in its list. */
  readonly id: string
  /** Address of the image, valid for some minutes; undefined where there is none. */
  readonly link: string | undefined
  /** As stored; undefined while nobody has looked at the image. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly boxes: readonly PictureBox[]
  /** What is on it, for those who do not see it. */
  readonly alt: string
  /** Said in place of an image that is not there. */
  readonly absence: string
}

/** How many looks there are for classes; they are repeated from then on, and the numbers tell them apart. */
const LOOKS = 8

/** Returns the look of a class: color and kind of line. Pure. @param classNumber from 1; 0 for none */
export const toLook = (classNumber: number): string =>
  classNumber === 0 ? 'look-none' : `look-${((classNumber - 1) % LOOKS) + 1}`

/** Numbers classes from 1, in their order; of a name that occurs twice, the first counts. Pure. */
export function numberClasses(classNames: readonly string[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const name of classNames) if (!numbers.has(name)) numbers.set(name, numbers.size + 1)
  return numbers
}

/** Counts names in a sentence: `2 Person, 1 Tire`; `no boxes` for none. Pure. */
export function countNames(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts.size === 0 ? 'no boxes' : [...counts].map(([name, count]) => `${count} ${name}`).join(', ')
}

/** Returns which picture a key leads to; undefined for keys that do something else. Pure. */
export function pictureByKey(key: string, index: number, count: number): number | undefined {
  if (key === 'ArrowLeft') return Math.max(0, index - 1)
  if (key === 'ArrowRight') return Math.min(count - 1, index + 1)
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}

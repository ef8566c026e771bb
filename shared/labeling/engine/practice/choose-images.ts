import { createHash } from 'node:crypto'

/**
 * Returns the images that a worker practices with: those that rendezvous hashing prefers, so that the same worker always
 * gets the same ones, and others get others where there are enough. In order of lines. Pure.
 */
export function choosePracticeImages<Image extends { readonly line: number }>(
  images: readonly Image[],
  worker: string,
  count: number,
): readonly Image[] {
  const weigh = ({ line }: Image): string => createHash('sha256').update(`${worker}\n${line}`).digest('hex')
  return images
    .map((image) => ({ image, weight: weigh(image) }))
    .toSorted((one, other) => (one.weight > other.weight ? -1 : 1))
    .slice(0, count)
    .map(({ image }) => image)
    .toSorted((one, other) => one.line - other.line)
}

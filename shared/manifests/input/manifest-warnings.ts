import type { Warning } from '../../contracts/warning.ts'
import type { ClassIndexes } from './class-indexes.ts'

const MAX_SHOWN_IDS = 20

/**
 * Returns the warnings about the lines of a manifest. Pure.
 * @param tooLarge ids of images that have a line although they are larger than the labeling service accepts
 */
export function findImageWarnings(lines: number, tooLarge: readonly string[]): Warning[] {
  const warnings: Warning[] = []
  if (lines === 0)
    warnings.push({ code: 'empty-manifest', message: 'The manifest has no line, as the batch has no image.' })
  const [shown, more] = [tooLarge.slice(0, MAX_SHOWN_IDS).join(', '), tooLarge.length - MAX_SHOWN_IDS]
  if (tooLarge.length > 0)
    warnings.push({
      code: 'images-too-large',
      message: `Images that are larger than the labeling service accepts have a line, but labeling jobs leave them out: ${shown}${more > 0 ? ` and ${more} more` : ''}.`,
    })
  return warnings
}

/** Returns a warning for each name that several classes have. Pure. */
export const findClassWarnings = ({ shared, names }: Pick<ClassIndexes, 'shared' | 'names'>): Warning[] =>
  shared.map((name) => ({
    code: 'same-class-name',
    message: `Several classes are called "${name}". The manifest calls them ${names.filter((one) => one.startsWith(`${name} (`)).join(' and ')}.`,
  }))

import type { Warning } from '../../contracts/warning.ts'
import type { ClassDescription } from '../../open-images/class-descriptions.ts'
import type { ClassList } from '../../open-images/class-list.ts'
import { foldName } from '../../open-images/fold-name.ts'
import type { DatasetCounts } from './count-classes.ts'
import { FILE_NAMES } from './import-plan.ts'
import type { SliceReceipts } from './packed-digits.ts'

/** Codes of the warnings of an import, a closed list. */
type ImportWarningCode = 'unnamed-classes' | 'unlisted-classes' | 'same-named-classes' | 'missing-licenses'

interface ImportWarning extends Warning {
  readonly code: ImportWarningCode
}

/** Classes that a message names. A published list lacks 37. */
const MAX_NAMED = 50

/**
 * Returns what an import found that is valid, but may not be intended: classes that can be requested only by id, and images
 * without a license. Pure.
 * @param boxes receipts of all slices of the box file
 */
export function toImportWarnings(counted: DatasetCounts, boxes: SliceReceipts): ImportWarning[] {
  const { list } = counted
  const unnamed = list.unlisted.filter(({ classId }) => !list.names.has(classId))
  const unlisted = list.unlisted.filter(({ classId }) => list.names.has(classId))
  const showRows = describeRows(counted, boxes)
  return [
    ...classWarning('unnamed-classes', FILE_NAMES.classDescriptions, unnamed, showRows),
    ...classWarning('unlisted-classes', FILE_NAMES.boxableClassDescriptions, unlisted, showRows),
    ...sameNameWarning(list),
    ...licenseWarning(counted),
  ]
}

function classWarning(
  code: ImportWarningCode,
  fileName: string,
  classes: readonly ClassDescription[],
  showRows: (classId: string) => string,
): ImportWarning[] {
  if (classes.length === 0) return []
  const shown = joinSome(classes.map(({ classId }) => `${classId} (${showRows(classId)})`))
  const [count, them] = classes.length === 1 ? ['a class', 'it'] : [`${classes.length} classes`, 'them']
  return [{ code, message: `Boxes have ${count} that ${fileName} lacks; request ${them} by id: ${shown}.` }]
}

function sameNameWarning({ boxable, unlisted }: ClassList): ImportWarning[] {
  const groups = [...Map.groupBy([...boxable, ...unlisted], ({ className }) => foldName(className)).values()]
  const sameNamed = groups.filter(({ length }) => length > 1)
  if (sameNamed.length === 0) return []
  const count = sameNamed.reduce((sum, { length }) => sum + length, 0)
  const shown = joinSome(
    sameNamed.map((classes) => `${classes[0]?.className} (${classes.map(({ classId }) => classId).join(', ')})`),
  )
  return [
    { code: 'same-named-classes', message: `${count} classes must be requested by id, as they share names: ${shown}.` },
  ]
}

function licenseWarning({ counts: { imageCount }, coverage }: DatasetCounts): ImportWarning[] {
  if (!coverage || coverage.licenses === imageCount) return []
  const { images, licenses } = coverage
  const reasons = [
    ...(images < imageCount ? [`${showCount(imageCount - images)} no row`] : []),
    ...(licenses < images ? [`${showCount(images - licenses)} a row without a license`] : []),
  ]
  const message = `${FILE_NAMES.images} has licenses for ${licenses} of ${imageCount} images: ${reasons.join(', ')}.`
  return [{ code: 'missing-licenses', message }]
}

/** Returns a function that says how many rows a class has, and where the first one is. */
function describeRows({ counts }: DatasetCounts, boxes: SliceReceipts): (classId: string) => string {
  const firstLines = findFirstLines(boxes)
  return (classId) => {
    const rows = counts.classes[classId]?.boxes ?? 0
    const line = firstLines.get(classId)
    return `${rows} ${rows === 1 ? 'row' : 'rows'}${line === undefined ? '' : `, first in line ${line}`}`
  }
}

/** Returns the line of the first row of each class. Unknown for slices that an older version checked. */
function findFirstLines(boxes: SliceReceipts): Map<string, number> {
  const firstLines = new Map<string, number>()
  // Line 1 is the header.
  let line = 2
  for (const { classes, lines } of boxes.values()) {
    for (const { classId, firstLine } of classes)
      if (firstLine !== undefined && !firstLines.has(classId)) firstLines.set(classId, line + firstLine)
    line += lines
  }
  return firstLines
}

const showCount = (count: number): string => `${count} ${count === 1 ? 'has' : 'have'}`

const joinSome = (texts: readonly string[]): string =>
  texts.slice(0, MAX_NAMED).join(', ') + (texts.length > MAX_NAMED ? ` and ${texts.length - MAX_NAMED} more` : '')

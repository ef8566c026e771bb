/** The flags of a box: names in JSON, and names in the CSV header. */
export const FLAGS = {
  isOccluded: 'IsOccluded',
  isTruncated: 'IsTruncated',
  isGroupOf: 'IsGroupOf',
  isDepiction: 'IsDepiction',
  isInside: 'IsInside',
} as const
export type Flag = keyof typeof FLAGS
export const FLAG_NAMES: readonly Flag[] = ['isOccluded', 'isTruncated', 'isGroupOf', 'isDepiction', 'isInside']

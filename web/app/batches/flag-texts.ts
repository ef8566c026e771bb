import type { Flag } from '../../../shared/contracts/flags.ts'

/** What Open Images says about a box by each flag. */
export const FLAG_TEXTS: Readonly<Record<Flag, string>> = {
  isOccluded: 'occluded',
  isTruncated: 'truncated',
  isGroupOf: 'group of',
  isDepiction: 'depiction',
  isInside: 'inside',
}

/** The flags, in the order of the files. */
export const FLAGS = Object.keys(FLAG_TEXTS) as readonly Flag[]

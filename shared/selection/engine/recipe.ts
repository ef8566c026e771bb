import { createHash } from 'node:crypto'
import type { Criteria } from '../../contracts/criteria.ts'

/**
 * Names a deal: two people with the same recipe hold batches of the same deal, in whatever account.
 * SHA-256 over the canonical JSON of what decides it; which batch of the deal one takes does not.
 * @param contentHash of the box CSV
 */
export function computeRecipe(contentHash: string, criteria: Criteria): string {
  const decides = {
    contentHash,
    classes: criteria.classes.map(({ classIds }) => classIds),
    excludeFlags: [...new Set(criteria.excludeFlags)].sort(),
    skipImages: [...new Set(criteria.skipImages)].sort(),
    examplesPerClass: criteria.examplesPerClass,
    allocation: criteria.allocation,
  }
  return `sha256-${createHash('sha256').update(JSON.stringify(decides)).digest('hex')}`
}

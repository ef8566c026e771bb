import { createHash } from 'node:crypto'
import type { Criteria } from '../../contracts/criteria.ts'

/**
 * Computes the recipe of a deal: a SHA-256 over the canonical JSON of everything that decides it. Batches with the same
 * recipe, in any account, are shares of the same deal. The batch offset is not part of it. Pure.
 * @param contentHash of the box CSV
 */
export function computeRecipe(contentHash: string, criteria: Criteria): string {
  const input = {
    contentHash,
    classes: criteria.classes.map(({ classIds }) => classIds),
    excludeFlags: [...new Set(criteria.excludeFlags)].sort(),
    skipImages: [...new Set(criteria.skipImages)].sort(),
    examplesPerClass: criteria.examplesPerClass,
    allocation: criteria.allocation,
  }
  return `sha256-${createHash('sha256').update(JSON.stringify(input)).digest('hex')}`
}

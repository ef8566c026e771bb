import { readFileSync } from 'node:fs'
import { findDescendants, parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { PLATE, TIRE } from '../data/shares.ts'
import type { ScanJob } from './found.ts'

const VEHICLE = '/m/07yv9'

/** Two classes of one id each: rare ones, so that nearly every row is passed over. */
export const TWO_CLASSES: ScanJob['classes'] = [
  { className: 'Tire', classIds: [TIRE] },
  { className: 'Vehicle registration plate', classIds: [PLATE] },
]

/** A class with all classes below it, by the published hierarchy: a row in twenty counts. */
export function vehicleClass(): ScanJob['classes'] {
  const file = new URL('../../local/sample-data/labels-hierarchy.json', import.meta.url)
  const hierarchy = parseHierarchy(readFileSync(file), 'labels-hierarchy.json')
  return [{ className: 'Vehicle', classIds: findDescendants(hierarchy, VEHICLE, { includeParts: false }) }]
}

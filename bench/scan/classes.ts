import { readFileSync } from 'node:fs'
import { findDescendants, parseHierarchy } from '../../shared/open-images/hierarchy.ts'
import { PLATE, TIRE } from '../data/shares.ts'
import type { ScanJob } from './scan-job.ts'

const VEHICLE = '/m/07yv9'

/** Two rare classes with one id each, so that almost every row is skipped. */
export const TWO_CLASSES: ScanJob['classes'] = [
  { className: 'Tire', classIds: [TIRE] },
  { className: 'Vehicle registration plate', classIds: [PLATE] },
]

/** Returns a class with all its subclasses, which matches one row in twenty. */
export function vehicleClass(): ScanJob['classes'] {
  const file = new URL('../../local/sample-data/labels-hierarchy.json', import.meta.url)
  const hierarchy = parseHierarchy(readFileSync(file), 'labels-hierarchy.json')
  return [{ className: 'Vehicle', classIds: findDescendants(hierarchy, VEHICLE, { includeParts: false }) }]
}

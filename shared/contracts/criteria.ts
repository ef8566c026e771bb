import * as z from 'zod'
import type { Flag } from './flags.ts'

/** How batches divide a class's images: `disjoint`, no image in two batches; `window`, consecutive windows of each class's list. */
export const Allocation = z.enum(['disjoint', 'window'])
export type Allocation = z.infer<typeof Allocation>

/** A requested class: its name, its id, and the ids of its subclasses. */
export interface RequestedClass {
  readonly className: string
  readonly classIds: readonly string[]
}

/** The criteria of a selection, with all classes resolved. */
export interface Criteria {
  /** In request order. */
  readonly classes: readonly RequestedClass[]
  readonly examplesPerClass: number
  /** Index of the batch, from 0. */
  readonly batchOffset: number
  readonly allocation: Allocation
  readonly skipImages: readonly string[]
  /** Boxes with one of these flags set to 1 are ignored. Unknown (-1) does not count as set. */
  readonly excludeFlags: readonly Flag[]
}

/** Maps each requested class id to the indexes of the requested classes that it counts for, in request order. Pure. */
export function classesById(classes: readonly RequestedClass[]): Map<string, number[]> {
  const byId = new Map<string, number[]>()
  for (const [number, { classIds }] of classes.entries()) {
    for (const classId of classIds) {
      const numbers = byId.get(classId)
      if (numbers) numbers.push(number)
      else byId.set(classId, [number])
    }
  }
  return byId
}

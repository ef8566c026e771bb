import * as z from 'zod'
import type { Flag } from './flags.ts'

/** How batches share out a class's images: no image twice, or a plain window on each class's own list. */
export const Allocation = z.enum(['disjoint', 'window'])
export type Allocation = z.infer<typeof Allocation>

/** A requested class: its name and the ids that count as it, itself first. */
export interface WantedClass {
  readonly className: string
  readonly classIds: readonly string[]
}

/** What a selection is asked for, resolved: nothing is left to look up. */
export interface Criteria {
  /** In request order. */
  readonly classes: readonly WantedClass[]
  readonly examplesPerClass: number
  /** Counts batches, from 0. */
  readonly batchOffset: number
  readonly allocation: Allocation
  readonly skipImages: readonly string[]
  /** Boxes whose flag is 1 are as if they were not there; unknown (-1) is not 1. */
  readonly excludeFlags: readonly Flag[]
}

/** Every wanted class id with the number of the first requested class that it counts for, and all of them. */
export function classesById(classes: readonly WantedClass[]): Map<string, number[]> {
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

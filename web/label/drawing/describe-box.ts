import type { DrawnBox } from './drawing.ts'
import type { Box } from './geometry.ts'

/** Returns the boxes as one reads: from top to bottom, and from left to right where they overlap in height by half. Pure. */
export function inReadingOrder<B extends Box>(boxes: readonly B[]): B[] {
  const rows: B[][] = []
  for (const box of boxes.toSorted((one, other) => one.top - other.top || one.left - other.left)) {
    const row = rows.find(([first]) => first !== undefined && isBeside(first, box))
    if (row) row.push(box)
    else rows.push([box])
  }
  return rows.flatMap((row) => row.toSorted((one, other) => one.left - other.left))
}

const isBeside = (one: Box, other: Box): boolean => {
  const overlap = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top)
  return overlap > 0.5 * Math.min(one.height, other.height)
}

/** Describes a box for those who cannot see it: `Dog, box 2 of 5, 120 by 80`. Pure. */
export const describeBox = ({ className, width, height, isLocked }: DrawnBox, number: number, count: number): string =>
  `${className}, box ${number} of ${count}, ${Math.round(width)} by ${Math.round(height)}${isLocked ? ', locked' : ''}`

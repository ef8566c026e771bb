import type { Drawing } from './drawing.ts'

const SIDES = ['top', 'left', 'bottom', 'right'] as const

/** Says how to go on with what was begun and is not held down; undefined when nothing was. Pure. */
export function describeGesture({ gesture, isPanning }: Pick<Drawing, 'gesture' | 'isPanning'>): string | undefined {
  if (isPanning) return 'The pointer moves the image until “Hand” is off.'
  if (gesture.kind === 'corners' && gesture.how === 'clicks') return 'Click on the opposite corner, or undo to cancel.'
  if (gesture.kind === 'extremes') {
    const left = 4 - gesture.points.length
    return `${left} more ${left === 1 ? 'point' : 'points'} on the edge of the object, or undo to cancel.`
  }
  if (gesture.kind === 'sides') return `Still to set: ${SIDES.filter((side) => !(side in gesture.sides)).join(', ')}.`
  if (gesture.kind === 'change' && !gesture.isHeld) return 'Click where it belongs, or undo to cancel.'
  return undefined
}

import { describe, expect, it } from '@jest/globals'
import { findNearestNames } from '../../shared/open-images/nearest-names.ts'
import { boxable } from '../support/fixtures/published.ts'

const names = boxable.map(({ className }) => className)

describe('findNearestNames', () => {
  it.each([
    ['tyre', ['Tire']],
    ['Dogs', ['Dog']],
    ['traffic sing', ['Traffic sign', 'Traffic light']],
    ['license plate', ['Plate', 'Vehicle registration plate']],
    ['motorbike', ['Motorcycle']],
    ['qwertyuiop', []],
    ['', []],
  ])('suggests for %j the names %j', (name, nearest) => {
    expect(findNearestNames(name, names)).toEqual(nearest)
  })

  it('suggests at most five names, best first', () => {
    expect(findNearestNames('human', names)).toEqual(['Human arm', 'Human ear', 'Human eye', 'Human leg', 'Human body'])
  })

  it('does not depend on the order of the names', () => {
    expect(findNearestNames('human', names.toReversed())).toEqual(findNearestNames('human', names))
  })
})

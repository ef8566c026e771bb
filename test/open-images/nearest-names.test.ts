import { describe, expect, it } from '@jest/globals'
import { nearestNames } from '../../shared/open-images/nearest-names.ts'
import { boxable } from '../support/fixtures/published.ts'

const names = boxable.map(({ className }) => className)

describe('nearestNames', () => {
  it.each([
    ['tyre', ['Tire']],
    ['Dogs', ['Dog']],
    ['traffic sing', ['Traffic sign', 'Traffic light']],
    ['license plate', ['Plate', 'Vehicle registration plate']],
    ['motorbike', ['Motorcycle']],
    ['qwertyuiop', []],
    ['', []],
  ])('is, for %j, %j', (name, nearest) => {
    expect(nearestNames(name, names)).toEqual(nearest)
  })

  it('gives five at most, the best first', () => {
    expect(nearestNames('human', names)).toEqual(['Human arm', 'Human ear', 'Human eye', 'Human leg', 'Human body'])
  })

  it('does not depend on the order of the names', () => {
    expect(nearestNames('human', names.toReversed())).toEqual(nearestNames('human', names))
  })
})

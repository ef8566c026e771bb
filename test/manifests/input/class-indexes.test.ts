import { describe, expect, it } from '@jest/globals'
import { toClassIndexes } from '../../../shared/manifests/input/class-indexes.ts'
import { findClassWarnings } from '../../../shared/manifests/input/manifest-warnings.ts'

const bird = { className: 'Crane', classIds: ['/m/05', '/m/07'] }
const machine = { className: 'Crane', classIds: ['/m/06'] }
const cat = { className: 'Cat', classIds: ['/m/01'] }

describe('the classes of a manifest', () => {
  it.each([
    ['its own class', [bird, cat, machine], '/m/05', 'Crane', 0],
    ['the other class of that name', [bird, cat, machine], '/m/06', 'Crane', 2],
    ['a subclass', [machine, bird], '/m/07', 'Crane', 1],
    ['an id that several have: the first', [machine, { ...bird, classIds: ['/m/05', '/m/06'] }], '/m/06', 'Crane', 0],
    ['a name that only one class has', [cat, bird], '/m/9', 'Cat', 0],
  ])('number a box by its class id when classes share a name: %s', (_, classes, classId, className, expected) => {
    expect(toClassIndexes(classes).indexOf({ className, classId })).toBe(expected)
  })

  it('have different names, with the id where several classes share one', () => {
    const { names, shared } = toClassIndexes([bird, cat, machine])
    expect(names).toEqual(['Crane (/m/05)', 'Cat', 'Crane (/m/06)'])
    expect(shared).toEqual(['Crane'])
  })

  it('keep their names where all are different', () => {
    expect(toClassIndexes([bird, cat])).toMatchObject({ names: ['Crane', 'Cat'], shared: [] })
  })

  it('are warned about once for each name that several have', () => {
    expect(findClassWarnings(toClassIndexes([bird, cat, machine]))).toMatchObject([{ code: 'same-class-name' }])
    expect(findClassWarnings(toClassIndexes([bird, cat]))).toEqual([])
  })
})

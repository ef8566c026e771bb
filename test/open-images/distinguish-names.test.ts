import { describe, expect, it } from '@jest/globals'
import { distinguishNames } from '../../shared/open-images/resolve-classes.ts'

const named = (...names: string[]) =>
  distinguishNames(names.map((className, number) => ({ className, classId: `/m/0${number}` }))).map(
    ({ className }) => className,
  )

describe('distinguishNames', () => {
  it.each([
    ['names that differ', ['Crane', 'Heron'], ['Crane', 'Heron']],
    ['two of the same name', ['Crane', 'Heron', 'Crane'], ['Crane (/m/00)', 'Heron', 'Crane (/m/02)']],
    ['three of the same name', ['A', 'A', 'A'], ['A (/m/00)', 'A (/m/01)', 'A (/m/02)']],
    ['names that differ in case only', ['crane', 'Crane'], ['crane (/m/00)', 'Crane (/m/01)']],
    ['names that differ in composition only', ['Cafe\u0301', 'Caf\u00e9'], ['Cafe\u0301 (/m/00)', 'Caf\u00e9 (/m/01)']],
    [
      'a class that has the name which another one gets',
      ['A', 'A', 'A (/m/00)'],
      ['A (/m/00) (/m/00)', 'A (/m/01)', 'A (/m/00) (/m/02)'],
    ],
    ['one class', ['Crane'], ['Crane']],
  ])('keeps apart %s', (_, names, distinct) => {
    expect(named(...names)).toEqual(distinct)
  })
})

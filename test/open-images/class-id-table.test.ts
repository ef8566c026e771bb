import { describe, expect, it } from '@jest/globals'
import { classIdTable } from '../../shared/open-images/class-id-table.ts'
import { boxable, descriptions } from '../support/fixtures/published.ts'

const find = (table: ReturnType<typeof classIdTable>, text: string) => {
  const bytes = Buffer.from(`--${text}--`)
  return table.find(bytes, 2, bytes.length - 2)
}

describe('classIdTable', () => {
  it('numbers the published classes in the given order, and finds no others', () => {
    const known = new Set(boxable.map(({ classId }) => classId))
    const table = classIdTable([...known])
    expect(boxable.map(({ classId }) => find(table, classId))).toEqual(boxable.map((_, number) => number))
    for (const { classId } of descriptions) if (!known.has(classId)) expect(find(table, classId)).toBe(-1)
  })
  it('distinguishes ids with a common prefix', () => {
    const table = classIdTable(['/m/0a', '/m/0ab'])
    expect(['/m/0a', '/m/0ab', '/m/0', '/m/0abc', ''].map((id) => find(table, id))).toEqual([0, 1, -1, -1, -1])
  })
  it('grows as ids are added', () => {
    const table = classIdTable(['/m/0a'])
    const more = Array.from({ length: 1000 }, (_, number) => `/g/11${number.toString(36)}`)
    expect(more.map((id) => table.add(id))).toEqual(more.map((_, number) => number + 1))
    expect(['/m/0a', ...more].map((id) => find(table, id))).toEqual([...Array(1001).keys()])
    expect(table.classIds).toEqual(['/m/0a', ...more])
    expect(find(table, '/g/12')).toBe(-1)
  })
  it('finds nothing in an empty table', () => {
    expect(find(classIdTable([]), '/m/0a')).toBe(-1)
  })
})

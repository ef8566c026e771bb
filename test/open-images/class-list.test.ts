import { describe, expect, it } from '@jest/globals'
import { buildClassList } from '../../shared/open-images/class-list.ts'
import { foldName } from '../../shared/open-images/fold-name.ts'
import { boxable, descriptions, hierarchy, published } from '../support/fixtures/published.ts'

describe('buildClassList', () => {
  it('indexes 274 published names that belong to several ids', () => {
    expect([...published.allByName.values()].filter((classes) => classes.length > 1)).toHaveLength(274)
    expect([...published.byName.values()].filter((classes) => classes.length > 1)).toEqual([])
  })

  it('treats classes of the full list that occur in the hierarchy as boxable when there is no boxable file', () => {
    const list = buildClassList({ descriptions, hierarchy })
    const sorted = (ids: readonly { classId: string }[]) => ids.map(({ classId }) => classId).sort()
    expect(sorted(list.boxable)).toEqual(sorted(boxable))
  })

  it('treats a class with boxes that is not in the hierarchy as boxable when there is no boxable file', () => {
    const list = buildClassList({
      descriptions: [...descriptions.slice(0, 3), { classId: '/m/mine', className: 'Mine' }, ...boxable.slice(0, 1)],
      hierarchy,
      counted: new Set(['/m/mine']),
    })
    expect(list.boxable.map(({ className }) => className)).toContain('Mine')
  })

  it('contains the root as a group that is named by its id and not boxable', () => {
    expect(published.byId.get('/m/0bl9f')).toEqual({ classId: '/m/0bl9f', className: '/m/0bl9f' })
    expect(published.byId.size).toBe(602)
    expect(published.boxable).toHaveLength(601)
    expect(published.names.has('/m/0bl9f')).toBe(false)
  })

  it('creates no group for a class without boxable subclasses', () => {
    const list = buildClassList({ descriptions, boxable: boxable.slice(0, 1), hierarchy })
    expect(list.byId.has(boxable[0]!.classId)).toBe(true)
    expect(list.byId.has('/m/0h9mv')).toBe(false)
  })

  it('rejects files that do not belong together', () => {
    const others = [{ classId: '/m/zzz', className: 'Other' }]
    expect(() => buildClassList({ descriptions: others, hierarchy })).toThrow(
      expect.objectContaining({ code: 'bad-source' }),
    )
  })
})

describe('foldName', () => {
  it('maps different spellings of a name to the same text', () => {
    expect(foldName(' CAFE\u0301 ')).toBe(foldName('café'))
  })
})

import { describe, expect, it } from '@jest/globals'
import {
  compareSpecificity,
  decodePath,
  expandPath,
  parsePathTemplate,
  splitPath,
} from '../../../shared/platform/http/path.ts'

const match = (template: string, path: string) => parsePathTemplate(template).match(splitPath(path))

describe('parsePathTemplate', () => {
  it('lists the parameters in their order', () => {
    expect(parsePathTemplate('/v1/webhooks/{webhook}/deliveries/{delivery}').params).toEqual(['webhook', 'delivery'])
    expect(parsePathTemplate('/health').params).toEqual([])
  })

  it('matches literal segments exactly and returns the parameters', () => {
    expect(match('/health', '/health')).toEqual({})
    expect(match('/v1/batches/{batch}/copy', '/v1/batches/tires/copy')).toEqual({ batch: 'tires' })
  })

  it.each(['/v1/batches', '/v1/batches/', '/v1/batches/a/b', '/V1/batches/a', '/v1/batch/a', ''])(
    'does not match a path of another shape: %j',
    (path) => {
      expect(match('/v1/batches/{batch}', path)).toBeUndefined()
    },
  )

  it('matches a parameter to one decoded segment, even if it contains a slash', () => {
    expect(parsePathTemplate('/v1/batches/{batch}').match(['v1', 'batches', 'a/b'])).toEqual({ batch: 'a/b' })
  })
})

describe('compareSpecificity', () => {
  it('sorts literal segments before parameters, with the first segment most significant', () => {
    const templates = ['/{a}/{b}', '/{a}/x', '/x/{b}', '/x/y'].map(parsePathTemplate)
    expect(templates.toSorted(compareSpecificity).map(({ template }) => template)).toEqual([
      '/x/y',
      '/x/{b}',
      '/{a}/x',
      '/{a}/{b}',
    ])
  })

  it('considers templates equal that differ only in parameter names', () => {
    expect(compareSpecificity(parsePathTemplate('/a/{b}'), parsePathTemplate('/a/{c}'))).toBe(0)
  })
})

describe('decodePath', () => {
  it('decodes each segment after splitting', () => {
    expect(decodePath('/a%2Fb/%C3%A9/')).toEqual(['a/b', 'é', ''])
  })

  it('returns undefined for malformed percent-encoding', () => {
    expect(decodePath('/a/%zz')).toBeUndefined()
  })
})

describe('expandPath', () => {
  it('replaces every parameter with its value', () => {
    expect(expandPath('/v1/{a}/x/{b}', (name) => `<${name}>`)).toBe('/v1/<a>/x/<b>')
  })
})

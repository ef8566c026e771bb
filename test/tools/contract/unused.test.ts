import { describe, expect, it } from '@jest/globals'
import { removeUnused } from '../../../tools/contract/unused.ts'

const refer = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })

describe('removeUnused', () => {
  it('keeps what is used, also by way of others, and removes the rest', () => {
    const { components } = removeUnused({
      paths: { '/a': { get: { responses: { 404: refer('responses', 'missing') } } } },
      components: {
        responses: { missing: { schema: refer('schemas', 'Problem') }, unused: { schema: refer('schemas', 'Lost') } },
        schemas: {
          Problem: { items: refer('schemas', 'Issue') },
          Issue: {},
          Lost: {},
          Circle: refer('schemas', 'Circle'),
        },
        securitySchemes: { token: {} },
      },
    })
    expect(components.responses).toEqual({ missing: { schema: refer('schemas', 'Problem') } })
    expect(Object.keys(components.schemas)).toEqual(['Problem', 'Issue'])
    expect(components.securitySchemes).toEqual({ token: {} })
  })
})

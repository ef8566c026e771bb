import { describe, expect, it } from '@jest/globals'
import { moveDefaults } from '../../../tools/contract/defaults.ts'

const toSchemas = (field: object) => ({ components: { schemas: { Request: { properties: { field } } } } })

describe('moveDefaults', () => {
  it.each([
    ['a text', { type: 'string', default: 'auto' }, { type: 'string', description: 'Default: `auto`.' }],
    ['a list', { type: 'array', default: [] }, { type: 'array', description: 'Default: `[]`.' }],
    [
      'a described number',
      { type: 'integer', default: 0, description: 'From 0' },
      { type: 'integer', description: 'From 0. Default: `0`.' },
    ],
    ['a reference', { $ref: '#/x', default: 'a' }, { $ref: '#/x', description: 'Default: `a`.' }],
  ])('moves the default of %s into its description', (_, field, moved) => {
    expect(moveDefaults(toSchemas(field))).toEqual(toSchemas(moved))
  })

  it('keeps a field that is called default', () => {
    const document = toSchemas({ type: 'object', properties: { default: { type: 'string' } } })
    expect(moveDefaults(document)).toEqual(document)
  })

  it('keeps the defaults of parameters, and examples as they were recorded', () => {
    const document = {
      parameters: [{ schema: { type: 'integer', default: 100 } }],
      examples: { one: { value: { type: 'x', default: 1 } } },
    }
    expect(moveDefaults(document)).toEqual(document)
  })
})

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { closed } from './close.ts'

/** Says what is wrong with a value by the schema that a pointer into the contract leads to. */
export type Validate = (pointer: string, value: unknown) => readonly string[]

/** Holds values against the schemas of the contract, with every object closed. Compiles each when it is first met. */
export function schemaChecker(contract: object): Validate {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(Object.assign({}, closed(contract)), 'contract')
  const compiled = new Map<string, ValidateFunction>()
  return (pointer, value) => {
    const check = compiled.get(pointer) ?? ajv.compile({ $ref: `contract${pointer}` })
    compiled.set(pointer, check)
    if (check(value)) return []
    return (check.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`
    })
  }
}

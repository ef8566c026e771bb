import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { closeObjects } from './close-objects.ts'

/** Validates a value against the schema at a JSON pointer of the OpenAPI document. Returns the violations. */
export type Validate = (pointer: string, value: unknown) => readonly string[]

/** Creates a validator for the schemas of an OpenAPI document, which forbids additional properties. Compiles lazily. */
export function createSchemaChecker(contract: object): Validate {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(Object.assign({}, closeObjects(contract)), 'contract')
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

import * as z from 'zod'
import { ServiceRules } from '../../../shared/labeling/sagemaker/limits.ts'
import type { Contract, Schema } from './schema.ts'

/** Bodies of the contract whose bounds are checked later, together with everything else that can be wrong. */
const CHECKED_LATER = ['LabelingJobRequest', 'RunLabelingJob']

/**
 * Adds the labeling service's bounds to the bodies that create a labeling job. Their schemas hold types only, so that a
 * request is refused with all its errors at once. Pure.
 */
export function addServiceBounds(contract: Contract): Contract {
  // The schema is an object of plain fields, which JSON Schema can express.
  const rules = z.toJSONSchema(ServiceRules, { io: 'input' }) as Schema
  const schemas = Object.entries(contract.components.schemas).map(([name, schema]) => [
    name,
    CHECKED_LATER.includes(name) ? withBounds(schema, rules) : schema,
  ])
  return { ...contract, components: { ...contract.components, schemas: Object.fromEntries(schemas) } }
}

/** Takes types and bounds of fields from the rules, and all else from the schema. */
function withBounds(schema: Schema, rules: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const rule = rules.properties?.[name]
    return [name, rule ? withBounds({ ...field, ...pickBounds(rule) }, rule) : field]
  })
  return { ...schema, ...(schema.properties && { properties: Object.fromEntries(properties) }) }
}

/** Patterns stay out: the error message of each says what it means. */
function pickBounds({ pattern, properties, required, items, ...bounds }: Schema): Schema {
  return { ...bounds, ...(items && { items: pickBounds(items) }) }
}

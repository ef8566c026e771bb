import * as z from 'zod'
import { MAX_TAGS, OWN_TAGS, ServiceRules } from '../../shared/labeling/sagemaker/limits.ts'

/** The part of JSON Schema that this file reads. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly maxProperties?: number
}

/** Bodies whose bounds are checked later, together with everything else that can be wrong, and what shows them again. */
const CHECKED_LATER = ['LabelingJobRequest', 'RunLabelingJob']

/**
 * Adds the labeling service's bounds to the bodies that create a labeling job. Their schemas hold types only, so that a
 * request is refused with all its errors at once. Pure.
 */
export function addServiceBounds<Document extends { readonly components?: object | undefined }>(
  document: Document,
): Document {
  // The schema is an object of plain fields, which JSON Schema can express.
  const rules = z.toJSONSchema(ServiceRules, { io: 'input' }) as Schema
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Schema>> }
  const bounded = Object.entries(schemas).map(([name, schema]) => [
    name,
    CHECKED_LATER.includes(name.replace(/Output$/, '')) ? withBounds(schema, withTagBounds(rules)) : schema,
  ])
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(bounded) } }
}

/** Adds the one bound that is checked in words of its own. */
const withTagBounds = (rules: Schema): Schema => ({
  ...rules,
  properties: { ...rules.properties, tags: { maxProperties: MAX_TAGS - OWN_TAGS } },
})

/** Takes types and bounds of fields from the rules, and all else from the schema. */
function withBounds(schema: Schema, rules: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const rule = rules.properties?.[name]
    return [name, rule ? withBounds({ ...field, ...pickBounds(rule) }, rule) : field]
  })
  return { ...schema, ...(schema.properties && { properties: Object.fromEntries(properties) }) }
}

/** Patterns stay out: the error message of each says what it means, and other languages have no `\p{…}`. */
function pickBounds(rule: Schema): Schema {
  const { pattern, allOf, properties, required, items, ...bounds } = rule as Record<string, unknown> & Schema
  return { ...bounds, ...(items && { items: pickBounds(items) }) }
}

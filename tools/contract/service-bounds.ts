import * as z from 'zod'
import {
  MAX_TAG_KEY_CHARACTERS,
  MAX_TAG_VALUE_CHARACTERS,
  MAX_TAGS,
  OWN_TAGS,
  ServiceRules,
} from '../../shared/labeling/sagemaker/limits.ts'
import { MAX_ARN_CHARACTERS } from '../../shared/labeling/sagemaker/workteams.ts'

/** The part of JSON Schema that this file reads. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly [keyword: string]: unknown
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
  const { properties } = z.toJSONSchema(ServiceRules, { io: 'input' }) as Schema
  const rules: Schema = { properties: { ...properties, ...OTHER_RULES } }
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Schema>> }
  const bounded = Object.entries(schemas).map(([name, schema]) => [
    name,
    CHECKED_LATER.includes(name.replace(/Output$/, '')) ? withBounds(schema, rules) : schema,
  ])
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(bounded) } }
}

/** Bounds that are checked in words of their own. */
const OTHER_RULES = {
  workteamArn: { maxLength: MAX_ARN_CHARACTERS },
  tags: {
    maxProperties: MAX_TAGS - OWN_TAGS,
    propertyNames: { type: 'string', minLength: 1, maxLength: MAX_TAG_KEY_CHARACTERS },
    additionalProperties: { type: 'string', maxLength: MAX_TAG_VALUE_CHARACTERS },
  },
}

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
  const { pattern, allOf, properties, required, items, ...bounds } = rule
  return { ...bounds, ...(items && { items: pickBounds(items) }) }
}

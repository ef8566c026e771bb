import type { CreateDocumentOptions } from 'zod-openapi'

/**
 * Adjusts generated schemas: clients must tolerate additional fields in responses, and the limits of safe integers are not
 * limits of the API.
 */
export const overrideSchema: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** Removes `additionalProperties` from schemas that only reference another one. Pure. */
export const removeStrayProperties = <Document>(document: Document): Document =>
  JSON.parse(JSON.stringify(document), (_, value) => {
    if (typeof value === 'object' && value !== null && '$ref' in value) delete value.additionalProperties
    return value
  })

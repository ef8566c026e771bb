import type { CreateDocumentOptions } from 'zod-openapi'

/**
 * What the contract says otherwise than the schemas do: whoever reads an answer must let more fields be, and the largest
 * number that JavaScript holds is no bound that anybody chose.
 */
export const adjust: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, io }) => {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** A schema that only points to another closes nothing by itself. Pure. */
export const withoutStrays = <Document>(document: Document): Document =>
  JSON.parse(JSON.stringify(document), (_, value) => {
    if (typeof value === 'object' && value !== null && '$ref' in value) delete value.additionalProperties
    return value
  })

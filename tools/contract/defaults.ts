/** Any value of a JSON document. */
type Json = unknown

/** Keys of the OpenAPI document below which `default` is no keyword of a schema, or one that clients understand. */
const KEPT = new Set(['examples', 'parameters'])

/**
 * Moves the default of each body field to the end of its description. Generators take a field with a `default` for one
 * that is always there, so that a request could not leave it out. Defaults of parameters stay. Pure.
 */
export const moveDefaults = <Document extends object>(document: Document): Document => move(document) as Document

function move(value: Json): Json {
  if (Array.isArray(value)) return value.map(move)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, KEPT.has(key) ? one : move(one)]))
  if (!isSchema(copy) || copy.default === undefined) return copy
  const { default: fallback, ...schema } = copy
  return { ...schema, description: `${toSentence(copy.description)}Default: \`${toText(fallback)}\`.` }
}

const isSchema = (value: Readonly<Record<string, Json>>): boolean => typeof value.type === 'string' || '$ref' in value

const toText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Ends a description with a full stop and a space. */
const toSentence = (text: Json): string =>
  typeof text !== 'string' || text === '' ? '' : /[.!?]$/.test(text) ? `${text} ` : `${text}. `

import { code, formatCount, joinWords, toAnchor } from '../markdown.ts'
import { parseReference, type Schema, type Schemas } from './schema.ts'

const MAX_PATTERN_CHARACTERS = 60

/** Describes a schema in words, with its bounds and links to named objects: `integer, 1 to 10,000`. Pure. */
export function describeType(schema: Schema, schemas: Schemas): string {
  if (schema.$ref !== undefined) return describeReference(parseReference(schema.$ref), schemas)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return joinWords(alternatives.map((one) => describeType(one, schemas)))
  if (schema.const !== undefined) return code(String(schema.const))
  if (schema.enum) return joinWords(schema.enum.map((value) => code(String(value))))
  return [describeKind(schema, schemas), describeBounds(schema)].filter((part) => part !== '').join(', ')
}

/** Writes the values of a named enumeration, and links to anything else that has a name. Pure. */
const describeReference = (name: string, schemas: Schemas): string =>
  schemas[name]?.enum ? describeType(schemas[name], schemas) : linkToObject(name, schemas)

/** Links to an object of the reference. What the service returns of a request has the fields of the request. Pure. */
function linkToObject(name: string, schemas: Schemas): string {
  const shown = toShownName(name, schemas)
  return `[${code(shown)}](#${toAnchor(shown)})`
}

/** Returns the name of the object that documents a schema: `BatchRequestOutput` is documented as `BatchRequest`. Pure. */
export function toShownName(name: string, schemas: Schemas): string {
  const base = name.replace(/Output$/, '')
  return base in schemas ? base : name
}

function describeKind(schema: Schema, schemas: Schemas): string {
  switch (schema.type) {
    case 'array':
      return describeArray(schema.items ?? {}, schemas)
    case 'object':
      return describeObject(schema, schemas)
    case 'string':
      return schema.format === 'date-time' ? 'RFC 3339 time' : 'string'
    default:
      return schema.type ?? 'any value'
  }
}

/** Bounds of the items are told apart from those of the array by parentheses. */
function describeArray(items: Schema, schemas: Schemas): string {
  const [kind = '', ...bounds] = describeType(items, schemas).split(/, (?=\d|at |not |matches )/)
  return `array of ${kind}${bounds.length > 0 ? ` (${bounds.join(', ')})` : ''}`
}

function describeObject({ properties, additionalProperties }: Schema, schemas: Schemas): string {
  if (properties || typeof additionalProperties !== 'object') return 'object'
  const value = describeType(additionalProperties, schemas)
  return value === 'any value' ? 'object' : `object with values of type ${value}`
}

function describeBounds(schema: Schema): string {
  const bounds = [
    describeRange(schema.minimum, schema.maximum, ''),
    describeRange(schema.minLength, schema.maxLength, ' characters'),
    describeRange(schema.minItems, schema.maxItems, ' items'),
    describePattern(schema),
  ]
  return bounds.filter((bound) => bound !== '').join(', ')
}

/** A minimum of 0 is not mentioned. */
function describeRange(min: number | undefined, max: number | undefined, unit: string): string {
  if (min !== undefined && min === max) return `${formatCount(min)}${unit}`
  if (min !== undefined && max !== undefined) return `${formatCount(min)} to ${formatCount(max)}${unit}`
  if (max !== undefined) return `at most ${formatCount(max)}${unit}`
  if (min === 1 && unit === ' characters') return 'not empty'
  return min === undefined || min === 0 ? '' : `at least ${formatCount(min)}${unit}`
}

const describePattern = ({ pattern, format }: Schema): string =>
  pattern === undefined || format !== undefined || pattern.length > MAX_PATTERN_CHARACTERS
    ? ''
    : `matches ${code(pattern)}`

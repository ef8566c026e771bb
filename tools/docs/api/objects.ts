import { code, toAnchor } from '../markdown.ts'
import { writeAnswerFields, writeRequestFields } from './fields.ts'
import { asSentence } from './operation.ts'
import { type Call, type Contract, listCalls, parseReference, type Schema, type Schemas, toHeading } from './schema.ts'
import { describeType, toShownName } from './type-text.ts'

/** Writes every named object that an endpoint or another object refers to, sorted by name. Pure. */
export function writeObjects(contract: Contract): string {
  const { schemas } = contract.components
  const bodies = findBodies(listCalls(contract))
  const names = new Set(Object.keys(schemas).map((name) => toShownName(name, schemas)))
  return [...names]
    .filter((name) => !name.endsWith('Page'))
    .toSorted()
    .map((name) => writeObject(name, schemas, bodies.get(name)))
    .join('\n\n')
}

/** Finds the endpoint that takes each named object as its body. */
const findBodies = (calls: readonly Call[]): Map<string, Call> =>
  new Map(
    calls.flatMap((call) => {
      const reference = call.requestBody?.content['application/json']?.schema.$ref
      return reference === undefined ? [] : [[parseReference(reference), call] as const]
    }),
  )

function writeObject(name: string, schemas: Schemas, takenBy: Call | undefined): string {
  const schema = schemas[name] ?? {}
  const heading = `### ${name}`
  const about = asSentence(schema.description ?? '')
  if (takenBy) {
    const endpoint = toHeading(takenBy)
    return `${heading}\n\n${about} Its fields are listed at [${code(endpoint)}](#${toAnchor(endpoint)}).`
  }
  return [heading, about, ...writeFields(schema, schemas)].join('\n\n')
}

function writeFields(schema: Schema, schemas: Schemas): string[] {
  const variants = schema.oneOf ?? schema.anyOf
  // Named variants are described under their names.
  if (variants?.some(({ $ref }) => $ref === undefined))
    return variants.flatMap((variant) => [nameVariant(variant), writeAnswerFields(variant, schemas)])
  if (!schema.properties) return [`Type: ${describeType(schema, schemas)}.`]
  return [hasDefaults(schema) ? writeRequestFields(schema, schemas) : writeAnswerFields(schema, schemas)]
}

/** A variant is told by the one field that has a fixed value. */
function nameVariant({ properties = {} }: Schema): string {
  const [field, schema] = Object.entries(properties).find(([, one]) => one.const !== undefined) ?? []
  return field === undefined ? 'One of:' : `If ${code(field)} is ${code(String(schema?.const))}:`
}

const hasDefaults = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).some((one) => one.default !== undefined)

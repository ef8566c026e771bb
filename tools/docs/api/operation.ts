import type { ErrorCode } from '../../../shared/contracts/errors.ts'
import { code, table, toAnchor } from '../markdown.ts'
import { describeDefault, writeRequestFields } from './fields.ts'
import { type Answer, type Call, type Contract, parseReference, type Schema, toHeading } from './schema.ts'
import { describeType } from './type-text.ts'

type Schemas = Contract['components']['schemas']

/** Writes the reference of one endpoint: what it does, what it takes, and what it answers. Pure. */
export function writeOperation(call: Call, schemas: Schemas): string {
  return [
    `### ${toHeading(call)}`,
    asSentence(call.summary),
    ...(call.description === undefined ? [] : [call.description]),
    describeAccess(call),
    ...writeParameters(call, schemas),
    ...writeBody(call, schemas),
    writeAnswers(call, schemas),
    describeErrors(call),
  ].join('\n\n')
}

/** Ends a text with a full stop where it has none. Pure. */
export const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** Returns the scope of the token that an endpoint asks for; undefined where it asks for none. Pure. */
export const findScope = ({ security }: Call): string | undefined => security[0]?.token?.[0]

/** Returns the file in `examples/` that shows an endpoint: `createBatch` is `create-batch.http`. Pure. */
export const toExampleFile = ({ operationId }: Pick<Call, 'operationId'>): string =>
  `${operationId.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.http`

function describeAccess(call: Call): string {
  const scope = findScope(call)
  const access = scope === undefined ? 'No token needed' : `Scope: ${code(scope)}`
  const file = toExampleFile(call)
  return `${access}. Operation id: ${code(call.operationId)}. Example: [${file}](../examples/${file}).`
}

function writeParameters({ parameters = [] }: Call, schemas: Schemas): string[] {
  const shown = parameters.filter((parameter) => parameter.in !== 'header')
  if (shown.length === 0) return []
  const rows = shown.map(({ name, in: place, required = false, schema, description }) => [
    code(name),
    place,
    describeType(schema, schemas),
    describeDefault(schema, required),
    description ?? schema.description ?? '',
  ])
  return [table(['Parameter', 'In', 'Type', 'Default', 'Description'], rows)]
}

function writeBody({ requestBody }: Call, schemas: Schemas): string[] {
  const schema = requestBody?.content['application/json']?.schema
  if (!schema) return []
  const name = schema.$ref === undefined ? undefined : parseReference(schema.$ref)
  const body: Schema = (name === undefined ? schema : schemas[name]) ?? {}
  return [name === undefined ? 'Body:' : `Body: ${code(name)}`, writeRequestFields(body, schemas)]
}

function writeAnswers({ responses }: Call, schemas: Schemas): string {
  const rows = Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, answer]) => [status, describeContent(answer, schemas), answer.description ?? ''])
  return table(['Status', 'Body', 'Meaning'], rows)
}

const describeContent = ({ content = {} }: Answer, schemas: Schemas): string =>
  Object.entries(content)
    .map(([type, { schema }]) => (type === 'application/json' ? describeJson(schema, schemas) : code(type)))
    .join(', ') || 'none'

/** Pages of a list are written as the list that they are. */
function describeJson(schema: Schema, schemas: Schemas): string {
  const name = schema.$ref === undefined ? '' : parseReference(schema.$ref)
  const items = name.endsWith('Page') ? schemas[name]?.properties?.items?.items : undefined
  return items ? `page of ${describeType(items, schemas)}` : describeType(schema, schemas)
}

/** Codes that follow from the shape of a request, from its token, or from a server behind the API. */
const COMMON_CODES: readonly ErrorCode[] = [
  'invalid-request',
  'unauthorized',
  'forbidden',
  'payload-too-large',
  'unsupported-media-type',
  'internal',
  'upstream-failed',
  'upstream-timeout',
]

function describeErrors(call: Call): string {
  const errors = listErrors(call)
  return errors.length === 0
    ? 'Errors: only the [common ones](#errors).'
    : `Errors: ${errors.join(', ')}, and the [common ones](#errors).`
}

/** Lists the error codes of an endpoint besides the common ones, each linked to its explanation. Pure. */
const listErrors = ({ responses }: Call): string[] =>
  Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, answer]) =>
      listCodes(answer)
        .filter((name) => !COMMON_CODES.some((common) => common === name))
        .map((name) => `${status} [${code(name)}](errors.md#${toAnchor(name)})`),
    )

/** The contract describes a refusal by its codes, as code spans, or refers to the answer of one code. */
function listCodes({ $ref: reference, description = '' }: Answer): string[] {
  if (reference !== undefined) return [parseReference(reference)]
  return Array.from(description.matchAll(/`([\w-]+)`/g), ([, name = '']) => name)
}

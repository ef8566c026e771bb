import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../../local/functions.ts'
import { parsePathTemplate, splitPath } from '../../../shared/platform/http/path.ts'
import { STATUS } from '../../../shared/platform/http/problem.ts'
import { toJsonText, toOpenApi } from '../../../tools/contract/document.ts'
import { type Example, readExamples } from '../../../tools/contract/examples.ts'
import { CONTRACT_FILE } from '../../../tools/contract/file.ts'
import { createSchemaChecker } from '../../../tools/contract/schema-checker.ts'
import { readExampleFiles, toOperationId } from '../../../tools/examples/example-files.ts'

process.env.AWS_REGION ??= 'us-east-1'
const { endpoints } = await findFunctions()
const declarations = endpoints.map(({ endpoint }) => endpoint)
const examples = await readExamples()
const text = await readFile(CONTRACT_FILE, 'utf8')
const contract = JSON.parse(text)
const validate = createSchemaChecker(contract)

// biome-ignore lint/suspicious/noExplicitAny: the document is inspected in many places
type Any = any

const operations: { path: string; method: string; operation: Any }[] = Object.entries(contract.paths).flatMap(
  ([path, item]) => Object.entries(item as object).map(([method, operation]) => ({ path, method, operation })),
)
const named = operations.map((one) => [one.operation.operationId as string, one] as const)
const pointer = ({ path, method }: { path: string; method: string }) =>
  `#/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}/${method}`

const findEndpoint = (operationId: string) => declarations.find((one) => one.operationId === operationId)!

/** Returns all values with this key in the document. */
const findAll = (value: unknown, key: string): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, one]) => [...(name === key ? [one] : []), ...findAll(one, key)])

/** Returns what a reference names. */
const resolve = (reference?: string): Any =>
  reference
    ?.slice(2)
    .split('/')
    .reduce((value: Any, part) => value?.[part.replaceAll('~1', '/')], contract)

describe('docs/openapi.json', () => {
  it('is current; run npm run contract after changing an endpoint', () => {
    expect(text).toBe(toJsonText(toOpenApi(declarations, examples)))
  })

  it('has every endpoint with a unique, camel-case operation id', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    const declared = declarations.filter(({ path }) => path !== '$default').map(({ operationId }) => operationId)
    expect(ids.toSorted()).toEqual(declared.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[a-z]+[A-Z][A-Za-z]+$/.test(id))).toEqual([])
  })

  it('has no dangling references', () => {
    const references = findAll(contract, '$ref').map(String)
    expect(references.length).toBeGreaterThan(100)
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([])
  })

  it('has schema names that are valid identifiers', () => {
    expect(Object.keys(contract.components.schemas).filter((name) => !/^[A-Z][A-Za-z]+$/.test(name))).toEqual([])
  })

  it.each(named)('%s declares its path parameters and a known tag', (_, { path, operation }) => {
    const parameters = (operation.parameters ?? []).filter((parameter: Any) => parameter.in === 'path')
    expect(parameters.map((parameter: Any) => parameter.name)).toEqual(parsePathTemplate(path).params)
    expect(contract.tags.map((tag: Any) => tag.name)).toContain(operation.tags[0])
  })

  it.each(named)('%s declares its authentication and 401', (_, { path, operation }) => {
    const isBelowV1 = path.startsWith('/v1')
    // A session is opened with the secret of a link, in the body.
    const isOpen = !isBelowV1 || path === '/v1/me/sessions'
    expect(operation.security.length).toBe(isOpen ? 0 : 1)
    expect('401' in operation.responses).toBe(isBelowV1)
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '500']))
  })

  it('documents the idempotency of every PUT', () => {
    const puts = operations.filter(({ method }) => method === 'put')
    expect(
      puts.filter(({ operation }) => !/[Rr]epeat|[Ii]dempotent|[Rr]eplac|anew/.test(operation.description ?? '')),
    ).toEqual([])
  })

  it('has all error codes', () => {
    expect(contract.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(STATUS))
  })

  it('describes every error with the one schema for problems and the codes of its status', () => {
    const errors = operations.flatMap(({ operation: { operationId, responses } }) =>
      Object.entries(responses as Record<string, Any>)
        .filter(([status]) => Number(status) >= 400)
        .map(([status, answer]) => ({ operationId, status, ...(resolve(answer.$ref) ?? answer) })),
    )
    expect(errors.length).toBeGreaterThan(100)
    const isProblem = (error: Any) =>
      error.content['application/problem+json'].schema.$ref === '#/components/schemas/Problem' &&
      error['x-error-codes'].every((code: keyof typeof STATUS) => STATUS[code] === Number(error.status))
    expect(errors.filter((error) => !isProblem(error))).toEqual([])
  })
})

describe('what code generators need of docs/openapi.json', () => {
  const schemas = Object.entries<Any>(contract.components.schemas)
  const bodies = operations.flatMap(({ operation: { operationId, requestBody, responses } }) =>
    [requestBody, ...Object.values<Any>(responses)]
      .map((one) => one?.content?.['application/json']?.schema)
      .filter((schema) => schema !== undefined)
      .map((schema) => [operationId, schema] as const),
  )
  const toFields = (name: string, schema: Any): [string, Any][] =>
    Object.entries<Any>(schema.properties ?? {}).flatMap(([field, one]) => [
      [`${name}.${field}`, one],
      ...toFields(`${name}.${field}`, one),
    ])
  const fields = schemas.flatMap(([name, schema]) => toFields(name, schema))
  const toNames = (entries: readonly (readonly [string, Any])[]) => entries.map(([name]) => name)

  it('has components, which are all used', () => {
    const used = new Set(findAll(contract, '$ref'))
    const unused = Object.entries<Any>(contract.components).flatMap(([kind, named]) =>
      Object.keys(named).filter((name) => kind !== 'securitySchemes' && !used.has(`#/components/${kind}/${name}`)),
    )
    expect(unused).toEqual([])
  })

  it('names every member of a union, every object in an array and every body', () => {
    const isNamed = (schema: Any) => schema.$ref !== undefined || schema.type !== 'object'
    const members = [...findAll(contract, 'anyOf'), ...findAll(contract, 'oneOf')].flat()
    expect(members.length).toBeGreaterThan(10)
    expect(members.filter((schema: Any) => schema.$ref === undefined)).toEqual([])
    expect(toNames(fields.filter(([, schema]) => schema.items && !isNamed(schema.items)))).toEqual([])
    expect(toNames(bodies.filter(([name, schema]) => name !== 'getContract' && !isNamed(schema)))).toEqual([])
  })

  it('discriminates every union whose members have a field of distinct values', () => {
    const unions = schemas.filter(([, schema]) => schema.anyOf)
    expect(toNames(unions)).toEqual(['LabelingJobItem'])
    const discriminated = schemas.filter(([, schema]) => schema.oneOf)
    for (const [, { oneOf, discriminator }] of discriminated) {
      const values = oneOf.flatMap(({ $ref }: Any) => {
        const field = resolve($ref).properties[discriminator.propertyName]
        return (field.enum ?? [field.const]).map((value: string) => [value, $ref])
      })
      expect(discriminator.mapping).toEqual(Object.fromEntries(values))
    }
  })

  it('gives no field of a body a default, which would make generators require it', () => {
    expect(toNames(fields.filter(([, schema]) => schema.default !== undefined))).toEqual([])
    expect(contract.components.schemas.BatchRequest.required).toEqual(['dataset', 'classNames', 'examplesPerClass'])
    expect(contract.components.schemas.LabelingJobRequest.required).toEqual(['batch'])
  })

  it('has no fixed values of other types than strings, and no enumeration of fractions', () => {
    expect(findAll(contract.components, 'const').filter((value) => typeof value !== 'string')).toEqual([])
    expect(toNames(schemas.filter(([, schema]) => schema.enum && schema.type === 'number'))).toEqual([])
  })

  it('uses a tag either for endpoints or for events', () => {
    const events = Object.values<Any>(contract.webhooks).flatMap((item) => item.post.tags)
    const tags = contract.tags.map((tag: Any) => tag.name)
    expect(events.filter((tag) => !tags.includes(tag))).toEqual([])
    expect(operations.filter(({ operation }) => events.includes(operation.tags[0]))).toEqual([])
  })

  it('has no schema name that generators give to a field of another schema', () => {
    const taken = schemas.flatMap(([name, schema]) =>
      Object.entries<Any>(schema.properties ?? {})
        .filter(([, field]) => field.enum || field.properties)
        .map(([field]) => `${name}${field.charAt(0).toUpperCase()}${field.slice(1)}`),
    )
    expect(taken.filter((name) => name in contract.components.schemas)).toEqual([])
  })

  it('has patterns that other languages can match', () => {
    const patterns = findAll(contract, 'pattern').filter((pattern) => typeof pattern === 'string')
    expect(patterns.filter((pattern) => /\\p\{|\(\?</.test(String(pattern)))).toEqual([])
  })

  it('describes every number by a range, or as one that has none', () => {
    const unbounded = ['confidence', 'depth', 'left', 'top']
    const open = fields.filter(
      ([, { type, minimum, exclusiveMinimum }]) =>
        ['integer', 'number'].includes(type) && minimum === undefined && exclusiveMinimum === undefined,
    )
    expect(toNames(open).filter((name) => !unbounded.includes(name.split('.').at(-1) ?? ''))).toEqual([])
  })

  it('marks every time as one', () => {
    // The overlap at which answers agree is no time.
    const times = fields.filter(([name]) => /(At|Until|timestamp|since)$/.test(name) && !/\.agreeAt$/.test(name))
    expect(times.length).toBeGreaterThan(20)
    const unmarked = toNames(times.filter(([, { format }]) => format !== 'date-time'))
    // Ground Truth writes these without a time zone.
    expect(unmarked.filter((name) => !/Annotation\.createdAt$/.test(name))).toEqual([])
  })
})

describe('the examples of the contract', () => {
  const one = ({ operationId, name }: Example) => `${operationId} ${name}`

  it.each(examples.map((example) => [one(example), example] as const))('%s matches its schemas', (_, example) => {
    const found = operations.find(({ operation }) => operation.operationId === example.operationId)!
    const json = 'application~1json'
    if (example.request !== undefined && example.status < 400)
      expect(validate(`${pointer(found)}/requestBody/content/${json}/schema`, example.request)).toEqual([])
    const { content } = found.operation.responses[example.status]
    const [type] = Object.keys(content ?? {})
    if (!type) expect(example.answer).toBeUndefined()
    else {
      const schema = `${pointer(found)}/responses/${example.status}/content/${type.replaceAll('/', '~1')}/schema`
      expect(validate(schema, example.answer)).toEqual([])
    }
  })

  it('cover every JSON success response, except the contract and a response that needs concurrent requests', () => {
    const shown = new Set(examples.map(({ operationId, status }) => `${operationId} ${status}`))
    const answers = operations.flatMap(({ operation: { operationId, responses } }) =>
      Object.entries(responses as Record<string, Any>)
        .filter(([status, { content }]) => Number(status) < 300 && content?.['application/json'])
        .map(([status]) => `${operationId} ${status}`),
    )
    expect(answers.filter((answer) => !shown.has(answer))).toEqual(['getContract 200', 'createLabelingJob 202'])
  })

  it('are the requests of the .http files; run npm run contract -- --record after changing one', async () => {
    const requests = (await readExampleFiles()).flatMap(({ name, requests }) =>
      requests.map((request) => ({ ...request, operationId: toOperationId(name) })),
    )
    const toOperation = requests.filter(({ operationId, method, target }) => {
      const declared = findEndpoint(operationId)
      const isToPath = parsePathTemplate(declared.path).match(splitPath(target.split('?')[0]!)) !== undefined
      return declared.path.startsWith('/v1') && declared.method === method && isToPath
    })
    const recorded = examples.filter(({ operationId }) => findEndpoint(operationId).path.startsWith('/v1'))
    expect(recorded.map(({ operationId, summary }) => [operationId, summary])).toEqual(
      toOperation.map(({ operationId, title }) => [operationId, title]),
    )
  })

  it('include errors, and no data of the machine that recorded them', () => {
    expect(examples.filter(({ status }) => status >= 400).length).toBeGreaterThan(8)
    expect(JSON.stringify(examples)).not.toMatch(/127\.0\.0\.1|localhost|X-Amz-Signature=(?!example)/)
  })
})

import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../../local/functions.ts'
import { parsePathTemplate, splitPath } from '../../../shared/platform/http/path.ts'
import { STATUS } from '../../../shared/platform/http/problem.ts'
import { toJsonText, toOpenApi } from '../../../tools/contract/document.ts'
import { type Example, readExamples } from '../../../tools/contract/examples.ts'
import { CONTRACT_FILE } from '../../../tools/contract/file.ts'
import { createSchemaChecker } from '../../../tools/contract/schema-checker.ts'
import { readStory, toOperationId } from '../../../tools/examples/story.ts'

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
    const resolve = (reference: string) =>
      reference
        .slice(2)
        .split('/')
        .reduce((value: Any, part) => value?.[part.replaceAll('~1', '/')], contract)
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
    const isOpen = !path.startsWith('/v1')
    expect(operation.security.length).toBe(isOpen ? 0 : 1)
    expect('401' in operation.responses).toBe(!isOpen)
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '500']))
  })

  it('documents the idempotency of every PUT', () => {
    const puts = operations.filter(({ method }) => method === 'put')
    expect(
      puts.filter(({ operation }) => !/[Rr]epeat|[Ii]dempotent|[Rr]eplac|anew/.test(operation.description ?? '')),
    ).toEqual([])
  })

  it('has all error codes with a shared response each', () => {
    expect(contract.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(STATUS))
    expect(Object.keys(contract.components.responses)).toEqual(Object.keys(STATUS))
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
    const requests = (await readStory()).flatMap(({ name, requests }) =>
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
    expect(JSON.stringify(examples)).not.toMatch(/127\.0\.0\.1|localhost|X-Amz-Signature=[^…]/)
  })
})

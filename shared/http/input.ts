import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import { AppError, type Fault } from '../errors.ts'
import type { Endpoint, Input } from './route.ts'

/**
 * Path, query and body of an event, each held against the endpoint's schema.
 * @throws AppError `invalid-request` with every fault of all three
 */
export function parseInput(endpoint: Endpoint, event: APIGatewayProxyEventV2): Input<unknown, unknown, unknown> {
  const faults: Fault[] = []
  const check = (name: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined
    const result = schema.safeParse(value)
    if (!result.success) faults.push(...result.error.issues.flatMap((issue) => faultsOf(name, issue)))
    return result.data
  }
  const input = {
    params: check('path', endpoint.params, event.pathParameters ?? {}),
    query: check('query', endpoint.query, event.queryStringParameters ?? {}),
    body: check('body', endpoint.body, event.body),
  }
  if (!endpoint.query) faults.push(...unknownParameters(event.queryStringParameters ?? {}))
  if (faults.length > 0) {
    const [first] = faults
    const detail =
      faults.length === 1 && first
        ? `${first.at}: ${first.message}`
        : `${faults.length} faults in the request; see errors.`
    throw new AppError('invalid-request', detail, faults)
  }
  return input
}

const unknownParameters = (query: Readonly<Record<string, unknown>>): Fault[] =>
  Object.keys(query).map((name) => ({ at: `query.${name}`, message: 'unknown query parameter; this call takes none' }))

function faultsOf(name: string, issue: z.core.$ZodIssue): Fault[] {
  const at = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    name,
  )
  if (issue.code !== 'unrecognized_keys') return [{ at, message: issue.message }]
  return issue.keys.map((key) => ({
    at: `${at}.${key}`,
    message: 'unknown field; leave it out or correct its spelling',
  }))
}

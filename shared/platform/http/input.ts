import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { AppError, type Issue } from '../../contracts/errors.ts'
import type { Declaration, Input } from './endpoint.ts'
import { toIssues, toProblemErrors, zodErrorMap } from './request-issues.ts'

/** What a call says that declares nothing of the kind. */
const Nothing = z.strictObject({})

/**
 * Path, query and body of an event, each held against the endpoint's schema. Where all fields of a body have a default,
 * it may be left out; where no body or query is declared, none is taken.
 * @throws AppError `invalid-request` with every fault of all three
 */
export function parseInput(
  endpoint: Declaration<z.ZodType, z.ZodType, z.ZodType>,
  event: APIGatewayProxyEventV2,
): Input<unknown, unknown, unknown> {
  const faults: Issue[] = []
  const check = (part: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const result = (schema ?? Nothing).safeParse(value === undefined ? {} : value, {
      error: zodErrorMap,
      reportInput: true,
    })
    if (!result.success) faults.push(...toIssues(part, result.error.issues))
    return schema && result.data
  }
  const { method, path } = event.requestContext.http
  const input = {
    method,
    path,
    params: check('path', endpoint.params, endpoint.params && event.pathParameters),
    query: check('query', endpoint.query, event.queryStringParameters),
    body: check('body', endpoint.body, endpoint.method === 'GET' ? undefined : event.body),
  }
  if (faults.length === 0) return input
  const { detail, errors } = toProblemErrors(faults)
  throw new AppError('invalid-request', detail, errors)
}

import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import * as z from 'zod'
import { AppError, type Issue } from '../../contracts/errors.ts'
import type { Declaration, Input } from './endpoint.ts'
import { toIssues, toProblemErrors, zodErrorMap } from './request-issues.ts'

/** The schema of a part that the endpoint does not declare. */
const Nothing = z.strictObject({})

/**
 * Parses path, query and body of an event with the endpoint's schemas. An absent body or query counts as `{}`, so it
 * may be left out when every field has a default. A part that is not declared must be empty.
 * @throws AppError `invalid-request` with the issues of all three parts
 */
export function parseInput(
  endpoint: Declaration<z.ZodType, z.ZodType, z.ZodType>,
  event: APIGatewayProxyEventV2,
): Input<unknown, unknown, unknown> {
  const issues: Issue[] = []
  const check = (part: string, schema: z.ZodType | undefined, value: unknown): unknown => {
    const result = (schema ?? Nothing).safeParse(value === undefined ? {} : value, {
      error: zodErrorMap,
      reportInput: true,
    })
    if (!result.success) issues.push(...toIssues(part, result.error.issues))
    return schema && result.data
  }
  const { method, path } = event.requestContext.http
  const input = {
    method,
    path,
    acceptEncoding: event.headers['accept-encoding'],
    params: check('path', endpoint.params, endpoint.params && event.pathParameters),
    query: check('query', endpoint.query, event.queryStringParameters),
    body: check('body', endpoint.body, endpoint.method === 'GET' ? undefined : event.body),
  }
  if (issues.length === 0) return input
  const { detail, errors } = toProblemErrors(issues)
  throw new AppError('invalid-request', detail, errors)
}

import type { Config } from '../../shared/platform/config.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import type { HttpEvent } from '../../shared/platform/http/stack.ts'

export interface Request {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** A token; by default one that allows everything. */
  readonly token?: string
  /** What `$default` is called with; by default a GET of a path under `/v1`. */
  readonly unrouted?: { readonly method: string; readonly path: string }
}

/** Returns the event that API Gateway sends for a request to an endpoint. */
export function toHttpEvent(
  { method, path, body: schema }: Endpoint,
  params: Readonly<Record<string, string>>,
  { query, body = {}, token, unrouted = { method: 'GET', path: '/v1/nothing' } }: Request,
): HttpEvent {
  const isDefault = path === '$default'
  const rawPath = isDefault ? unrouted.path : path.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? '')
  return {
    version: '2.0',
    rawPath,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    pathParameters: params,
    ...(query && { queryStringParameters: query }),
    ...(schema && { body: JSON.stringify(body) }),
    requestContext: { requestId: 'request-1', http: { method: isDefault ? unrouted.method : method, path: rawPath } },
    isBase64Encoded: false,
  } as unknown as HttpEvent // the handlers read no other field
}

/** Returns the event that EventBridge publishes for a labeling job. The service reports job names in lower case. */
export const toStateChange = (job: string, status: string, { account, region }: Config) => ({
  id: 'event-1',
  source: 'aws.sagemaker',
  'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
  account,
  region,
  time: '2026-01-02T04:00:00Z',
  resources: [`arn:aws:sagemaker:${region}:${account}:labeling-job/${job.toLowerCase()}`],
  detail: { LabelingJobStatus: status },
})

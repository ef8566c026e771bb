import { once } from 'node:events'
import { type IncomingHttpHeaders, request as sendRequest } from 'node:http'
import { signRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../credentials.ts'
import { startTestServer } from './test-server.ts'

/** A condition that a server may ignore. */
export type Ignored =
  | 'create'
  | 'replace'
  | 'complete-absent'
  | 'complete-etag'
  | 'delete'
  | 'copy-absent'
  | 'copy-source'
  | 'delete-many'

interface Request {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** Returns the header by which a request carries a condition; undefined if it is another request. */
const HEADERS: Readonly<Record<Ignored, (request: Request) => string | undefined>> = {
  create: (one) => (isPut(one) && !isCopy(one) ? 'if-none-match' : undefined),
  replace: (one) => (isPut(one) && !isCopy(one) ? 'if-match' : undefined),
  'complete-absent': (one) => (isCompletion(one) ? 'if-none-match' : undefined),
  'complete-etag': (one) => (isCompletion(one) ? 'if-match' : undefined),
  delete: ({ method }) => (method === 'DELETE' ? 'if-match' : undefined),
  'copy-absent': (one) => (isCopy(one) ? 'if-none-match' : undefined),
  'copy-source': (one) => (isCopy(one) ? 'x-amz-copy-source-if-match' : undefined),
  'delete-many': () => undefined,
}

const isPut = ({ method }: Request): boolean => method === 'PUT'
const isCopy = ({ headers }: Request): boolean => headers['x-amz-copy-source'] !== undefined
const isCompletion = ({ method, url }: Request): boolean => method === 'POST' && url.includes('uploadId=')
const isDeletion = ({ method, url }: Request): boolean => method === 'POST' && url.includes('delete')

/**
 * Starts an S3 server that ignores some conditions: a proxy that takes them out of the requests to another server.
 * @param target URL of a server that honors all of them, with the keys of the tests
 */
export const startIgnorantServer = (target: string, ignored: readonly Ignored[]) =>
  startTestServer(async (incoming, response) => {
    const { method = '', url = '' } = incoming
    const { host = '', authorization: _, ...given } = incoming.headers
    const request = { method, url, headers: given }
    let body: Buffer = Buffer.concat(await incoming.toArray())
    for (const name of ignored.flatMap((one) => HEADERS[one](request) ?? [])) delete request.headers[name]
    if (ignored.includes('delete-many') && isDeletion(request)) {
      body = Buffer.from(body.toString().replaceAll(/<ETag>.*?<\/ETag>/g, ''))
      // They are those of the original body.
      for (const name of Object.keys(request.headers))
        if (/^(content-md5|content-length|x-amz-content-sha256|x-amz-(sdk-)?checksum.*)$/.test(name))
          delete request.headers[name]
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const signed = await signRequest(`http://${host}${url}`, { method, headers, body }, CREDENTIALS)
    const forwarded = sendRequest(`${target}${url}`, { method, headers: { ...signed, host } }).end(body)
    const [answer] = await once(forwarded, 'response')
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  })

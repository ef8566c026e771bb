import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Credentials } from '../local/credentials.ts'
import { REGION } from '../local/gateway/lambda-context.ts'

/** A request that is not sent by a client of the AWS SDK. */
export interface UnsignedRequest {
  readonly method: string
  /** The headers besides `host`, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
}

export interface SigningOptions {
  /** Defaults to S3. */
  readonly service?: 's3' | 'sqs' | 'sagemaker'
  /** When it is signed; now by default. */
  readonly signingDate?: Date
}

/**
 * Signs a request by Signature Version 4.
 * @param url its path is signed as it is, so it must be encoded as S3 does
 * @returns all headers to send besides `host`
 */
export async function signRequest(
  url: string,
  { method, headers = {}, body }: UnsignedRequest,
  credentials: Credentials,
  { service = 's3', signingDate = new Date() }: SigningOptions = {},
): Promise<Record<string, string>> {
  const { protocol, hostname, host, port, pathname, searchParams } = new URL(url)
  const signer = new SignatureV4({ credentials, region: REGION, service, sha256: Sha256, uriEscapePath: false })
  const request = {
    method,
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    query: Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)])),
    headers: { ...headers, host },
    body,
  }
  const { host: _, ...signed } = (await signer.sign(request, { signingDate })).headers
  return signed
}

import { type SigningOptions, signRequest, type UnsignedRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../credentials.ts'

/** `fetch` that signs the request, for S3 with the keys of the tests by default. */
export async function signedFetch(
  url: string,
  request: Partial<UnsignedRequest> = {},
  credentials = CREDENTIALS,
  options: SigningOptions = {},
): Promise<Response> {
  const { method = 'GET', body } = request
  const headers = await signRequest(url, { ...request, method }, credentials, options)
  return await fetch(url, { method, headers, ...(body !== undefined && { body: Buffer.from(body) }) })
}

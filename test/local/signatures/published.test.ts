import { describe, expect, it } from '@jest/globals'
import { chunkSignatures } from '../../../local/signatures/chunk-signatures.ts'
import type { Message } from '../../../local/signatures/message.ts'
import { verifyVersion2, verifyVersion4 } from '../../../local/signatures/verify.ts'
import { sha256 } from '../../../local/signatures/version-4.ts'

// The examples of the documentation of S3: sig-v4-header-based-auth.html, sigv4-query-string-auth.html,
// sigv4-streaming.html, sigv4-streaming-trailers.html and RESTAuthentication.html of its API reference.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = Date.UTC(2013, 4, 24)
const SCOPE = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
const EMPTY = sha256('')
const rules = { credentials, service: 's3', now }

function message(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  signature: string,
): Message {
  const [path = '', search = ''] = target.split('?')
  const sent: Record<string, string> = { 'x-amz-date': '20130524T000000Z', ...headers }
  const signed = [...new Set(['host', ...Object.keys(sent)])].toSorted().join(';')
  const authorization = `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=${signed},Signature=${signature}`
  const host = headers.host ?? 'examplebucket.s3.amazonaws.com'
  const all = Object.entries({ host, ...sent, authorization })
  const values = Object.fromEntries(all.map(([name, value]) => [name, [value]]))
  return { method, path, query: new URLSearchParams(search), headers: values }
}

const HEADERS: readonly (readonly [string, string, string, Readonly<Record<string, string>>, string])[] = [
  [
    'a read of a range',
    'GET',
    '/test.txt',
    { range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'a write of an object with a special character in its name',
    'PUT',
    '/test%24file.text',
    {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'a parameter without a value',
    'GET',
    '/?lifecycle',
    { 'x-amz-content-sha256': EMPTY },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'two parameters in another order',
    'GET',
    '/?prefix=J&max-keys=2',
    { 'x-amz-content-sha256': EMPTY },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
]

describe('a published signature in the header', () => {
  it.each(HEADERS)('is accepted for %s', (_, method, target, headers, signature) => {
    const { payloadHash } = verifyVersion4(message(method, target, headers, signature), rules)
    expect(payloadHash).toBe(headers['x-amz-content-sha256'])
  })

  it.each(HEADERS)('is refused for anything but %s', (_, method, target, headers, signature) => {
    const changed = [
      message('HEAD', target, headers, signature),
      message(method, `${target}x`, headers, signature),
      message(method, target, { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, signature),
      message(method, target, headers, signature.replace(/^./, '0')),
      message(method, target, headers, signature.slice(1)),
      message(method, target, headers, ''),
    ]
    for (const one of changed) expect(() => verifyVersion4(one, rules)).toThrow()
  })
})

describe('a published link', () => {
  const link = (expires = '86400'): Message => ({
    method: 'GET',
    path: '/test.txt',
    query: new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': SCOPE,
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': expires,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    }),
    headers: { host: ['examplebucket.s3.amazonaws.com'] },
  })

  it('is valid until its exact second', () => {
    for (const at of [now - 900_000, now, now + 86_400_000])
      expect(verifyVersion4(link(), { ...rules, now: at }).payloadHash).toBe('UNSIGNED-PAYLOAD')
    for (const at of [now - 900_001, now + 86_400_001])
      expect(() => verifyVersion4(link(), { ...rules, now: at })).toThrow(
        expect.objectContaining({ code: 'AccessDenied' }),
      )
  })

  it.each(['604801', '-1', '1e3', 'x', ''])('cannot be valid for %s seconds', (expires) => {
    const code = 'AuthorizationQueryParametersError'
    expect(() => verifyVersion4(link(expires), rules)).toThrow(expect.objectContaining({ code }))
  })

  it('of Version 2 is valid until its exact second', () => {
    const query = new URLSearchParams({
      AWSAccessKeyId: credentials.accessKeyId,
      Expires: '1175139620',
      Signature: 'NpgCjnDzrM+WFzoENXmpNDUsSn8=',
    })
    const of = { method: 'GET', path: '/johnsmith/photos/puppy.jpg', query, headers: {} }
    expect(() => verifyVersion2(of, { credentials, now: 1_175_139_620_000 })).not.toThrow()
    expect(() => verifyVersion2(of, { credentials, now: 1_175_139_620_001 })).toThrow()
    expect(() => verifyVersion2({ ...of, method: 'PUT' }, { credentials, now: 0 })).toThrow()
    expect(() => verifyVersion2({ ...of, path: '/johnsmith/photos/dog.jpg' }, { credentials, now: 0 })).toThrow()
  })
})

describe('published signatures of chunks', () => {
  const SIGNATURES = [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ] as const
  const HASHES = [sha256('a'.repeat(65_536)), sha256('a'.repeat(1024)), EMPTY] as const
  const put = (payload: string, headers: Readonly<Record<string, string>>, seed: string) =>
    verifyVersion4(
      message(
        'PUT',
        '/examplebucket/chunkObject.txt',
        {
          host: 's3.amazonaws.com',
          'content-encoding': 'aws-chunked',
          'x-amz-content-sha256': payload,
          'x-amz-decoded-content-length': '66560',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          ...headers,
        },
        seed,
      ),
      rules,
    )
  const start = () =>
    chunkSignatures(
      put(
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        { 'content-length': '66824' },
        '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      ),
    )

  it('are accepted in their order, each once', () => {
    const chunks = start()
    for (const [at, hash] of HASHES.entries()) chunks.verifyChunk(hash, SIGNATURES[at] ?? '')
    expect(() => chunks.verifyChunk(HASHES[2], SIGNATURES[2])).toThrow()
  })

  it('are refused for other bytes, in another order, and without a signature', () => {
    expect(() => start().verifyChunk(sha256('b'), SIGNATURES[0])).toThrow()
    expect(() => start().verifyChunk(HASHES[1], SIGNATURES[1])).toThrow()
    expect(() => start().verifyChunk(HASHES[0], '')).toThrow()
  })

  it('may be followed by a signed trailer', () => {
    const chunks = chunkSignatures(
      put(
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
        { 'x-amz-trailer': 'x-amz-checksum-crc32c' },
        '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      ),
    )
    chunks.verifyChunk(HASHES[0], 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2')
    chunks.verifyChunk(HASHES[1], '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7')
    chunks.verifyChunk(HASHES[2], '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992')
    const signature = 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435'
    expect(() => chunks.verifyTrailer(['x-amz-checksum-crc32c:AAAAAA=='], signature)).toThrow()
    chunks.verifyTrailer(['x-amz-checksum-crc32c:sOO8/Q=='], signature)
  })
})

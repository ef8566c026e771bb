import type { Guard } from '../guard.ts'

const DOOR = 'local/door/door.ts'
const CLAIM = 'local/signatures/claim.ts'
const VERIFY = 'local/signatures/verify.ts'
const DOOR_TEST = 'test/local/door/door.system.test.ts'
const KEYS_TEST = 'test/local/door/keys.system.test.ts'
const PUBLISHED_TEST = 'test/local/signatures/published.test.ts'
const CHUNKS_TEST = 'test/local/s3/signed-chunks.test.ts'
const CREDENTIALS_TEST = 'test/local/credentials.test.ts'

/** `local/door/`, `local/signatures/` and their use: who may call the servers of one machine. */
export const LOCAL_SERVER_GUARDS: readonly Guard[] = [
  {
    prevents: 'A page whose host name points to this machine reads what the servers answer.',
    file: DOOR,
    text: '  if (!HOST.test(host)) return',
    without: "  if (host === '-') return",
    tests: [DOOR_TEST],
  },
  {
    prevents: 'A second Host header is overlooked.',
    file: DOOR,
    text: '  if (hosts.length !== 1) return',
    without: '  if (hosts.length === 0) return',
    tests: [DOOR_TEST],
  },
  {
    prevents: 'A page of another origin calls a server of this machine.',
    file: DOOR,
    text: 'return isKnown ? undefined : `Pages',
    without: 'return isKnown || origin ? undefined : `Pages',
    tests: [DOOR_TEST],
  },
  {
    prevents: 'A page of another site that hides its origin calls a server of this machine.',
    file: DOOR,
    text: "  if (headers['sec-fetch-site'] !== 'cross-site' || (rules.links && opensPage(visitor))) return undefined\n  return ",
    without:
      "  if (rules.links && opensPage(visitor)) return undefined\n  if (headers['sec-fetch-site'] !== '') return undefined\n  return ",
    tests: [DOOR_TEST],
  },
  {
    prevents: 'A page of the API is shown in a frame of another site.',
    file: DOOR,
    text: " && headers['sec-fetch-dest'] === 'document'",
    without: '',
    tests: [DOOR_TEST],
  },
  {
    prevents: 'A request that writes is let in as one that reads.',
    file: DOOR,
    text: 'if (rules.openReads && READS.includes(method))',
    without: 'if (rules.openReads)',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'The S3 server carries out unsigned requests.',
    file: 'local/s3/handle.ts',
    text: "request.method === 'OPTIONS' ? UNSIGNED : authenticate(toMessage(incoming), credentials)",
    without: "request.method === 'OPTIONS' || credentials ? UNSIGNED : authenticate(toMessage(incoming), credentials)",
    tests: [KEYS_TEST],
  },
  {
    prevents: 'The labeling service carries out unsigned calls.',
    file: 'local/labeling-service/protocol/handle.ts',
    text: '  if (unsigned) throw new ServiceError(unsigned.type, unsigned.message)\n',
    without: '  void unsigned\n',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'The SQS server carries out unsigned calls.',
    file: 'local/sqs/gate.ts',
    text: "body ? refuseCall(raw, body, 'sqs', credentials) : TOO_LARGE",
    without: 'body || !raw || !refuseCall || !credentials ? undefined : TOO_LARGE',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'The SQS server parses forms, which any page can send.',
    file: 'local/sqs/gate.ts',
    text: "  if (headers['content-type'] !== TYPE)\n",
    without: "  if (headers['content-type'] === '')\n",
    tests: [DOOR_TEST],
  },
  {
    prevents: 'The SQS server serves S3 and the pages of fauxqs.',
    file: 'local/sqs/gate.ts',
    text: "  if (method !== 'POST' || url !== '/')\n",
    without: "  if (method === '' || url === '')\n",
    tests: [DOOR_TEST, KEYS_TEST],
  },
  {
    prevents: 'A request with the right key id and any signature is carried out.',
    file: VERIFY,
    text: '  if (!isEqual(signature, sign(key, stringToSign(message, { time, scope, signed, payloadHash })))) throw mismatch()\n',
    without: '',
    tests: [PUBLISHED_TEST],
  },
  {
    prevents: 'A link of Version 2 with any signature is served.',
    file: VERIFY,
    text: "  if (!isEqual(query.get('Signature') ?? '', signVersion2(message, credentials.secretAccessKey))) throw mismatch()\n",
    without: '  signVersion2(message, credentials.secretAccessKey)\n',
    tests: [PUBLISHED_TEST],
  },
  {
    prevents: 'A header that the signature does not cover changes what a signed request does.',
    file: VERIFY,
    text: '  checkSignedHeaders(message, signed)\n',
    without: '',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'An old request is sent again and carried out.',
    file: VERIFY,
    text: '  checkTime(claim, rules.now)\n',
    without: '',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'A presigned link is valid for ever.',
    file: VERIFY,
    text: '    checkExpiry(signedAt + lifetimeSeconds * 1000, now)\n',
    without: '',
    tests: [PUBLISHED_TEST],
  },
  {
    prevents: 'A presigned link is valid for longer than a week.',
    file: CLAIM,
    text: ' || lifetimeSeconds > WEEK_SECONDS',
    without: '',
    tests: [PUBLISHED_TEST],
  },
  {
    prevents: 'A link names a parameter twice, and one reader takes the first, another the last.',
    file: CLAIM,
    text: 'if (value !== undefined && more.length === 0) return value',
    without: 'if (value !== undefined) return value ?? more',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'A parameter that Version 2 does not sign changes what a link returns.',
    file: 'local/signatures/version-2.ts',
    text: '  if (unsigned) {\n',
    without: '  if (unsigned && unsigned.length > 2) {\n',
    tests: [KEYS_TEST],
  },
  {
    prevents: 'A chunk of a signed body is changed.',
    file: 'local/s3/protocol/aws-chunked.ts',
    text: "      if (hash) signatures?.verifyChunk(hash.digest('hex'), signature)\n",
    without: '      void signature\n',
    tests: [CHUNKS_TEST],
  },
  {
    prevents: 'The trailer of a signed body is changed.',
    file: 'local/s3/protocol/aws-chunked.ts',
    text: '  if (signatures.hasTrailer) signatures.verifyTrailer(lines, signature)\n  else if',
    without: '  void signature\n  if (!signatures.hasTrailer) if',
    tests: [CHUNKS_TEST],
  },
  {
    prevents: 'Other users of the machine read the keys.',
    file: 'local/credentials.ts',
    text: '  await chmod(folder, OWNER_ONLY)\n',
    without: '',
    tests: [CREDENTIALS_TEST],
  },
  {
    prevents: 'A folder that all users share is taken from them.',
    file: 'local/credentials.ts',
    text: 'if (mode & STICKY)',
    without: 'if (mode & 0o10_000_000)',
    tests: [CREDENTIALS_TEST],
  },
  {
    prevents: 'Two programs that start at the same time have different keys.',
    file: 'local/credentials.ts',
    text: "errorCode(error) === 'EEXIST' ? await readCredentials(path) : undefined",
    without: "errorCode(error) === 'EEXIST' ? created : undefined",
    tests: [CREDENTIALS_TEST],
  },
]

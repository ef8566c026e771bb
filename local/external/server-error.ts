import { endWithPeriod } from '../../shared/contracts/sentence.ts'
import type { Failure } from './failure.ts'
import type { ExternalServer } from './servers.ts'

/** Why a named server cannot be used. Its message is one line: which address, what it answered, what to do. */
export class ServerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ServerError'
  }
}

type Advice = readonly [answered: string, todo: string]

const CREDENTIALS = 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE'

/** What to do for errors of the network, by code. */
const NETWORK: Readonly<Record<string, Advice>> = {
  ECONNREFUSED: ['nothing listens there', 'Start the server, or correct'],
  ENOTFOUND: ['its host is unknown', 'Correct'],
  EAI_AGAIN: ['its host cannot be resolved', 'Check the network, or correct'],
  EHOSTUNREACH: ['its host cannot be reached', 'Check the network, or correct'],
  ENETUNREACH: ['its host cannot be reached', 'Check the network, or correct'],
  ECONNRESET: ['it closed the connection without an answer', 'Check that an HTTP server listens there, or correct'],
  EPIPE: ['it closed the connection without an answer', 'Check that an HTTP server listens there, or correct'],
  ETIMEDOUT: ['it did not answer in time', 'Check that it runs, or correct'],
  EPROTO: ['it does not speak TLS', 'Use http://, or correct'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew it, or correct'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', 'Correct'],
}

/** What to do for errors that a server names, by name. */
const ANSWERS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: `Set ${CREDENTIALS}, to credentials of this server.`,
  InvalidClientTokenId: `Set ${CREDENTIALS}, to credentials of this server.`,
  UnrecognizedClientException: `Set ${CREDENTIALS}, to credentials of this server.`,
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY, or the profile: the key is known, but not this secret.',
  InvalidSignatureException: 'Check AWS_SECRET_ACCESS_KEY, or the profile: the key is known, but not this secret.',
  ExpiredToken: 'Get new temporary credentials, and set AWS_SESSION_TOKEN too.',
  ExpiredTokenException: 'Get new temporary credentials, and set AWS_SESSION_TOKEN too.',
  InvalidToken: 'Set AWS_SESSION_TOKEN to the token of these temporary credentials, or unset it.',
  RequestTimeTooSkewed: 'Set the clock of this machine, or of the server.',
  BucketAlreadyExists: 'Choose another name for the bucket with GROUNDWORK_BUCKET: this one belongs to somebody else.',
  AccessDenied:
    'Allow these credentials to list, read, write and create the bucket, or choose another with GROUNDWORK_BUCKET.',
  InvalidBucketName: 'Choose another name for the bucket with GROUNDWORK_BUCKET.',
}

/** The errors by which a server says that a request is meant for another region. */
const OTHER_REGION = [
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'InvalidLocationConstraint',
  'PermanentRedirect',
  'InvalidRegionName',
]

/** Names that single servers give to errors about credentials. */
const ABOUT_CREDENTIALS = /User|Account|AccessKey|Credential|Signature|Auth|Token/

/** Writes why a server cannot be used. Pure. @param what was tried, such as `list the bucket "groundwork"` */
export function describeFailure({ kind, variable, url }: ExternalServer, what: string, failure: Failure): string {
  const { code, status, name, message, region, isForeign } = failure
  const server = `the ${kind} at ${url} (${variable})`
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return `There are no credentials for ${server}: ${endWithPeriod(message)} Set ${CREDENTIALS}.`
  if (code !== undefined && !isForeign) return `Cannot reach ${server}: ${describeNetwork(code, message, variable)}`
  const answered = status === undefined ? message : `${isForeign ? '' : `${name}, `}status ${status}`
  if (OTHER_REGION.includes(name) || (status === 301 && region !== undefined)) {
    const todo = region === undefined ? 'Set AWS_REGION to the region of this server' : `Set AWS_REGION=${region}`
    return `Cannot ${what} on ${server}: ${answered}. It is in another region than the requests. ${todo}.`
  }
  const todo = ANSWERS[name]
  if (todo !== undefined) return `Cannot ${what} on ${server}: ${answered}. ${todo}`
  // A refusal in another form than that of the protocol is still one.
  if (status === 401 || status === 403)
    return `Cannot ${what} on ${server}: access denied, status ${status}. Check ${CREDENTIALS}, and what they may do.`
  if (isForeign && status !== undefined && status >= 500)
    return `Cannot ${what} on ${server}: status ${status}, without a reason. Check the server, and what is in front of it.`
  if (isForeign || (status !== undefined && status < 400))
    return `What answers at ${url} (${variable}) is no ${kind}: ${answered}. Correct the address.`
  const hint = ABOUT_CREDENTIALS.test(name) ? ` Check ${CREDENTIALS}.` : ''
  return `Cannot ${what} on ${server}: ${status === undefined ? name : answered}: ${endWithPeriod(message)}${hint}`
}

function describeNetwork(code: string, message: string, variable: string): string {
  const [answered, todo] = NETWORK[code] ?? describeOther(code, message)
  return `${answered} (${code}). ${todo} ${variable}.`
}

function describeOther(code: string, message: string): Advice {
  if (/SELF_SIGNED|UNABLE_TO_|CERT/.test(code))
    return ['its certificate is not trusted', 'Name its authority in NODE_EXTRA_CA_CERTS, or correct']
  if (/^ERR_SSL|^ERR_TLS/.test(code)) return ['it does not speak TLS', 'Use http://, or correct']
  if (code.startsWith('HPE_')) return ['it does not speak HTTP', 'Correct']
  return [message, 'Check that it runs, or correct']
}

/** A server that an environment variable names, in place of an emulator. */
export interface ExternalServer {
  /** What it is, for messages. */
  readonly kind: 'S3 server' | 'SQS server' | 'labeling service'
  /** The variable that names it. */
  readonly variable: string
  readonly url: string
}

/** Environment variables. */
type Variables = Readonly<Record<string, string | undefined>>

export interface ExternalServers {
  readonly s3?: ExternalServer
  readonly sqs?: ExternalServer
  readonly labeling?: ExternalServer
}

/**
 * Returns the servers that the environment names, in the variables of the AWS SDK. The stack emulates the others. Pure.
 * @throws Error naming a variable that is no URL
 */
export function externalServers(environment: Variables): ExternalServers {
  const s3 = environment.AWS_ENDPOINT_URL_S3 || undefined
  const sqs = environment.AWS_ENDPOINT_URL_SQS || undefined
  const labeling = environment.AWS_ENDPOINT_URL_SAGEMAKER || undefined
  return {
    ...(s3 && { s3: toServer('S3 server', 'AWS_ENDPOINT_URL_S3', s3) }),
    ...(sqs && { sqs: toServer('SQS server', 'AWS_ENDPOINT_URL_SQS', sqs) }),
    ...(labeling && { labeling: toServer('labeling service', 'AWS_ENDPOINT_URL_SAGEMAKER', labeling) }),
  }
}

function toServer(kind: ExternalServer['kind'], variable: string, url: string): ExternalServer {
  if (isHttpUrl(url)) return { kind, variable, url }
  throw new Error(`${variable} must be a URL such as http://127.0.0.1:9000, not "${url}".`)
}

/** `localhost:9000` parses as a URL with the scheme `localhost:`. */
const isHttpUrl = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
}

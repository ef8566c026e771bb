import { parseArgs } from 'node:util'

export const USAGE = `usage: npm run other-servers [-- --moto]

Does a whole job twice, on the embedded servers and on those that AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_SQS name, with
the credentials and the region of the environment, and fails unless both give the same. Removes everything that it put there.

  --moto  install moto and use it as both servers, behind a gate that only one access key passes
  --help  show this help`

export interface OtherServersOptions {
  readonly moto: boolean
  readonly help: boolean
}

/** Parses the command line strictly. @throws Error for an unknown option */
export function readOptions(args: readonly string[]): OtherServersOptions {
  const options = { moto: { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { moto = false, help = false } = parseArgs({ args: [...args], options, strict: true }).values
  return { moto, help }
}

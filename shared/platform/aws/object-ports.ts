import { randomInt } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import type { Config, LocalService, S3Workaround } from '../config.ts'
import type { Ports } from '../ports.ts'
import { deleteOneByOne } from './delete-one-by-one.ts'
import { meterClient } from './meter-client.ts'
import { s3Objects } from './s3-objects.ts'

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Retries and timeouts of the AWS clients. */
const CLIENT = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3000, socketTimeout: 15_000, httpsAgent: { keepAlive: true, maxSockets: 64 } },
}

/** Returns the settings of a client. The emulators of the local stack have keys of their own. */
export function clientSettings(service: LocalService, { localCredentials }: Pick<Config, 'localCredentials'>) {
  const credentials = localCredentials[service]
  return { ...CLIENT, ...(credentials && { credentials }) }
}

/** Creates a client of S3, or of the emulator that `AWS_ENDPOINT_URL_S3` names. */
export const s3Client = (config: Pick<Config, 'localCredentials'>): S3Client =>
  meterClient(
    new S3Client({
      ...clientSettings('s3', config),
      forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
      followRegionRedirects: true,
    }),
  )

/** Returns the ports that reading and writing state takes. */
export const objectPorts = (
  s3: S3Client,
  bucket: string,
  workarounds: readonly S3Workaround[] = [],
): Pick<Ports, 'objects' | 'now' | 'newId'> => ({
  objects: workarounds.includes('delete-one-by-one')
    ? deleteOneByOne(s3Objects(s3, bucket), s3, bucket)
    : s3Objects(s3, bucket),
  now: () => new Date(),
  newId: () => Array.from({ length: 16 }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join(''),
})

import { S3Client } from '@aws-sdk/client-s3'
import { objectPorts } from '../shared/platform/aws/object-ports.ts'
import type { S3Workaround } from '../shared/platform/config.ts'
import { setToken } from '../shared/platform/tokens/create.ts'
import type { Credentials } from './credentials.ts'

export interface DevTokenOptions {
  /** The keys of the S3 server; those that the AWS SDK finds by default. */
  readonly credentials?: Credentials | undefined
  readonly workarounds?: readonly S3Workaround[]
}

/** Stores the token under the name `dev` with scope `write`, replacing the previous `dev` token of this bucket. */
export async function setDevToken(
  token: string,
  s3: string,
  bucket: string,
  { credentials, workarounds = [] }: DevTokenOptions = {},
): Promise<void> {
  const client = new S3Client({ endpoint: s3, forcePathStyle: true, ...(credentials && { credentials }) })
  try {
    await setToken(token, 'dev', 'write', objectPorts(client, bucket, workarounds))
  } finally {
    client.destroy()
  }
}

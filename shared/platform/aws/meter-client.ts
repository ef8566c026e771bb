import { currentMeter, type RequestKind } from '../observability/request-meter.ts'

/** The part of an AWS client that `meterClient` uses. */
interface Client {
  readonly middlewareStack: {
    add(
      middleware: <Args, Output>(
        next: (args: Args) => Promise<Output>,
        context: { readonly clientName?: string; readonly commandName?: string },
      ) => (args: Args) => Promise<Output>,
      options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
    ): void
  }
}

/**
 * Counts every request of a client in the meter of the call that it is sent for. Retries are counted too: each attempt
 * passes through this step.
 * @returns the client
 */
export function meterClient<Metered extends Client>(client: Metered): Metered {
  client.middlewareStack.add(
    (next, { clientName, commandName }) =>
      async (args) => {
        const end = currentMeter()?.begin(toKind(clientName, commandName))
        try {
          return await next(args)
        } finally {
          end?.()
        }
      },
    { step: 'deserialize', priority: 'low', name: 'meterRequests' },
  )
  return client
}

/** What S3 charges for each of its operations that are used here. `PUT` for any other one, as it costs most. */
const S3_KINDS: Readonly<Record<string, RequestKind>> = {
  GetObjectCommand: 'GET',
  GetBucketCorsCommand: 'GET',
  HeadObjectCommand: 'HEAD',
  HeadBucketCommand: 'HEAD',
  ListObjectsV2Command: 'LIST',
  ListPartsCommand: 'LIST',
  CopyObjectCommand: 'COPY',
  DeleteObjectCommand: 'DELETE',
  DeleteObjectsCommand: 'DELETE',
  AbortMultipartUploadCommand: 'DELETE',
}

/** Returns the kind of a request by the names of its client and its command. Pure. */
function toKind(client = '', command = ''): RequestKind {
  if (client === 'S3Client') return S3_KINDS[command] ?? 'PUT'
  return client === 'SQSClient' ? 'SQS' : 'SageMaker'
}

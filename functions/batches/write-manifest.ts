import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { ManifestRequest } from '../../shared/contracts/manifest-request.ts'
import { ManifestReport, writeManifest } from '../../shared/manifests/input/write-manifest.ts'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { created, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'

export const endpoint = route(
  {
    method: 'PUT',
    path: '/v1/batches/{batch}/manifest',
    operationId: 'writeManifest',
    summary: 'Write the input manifest, anew from the current copies',
    scope: 'write',
    refuses: ['not-found', 'wrong-state', 'bad-source'],
    permissions: [
      'listCopies',
      'listCopiedImages',
      'readBatch',
      'readImageLines',
      'readCopies',
      'readImageList',
      'readManifest',
      'writeBatch',
      'writeManifest',
      'removeManifest',
      'sendEvents',
    ],
    params: z.object({ batch: BatchName }),
    query: ValidateOnlyQuery,
    body: ManifestRequest,
    answers: { 200: ManifestReport, 201: ManifestReport },
  },
  async ({ params: { batch }, query: { validateOnly }, body }, ports) => {
    const report = await writeManifest(batch, body, { store: !validateOnly }, ports)
    return validateOnly ? ok(report) : created(report, `/v1/batches/${batch}/manifest`)
  },
)

export const handler = lambda(endpoint, awsPorts)

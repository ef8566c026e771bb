import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { okWithLinks } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { retryAfterSeconds, toTestImageView } from '../../shared/test-images/describe.ts'
import { findLoss } from '../../shared/test-images/find-loss.ts'
import { getTestImage } from '../../shared/test-images/store.ts'
import { TestImageId, TestImageView, VERIFY } from '../../shared/test-images/test-image.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/test-images/{image}',
    operationId: 'getTestImage',
    summary: 'Get a test image: its size and a presigned URL, or why it could not be fetched',
    scope: 'read',
    refuses: ['not-found'],
    permissions: ['seeBucket', 'readTestImages', 'readTestImageStates'],
    params: z.object({ image: TestImageId }),
    query: z.strictObject({ verify: VERIFY }),
    answers: { 200: TestImageView },
  },
  async ({ params: { image }, query: { verify } }, ports) => {
    const state = await getTestImage(image, ports)
    const view = await toTestImageView(state, ports, verify ? await findLoss(state, ports) : undefined)
    return okWithLinks(view, retryAfterSeconds([view]))
  },
)

export const handler = lambda(endpoint, awsPorts)

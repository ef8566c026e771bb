import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { noContent } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { deleteTestImage } from '../../shared/test-images/delete.ts'
import { TestImageId } from '../../shared/test-images/test-image.ts'

export const endpoint = route(
  {
    method: 'DELETE',
    path: '/v1/test-images/{image}',
    operationId: 'deleteTestImage',
    summary: 'Delete a test image in any state',
    scope: 'write',
    refuses: ['not-found'],
    permissions: ['listTestImages', 'readTestImageStates', 'removeTestImages', 'removeTestImageStates'],
    params: z.object({ image: TestImageId }),
    answers: { 204: undefined },
  },
  async ({ params: { image } }, ports) => {
    await deleteTestImage(image, ports)
    return noContent()
  },
)

export const handler = lambda(endpoint, awsPorts)

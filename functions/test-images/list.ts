import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { okWithLinks } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { retryAfterSeconds } from '../../shared/test-images/describe.ts'
import { listTestImages, TestImagesQuery } from '../../shared/test-images/list.ts'
import { TestImageItem } from '../../shared/test-images/test-image.ts'

export const endpoint = route(
  {
    method: 'GET',
    path: '/v1/test-images',
    operationId: 'listTestImages',
    summary: 'List test images with their state, size and presigned URL',
    scope: 'read',
    refuses: [],
    permissions: ['listTestImageStates', 'readTestImages', 'readTestImageStates'],
    query: TestImagesQuery,
    paged: TestImageItem,
  },
  async ({ query }, ports) => {
    const page = await listTestImages(query, ports)
    return okWithLinks(page, retryAfterSeconds(page.items))
  },
)

export const handler = lambda(endpoint, awsPorts)

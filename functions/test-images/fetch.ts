import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { accepted, ok } from '../../shared/platform/http/reply.ts'
import { lambda, route } from '../../shared/platform/http/route.ts'
import { ValidateOnlyQuery } from '../../shared/platform/http/validate-only.ts'
import { previewTestImages, requestTestImages } from '../../shared/test-images/request.ts'
import { TestImagesPreview, TestImagesRequest, TestImagesView } from '../../shared/test-images/test-image.ts'

export const endpoint = route(
  {
    method: 'POST',
    path: '/v1/test-images',
    operationId: 'fetchTestImages',
    summary: 'Fetch images from URLs into data/test; repeating it retries those that failed or are gone',
    scope: 'write',
    refuses: ['bad-source'],
    permissions: ['seeBucket', 'readTestImages', 'readTestImageStates', 'writeTestImageStates', 'sendTestImages'],
    query: ValidateOnlyQuery,
    body: TestImagesRequest,
    answers: { 200: z.union([TestImagesView, TestImagesPreview]), 202: TestImagesView },
  },
  async ({ query: { validateOnly }, body: { urls } }, ports) => {
    if (validateOnly) return ok(await previewTestImages(urls, ports))
    const { isUnderWay, view } = await requestTestImages(urls, ports)
    return isUnderWay ? accepted(view, '/v1/test-images') : ok(view)
  },
)

export const handler = lambda(endpoint, awsPorts)

import { describe, expect, it } from '@jest/globals'
import type * as z from 'zod'
import type { CopyProgress as ApiCopyProgress } from '../../../shared/copying/copy-progress.ts'
import type { BatchImage as ApiBatchImage } from '../../../shared/copying/list-images.ts'
import type { ImportPreview as ApiImportPreview } from '../../../shared/datasets/import/import-preview.ts'
import type { AnnotationItem } from '../../../shared/manifests/output/annotations.ts'
import type { DeliveryWithPayload } from '../../../shared/webhooks/delivery.ts'
import type { WebhookWithSecret as ApiWebhook } from '../../../shared/webhooks/webhook.ts'
import type { CopyProgress } from '../../../web/app/batches/batch-texts.ts'
import type { BatchImage } from '../../../web/app/batches/image.ts'
import type { ImportPreview } from '../../../web/app/datasets/dataset.ts'
import type { Annotation } from '../../../web/app/jobs/annotation.ts'
import type { Delivery, WebhookWithSecret } from '../../../web/app/webhooks/webhook.ts'

/** What the pages read of each resource whose schema is no contract. The compiler compares them with the schemas. */
interface Shapes {
  copy: [ApiCopyProgress, CopyProgress]
  image: [ApiBatchImage, BatchImage]
  imports: [ApiImportPreview, ImportPreview]
  annotation: [AnnotationItem, Annotation]
  delivery: [DeliveryWithPayload, Delivery]
  webhook: [z.infer<typeof ApiWebhook>, WebhookWithSecret]
}

/** Names of the resources that the API does not return as the pages read them. */
type Different = { [Name in keyof Shapes]: Shapes[Name][0] extends Shapes[Name][1] ? never : Name }[keyof Shapes]

describe('resources as pages read them', () => {
  it('are as the API returns them', () => {
    const different: Different[] = []
    // Fails to compile where a resource differs: then `never` is a name.
    const none: never[] = different
    expect(none).toEqual([])
  })
})

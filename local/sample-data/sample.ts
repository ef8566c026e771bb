import type { Registration } from '../../shared/contracts/dataset.ts'

/** The bucket on the local S3 server that holds the sample's annotation files. */
export const SAMPLE_BUCKET = 'open-images-samples'

/** The bucket that Open Images keeps its images in; on the local S3 server it holds the sample's 28. */
export const IMAGE_BUCKET = 'open-images-dataset'

/** The parts of Open Images that the sample is cut from: folders of this one. */
export const SAMPLE_SPLITS = ['train', 'validation'] as const
export type SampleSplit = (typeof SAMPLE_SPLITS)[number]

const sampleOf = (split: SampleSplit, title: string): Registration => ({
  title,
  sources: {
    annotations: `s3://${SAMPLE_BUCKET}/${split}/annotations-bbox.csv`,
    classDescriptions: `s3://${SAMPLE_BUCKET}/class-descriptions.csv`,
    boxableClassDescriptions: `s3://${SAMPLE_BUCKET}/class-descriptions-boxable.csv`,
    hierarchy: `s3://${SAMPLE_BUCKET}/labels-hierarchy.json`,
    images: `s3://${SAMPLE_BUCKET}/${split}/images.csv`,
  },
  imageLocation: `s3://${IMAGE_BUCKET}/${split}/{imageId}.jpg`,
  skipImages: [],
})

/** Both sample datasets by name, as bodies of `PUT /v1/datasets/{dataset}`. */
export const SAMPLE_DATASETS: Readonly<Record<`sample-${SampleSplit}`, Registration>> = {
  'sample-train': sampleOf('train', 'Open Images sample: 20 training images'),
  'sample-validation': sampleOf('validation', 'Open Images sample: 8 validation images'),
}

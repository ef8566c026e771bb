import type { Registration } from '../../shared/contracts/dataset.ts'

/** The local bucket with the annotation files of the sample. */
export const SAMPLE_BUCKET = 'open-images-samples'

/** The bucket name of Open Images. Locally it contains the 28 images of the sample. */
export const IMAGE_BUCKET = 'open-images-dataset'

/** The splits of Open Images that the sample contains, which are also subfolders of this folder. */
export const SAMPLE_SPLITS = ['train', 'validation'] as const
export type SampleSplit = (typeof SAMPLE_SPLITS)[number]

const sampleRegistration = (split: SampleSplit, title: string): Registration => ({
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

/** The sample datasets by name, as bodies of `PUT /v1/datasets/{dataset}`. */
export const SAMPLE_DATASETS: Readonly<Record<`sample-${SampleSplit}`, Registration>> = {
  'sample-train': sampleRegistration('train', 'Open Images sample: 20 training images'),
  'sample-validation': sampleRegistration('validation', 'Open Images sample: 8 validation images'),
}

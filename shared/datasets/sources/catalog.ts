import type { Registration } from '../../contracts/dataset.ts'

const PUBLISHED = 'https://storage.googleapis.com/openimages/2018_04'

/** Images that are excluded by default, as in the notebook that this service replaces. */
const SKIP_IMAGES = ['251d4c429f6f9c39', '065ad49f98157c8d']

const toRegistration = (name: string, title: string, imageList: string): Registration => ({
  title,
  sources: {
    annotations: `${PUBLISHED}/${name}/${name}-annotations-bbox.csv`,
    classDescriptions: `${PUBLISHED}/class-descriptions.csv`,
    boxableClassDescriptions: `${PUBLISHED}/class-descriptions-boxable.csv`,
    hierarchy: `${PUBLISHED}/bbox_labels_600_hierarchy.json`,
    images: `${PUBLISHED}/${name}/${imageList}.csv`,
  },
  imageLocation: `s3://open-images-dataset/${name}/{imageId}.jpg`,
  skipImages: [...SKIP_IMAGES],
})

const published: Record<string, Registration> = {
  'open-images-v4-train': toRegistration(
    'train',
    'Open Images V4, training images',
    'train-images-boxable-with-rotation',
  ),
  'open-images-v4-validation': toRegistration(
    'validation',
    'Open Images V4, validation images',
    'validation-images-with-rotation',
  ),
  'open-images-v4-test': toRegistration('test', 'Open Images V4, test images', 'test-images-with-rotation'),
}

/**
 * Datasets that need no registration, by name: Open Images V4 (April 2018), from its publishers. The object has no
 * prototype, so a look-up of `constructor` finds nothing.
 * @see https://storage.googleapis.com/openimages/web/download_v4.html
 */
export const CATALOG: Readonly<Record<string, Registration>> = Object.assign(Object.create(null), published)

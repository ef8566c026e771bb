import { describe, expect, it } from '@jest/globals'
import { DatasetName, Registration } from '../../../shared/contracts/dataset.ts'
import { CATALOG } from '../../../shared/datasets/sources/catalog.ts'

describe('the catalog', () => {
  it('contains the three parts of Open Images V4 as valid registrations', () => {
    expect(Object.keys(CATALOG)).toEqual(['open-images-v4-train', 'open-images-v4-validation', 'open-images-v4-test'])
    for (const [name, registration] of Object.entries(CATALOG)) {
      expect(DatasetName.parse(name)).toBe(name)
      expect(Registration.parse(registration)).toEqual(registration)
      expect(registration.skipImages).toEqual(['251d4c429f6f9c39', '065ad49f98157c8d'])
    }
  })

  it('contains the published URIs', () => {
    expect(CATALOG['open-images-v4-test']).toMatchObject({
      sources: {
        annotations: 'https://storage.googleapis.com/openimages/2018_04/test/test-annotations-bbox.csv',
        classDescriptions: 'https://storage.googleapis.com/openimages/2018_04/class-descriptions.csv',
        images: 'https://storage.googleapis.com/openimages/2018_04/test/test-images-with-rotation.csv',
      },
      imageLocation: 's3://open-images-dataset/test/{imageId}.jpg',
    })
  })

  it('has no properties of Object.prototype', () => {
    expect(CATALOG.constructor).toBeUndefined()
    expect('constructor' in CATALOG).toBe(false)
  })
})

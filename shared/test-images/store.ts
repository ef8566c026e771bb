import { AppError } from '../contracts/errors.ts'
import type { Config } from '../platform/config.ts'
import type { Ports } from '../platform/ports.ts'
import { readState, type State } from '../platform/state/record.ts'
import { type StoredTestImage, TEST_IMAGE, type TestImageState } from './test-image.ts'

/** The folder of the states, outside of the data prefix: URLs of queued images may hold secrets. */
export const STATES_FOLDER = 'system/test-images/'

export const testImageRef = (imageId: string) => ({
  key: `${STATES_FOLDER}${imageId}.json`,
  type: TEST_IMAGE,
  isOwn: (state: TestImageState) => state.imageId === imageId,
})

/** The folder of the images; ends in a slash. */
export const imageFolder = ({ dataPrefix }: Config): string => `${dataPrefix}test/`

export const imageKey = ({ imageId, format }: Pick<StoredTestImage, 'imageId' | 'format'>, config: Config): string =>
  `${imageFolder(config)}${imageId}.${format}`

/** Returns every key that an image with this id may have. */
export const imageKeys = (imageId: string, config: Config): string[] =>
  (['jpg', 'png'] as const).map((format) => imageKey({ imageId, format }, config))

export const findTestImage = (
  imageId: string,
  ports: Pick<Ports, 'objects'>,
): Promise<State<TestImageState> | undefined> => readState(testImageRef(imageId), ports)

/** Reads the state of a test image. @throws AppError `not-found` */
export async function getTestImage(imageId: string, ports: Pick<Ports, 'objects'>): Promise<TestImageState> {
  const found = await findTestImage(imageId, ports)
  if (found) return found.value
  throw noTestImage(imageId)
}

/** The error for a test image that does not exist. */
export const noTestImage = (imageId: string): AppError =>
  new AppError('not-found', `Test image "${imageId}" does not exist; GET /v1/test-images lists all test images.`)

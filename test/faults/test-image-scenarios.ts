import { parseImageAddresses } from '../../shared/test-images/addresses.ts'
import { deleteTestImage } from '../../shared/test-images/delete.ts'
import { type DrainOptions, drain } from '../support/broker/drain.ts'
import { retryUntilDone, retryUntilDoneOr } from '../support/crash/retry.ts'
import { type Scenario, scenariosWith } from '../support/crash/scenario.ts'
import { JPEG, MISSING, picturesWorld, request, SECRET } from '../support/fixtures/test-images.ts'
import { jsonAt, keysUnder, touchedOutside } from '../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const STATES = 'system/test-images/'

/** A scenario about test images. Each one recorded as stored has its image, and there is no other image. */
const testImageScenario = scenariosWith(({ world }, before) => {
  const states = keysUnder(world, STATES).map((key) => jsonAt(world, STATES + key))
  const stored = states.filter(({ state }) => state === 'stored')
  const images = stored.map(({ imageId, format }) => `${imageId}.${format}`)
  const existing = keysUnder(world, 'data/test/')
  return [
    ...touchedOutside(world, before, '').filter((what) => !what.includes('/data/test/') && !what.includes(STATES)),
    ...existing.filter((image) => !images.includes(image)).map((image) => `${image} belongs to no test image`),
    ...images.filter((image) => !existing.includes(image)).map((image) => `${image} is missing`),
    ...stored.filter(({ bytes }) => bytes !== JPEG.length).map(({ imageId }) => `${imageId} has another size`),
    ...states.filter(({ state }) => state === 'queued').map(({ imageId }) => `${imageId} is still queued`),
  ]
})

const [image] = parseImageAddresses([SECRET], false)
const imageId = image?.imageId ?? ''

/** Requests an image like a caller who retries, and lets the workers fetch it. */
const fetchUntilDone =
  (url: string) =>
  async (ports: MemoryPorts, options: DrainOptions): Promise<void> => {
    await retryUntilDone(() => request(url, ports))
    await drain(ports, options)
  }

const remove = (ports: MemoryPorts) => retryUntilDoneOr(() => deleteTestImage(imageId, ports), 'not-found')

const stateIs =
  (expected: string | undefined) =>
  ({ world }: MemoryPorts): string[] => {
    const states = keysUnder(world, STATES).map((key): string => jsonAt(world, STATES + key).state)
    return `${states}` === (expected ?? '') ? [] : [`the states are [${states}]`]
  }

/** Everything that can be done with test images. */
export const TEST_IMAGE_SCENARIOS: readonly Scenario[] = [
  testImageScenario('fetching a test image', async () => picturesWorld(), fetchUntilDone(SECRET), stateIs('stored')),
  testImageScenario(
    'fetching a missing test image',
    async () => picturesWorld(),
    fetchUntilDone(MISSING),
    stateIs('failed'),
  ),
  testImageScenario(
    'fetching and deleting a test image',
    async () => picturesWorld(),
    async (ports, options) => {
      await fetchUntilDone(SECRET)(ports, options)
      await remove(ports)
    },
    stateIs(undefined),
  ),
  testImageScenario(
    'deleting a queued test image and fetching it again',
    async () => picturesWorld(),
    async (ports, options) => {
      await retryUntilDone(() => request(SECRET, ports))
      await remove(ports)
      await fetchUntilDone(SECRET)(ports, options)
    },
    stateIs('stored'),
  ),
]

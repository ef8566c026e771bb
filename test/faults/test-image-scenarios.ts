import { parseImageAddresses } from '../../shared/test-images/addresses.ts'
import { deleteTestImage } from '../../shared/test-images/delete.ts'
import { JPEG, MISSING, picturesWorld, request, SECRET } from '../support/fixtures/test-images.ts'
import { jsonAt, keysUnder, touchedOutside } from '../support/world/bucket-contents.ts'
import { type DrainOptions, drain } from '../support/world/drain.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { insist, insistOrFind } from './insisting.ts'
import { type Scenario, scenariosWith } from './scenario.ts'

const STATES = 'system/test-images/'

/** What is wrong with the test images: each that is stored has its image, and there is no other. */
const ofTestImages = scenariosWith(({ world }, before) => {
  const states = keysUnder(world, STATES).map((key) => jsonAt(world, STATES + key))
  const stored = states.filter(({ state }) => state === 'stored')
  const images = stored.map(({ imageId, format }) => `${imageId}.${format}`)
  const there = keysUnder(world, 'data/test/')
  return [
    ...touchedOutside(world, before, '').filter((what) => !what.includes('/data/test/') && !what.includes(STATES)),
    ...there.filter((image) => !images.includes(image)).map((image) => `${image} is nobody's`),
    ...images.filter((image) => !there.includes(image)).map((image) => `${image} is lost`),
    ...stored.filter(({ bytes }) => bytes !== JPEG.length).map(({ imageId }) => `${imageId} has another size`),
    ...states.filter(({ state }) => state === 'queued').map(({ imageId }) => `${imageId} waits for ever`),
  ]
})

const [image] = parseImageAddresses([SECRET], false)
const imageId = image?.imageId ?? ''

/** Asks for it, and once more where that came to nothing: a caller who got no answer. */
const fetchInsisting =
  (url: string) =>
  async (ports: MemoryPorts, options: DrainOptions): Promise<void> => {
    await insist(() => request(url, ports))
    await drain(ports, options)
  }

const remove = (ports: MemoryPorts) => insistOrFind(() => deleteTestImage(imageId, ports), 'not-found')

const stateIs =
  (expected: string | undefined) =>
  ({ world }: MemoryPorts): string[] => {
    const states = keysUnder(world, STATES).map((key): string => jsonAt(world, STATES + key).state)
    return `${states}` === (expected ?? '') ? [] : [`the states are [${states}]`]
  }

/** Everything that is done with test images. */
export const TEST_IMAGE_SCENARIOS: readonly Scenario[] = [
  ofTestImages('fetching a test image', async () => picturesWorld(), fetchInsisting(SECRET), stateIs('stored')),
  ofTestImages('fetching what is not there', async () => picturesWorld(), fetchInsisting(MISSING), stateIs('failed')),
  ofTestImages(
    'fetching a test image, and deleting it',
    async () => picturesWorld(),
    async (ports, options) => {
      await fetchInsisting(SECRET)(ports, options)
      await remove(ports)
    },
    stateIs(undefined),
  ),
  ofTestImages(
    'deleting a test image that waits, and fetching it again',
    async () => picturesWorld(),
    async (ports, options) => {
      await insist(() => request(SECRET, ports))
      await remove(ports)
      await fetchInsisting(SECRET)(ports, options)
    },
    stateIs('stored'),
  ),
]

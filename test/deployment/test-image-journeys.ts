import { expect } from '@jest/globals'
import { jpegFile } from '../support/fixtures/picture-files.ts'
import { lose, VALIDATE } from './arranged.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'

/** Test images: fetched, failed, given up, looked at, deleted. */
export const TEST_IMAGE_JOURNEYS = [fetching, deletingImages]

const THERE = 'https://images.example/tire.jpg'
const MISSING = 'https://images.example/missing.jpg'
const urls = (...given: string[]): Request => ({ body: { urls: given } })

const images = async ({ walk }: DeployedWorld): Promise<string[]> =>
  (await walk('test-images-list')).map((item) => (item as { imageId: string }).imageId) // as its schema says

async function fetching(deployed: DeployedWorld): Promise<void> {
  const { call, next, work, world } = deployed
  world.web.set(THERE, { bytes: jpegFile(64, 48), etag: undefined, ranges: false })
  expect(await call('test-images-fetch', {}, { ...urls(THERE), ...VALIDATE })).toBe(200)
  expect(await call('test-images-fetch', {}, urls(THERE, MISSING))).toBe(202)
  // The first worker dies after it has stored the image, which the next one finds.
  next(({ method, key }) => method === 'put' && key.startsWith('system/'), 'before')
  await work()
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
  await work()
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(200)
  expect(await call('test-images-fetch', {}, urls(MISSING))).toBe(202)
  await work(() => 'dead-letter')
  expect(await call('test-images-get', { image: '0'.repeat(32) })).toBe('not-found')
  for (const image of await images(deployed)) expect(await call('test-images-get', { image })).toBe(200)
}

/** Also one whose deletion had died, and one under the hands of its worker. */
async function deletingImages(deployed: DeployedWorld): Promise<void> {
  const { call, config, work, world } = deployed
  const all = await images(deployed)
  for (const image of all) expect(await call('test-images-delete', { image })).toBe(204)
  expect(await call('test-images-delete', { image: all[0] ?? '' })).toBe('not-found')
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
  await work()
  const [image = ''] = await images(deployed)
  world.stored.delete(`s3://${config.bucket}/system/test-images/${image}.json`)
  expect(await call('test-images-delete', { image })).toBe(204)
  for (const fate of ['done', 'dead-letter'] as const) {
    expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
    world.stored.delete(`s3://${config.bucket}/system/test-images/${image}.json`)
    await work(() => fate)
  }
  lose(deployed, `test/${image}.jpg`)
}

import { expect } from '@jest/globals'
import { jpegFile } from '../support/fixtures/picture-files.ts'
import { lose, VALIDATE } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** Fetches, reads and deletes test images, with failures. */
export const TEST_IMAGE_JOURNEYS = [fetching, deletingImages]

const THERE = 'https://images.example/tire.jpg'
const MISSING = 'https://images.example/missing.jpg'
const urls = (...given: string[]): Request => ({ body: { urls: given } })

const images = async ({ listAll }: DeployedWorld): Promise<string[]> =>
  (await listAll('test-images-list')).map((item) => (item as { imageId: string }).imageId) // as its schema says

async function fetching(deployed: DeployedWorld): Promise<void> {
  const { call, interceptNext, drain, world } = deployed
  world.web.set(THERE, { bytes: jpegFile(64, 48), etag: undefined, ranges: false })
  expect(await call('test-images-fetch', {}, { ...urls(THERE), ...VALIDATE })).toBe(200)
  expect(await call('test-images-fetch', {}, urls(THERE, MISSING))).toBe(202)
  // The first worker crashes after it stored the image, which the next one finds.
  interceptNext(({ method, key }) => method === 'put' && key.startsWith('system/'), 'before')
  await drain()
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
  await drain()
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(200)
  expect(await call('test-images-fetch', {}, urls(MISSING))).toBe(202)
  await drain(() => 'dead-letter')
  expect(await call('test-images-get', { image: '0'.repeat(32) })).toBe('not-found')
  const verify: Request = { query: { verify: 'true' } }
  expect(await call('test-images-list', {}, verify)).toBe(200)
  for (const image of await images(deployed)) {
    expect(await call('test-images-get', { image })).toBe(200)
    lose(deployed, `test/${image}.jpg`)
    expect(await call('test-images-get', { image }, verify)).toBe(200)
  }
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
  await drain()
}

/** Deletes images, also after an interrupted deletion and while a worker fetches one. */
async function deletingImages(deployed: DeployedWorld): Promise<void> {
  const { call, config, drain, world } = deployed
  const all = await images(deployed)
  for (const image of all) expect(await call('test-images-delete', { image })).toBe(204)
  expect(await call('test-images-delete', { image: all[0] ?? '' })).toBe('not-found')
  expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
  await drain()
  const [image = ''] = await images(deployed)
  world.stored.delete(`s3://${config.bucket}/system/test-images/${image}.json`)
  expect(await call('test-images-delete', { image })).toBe(204)
  for (const fate of ['done', 'dead-letter'] as const) {
    expect(await call('test-images-fetch', {}, urls(THERE))).toBe(202)
    world.stored.delete(`s3://${config.bucket}/system/test-images/${image}.json`)
    await drain(() => fate)
  }
  lose(deployed, `test/${image}.jpg`)
}

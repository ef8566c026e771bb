import { expect } from '@jest/globals'
import { memoryObject } from '../support/world/memory-object.ts'
import { type Pictures, putDatasetFiles } from './dataset-files.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** A dry run. */
export const VALIDATE: Request = { query: { validateOnly: 'true' } }
/** Enough for several parts of an import, of a batch's lines and of a manifest, and for selecting in the background. */
export const LARGE = { count: 2100, boxesEach: 80 }

/** Returns a request for images of cats. */
export const batchRequest = (dataset: string, examplesPerClass = 3): Request => ({
  body: { dataset, classNames: ['Cat'], examplesPerClass },
})
/** Returns the S3 URI of a key below the data prefix. */
export const uriAt = ({ config }: DeployedWorld, key: string): string =>
  `s3://${config.bucket}/${config.dataPrefix}${key}`

/** Changes fields of a stored JSON object, as a concurrent writer would. */
export const change = (deployed: DeployedWorld, key: string, changes: object): void => {
  const uri = uriAt(deployed, key)
  const state = JSON.parse(Buffer.from(deployed.world.stored.get(uri)!.bytes).toString('utf8'))
  deployed.world.stored.set(uri, memoryObject(JSON.stringify({ ...state, ...changes })))
}
/** Removes an object. */
export const lose = (deployed: DeployedWorld, key: string): void =>
  void deployed.world.stored.delete(uriAt(deployed, key))
/** Puts an unexpected object. */
export const leave = (deployed: DeployedWorld, key: string): void =>
  void deployed.world.stored.set(uriAt(deployed, key), memoryObject('left behind'))

/** Puts a copy of an image, as it is made for a batch. */
export const leaveCopy = (deployed: DeployedWorld, key: string, batchId: string): void => {
  const metadata = { 'groundwork-source-etag': '"1"', 'groundwork-source-size': '9', 'groundwork-batch': batchId }
  deployed.world.stored.set(uriAt(deployed, key), memoryObject('left late', 'image/jpeg', metadata))
}

/** Registers a dataset with these pictures, in a folder of its own. */
export async function register(deployed: DeployedWorld, dataset: string, pictures: Pictures): Promise<void> {
  const body = putDatasetFiles(deployed, { at: `s3://open-images-dataset/${dataset}`, ...pictures })
  expect(await deployed.call('datasets-register', { dataset }, { body })).toBe(201)
}

/** Registers and imports a dataset with these pictures. */
export async function importAll(deployed: DeployedWorld, dataset: string, pictures: Pictures): Promise<void> {
  await register(deployed, dataset, pictures)
  expect(await deployed.call('datasets-import', { dataset })).toBe(202)
  await deployed.drain()
  expect(await deployed.call('datasets-resolve-classes', { dataset }, { body: { classNames: ['Cat'] } })).toBe(200)
}

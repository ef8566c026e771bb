import { expect } from '@jest/globals'
import { memoryObject } from '../support/world/world.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'
import { type Pictures, putPictures } from './pictures.ts'

/** Does all checks and nothing else. */
export const VALIDATE: Request = { query: { validateOnly: 'true' } }
/** More than one part of an import, of a batch's lines and of a manifest; more images than are chosen in a call. */
export const LARGE = { count: 2100, boxesEach: 80 }

/** A request for images of cats. */
export const batchOf = (dataset: string, examplesPerClass = 3): Request => ({
  body: { dataset, classNames: ['Cat'], examplesPerClass },
})
/** Where a key below the data prefix is. */
export const keyOf = ({ config }: DeployedWorld, key: string): string =>
  `s3://${config.bucket}/${config.dataPrefix}${key}`

/** Something else than was read lies at a key now. */
export const change = (deployed: DeployedWorld, key: string, changes: object): void => {
  const uri = keyOf(deployed, key)
  const state = JSON.parse(Buffer.from(deployed.world.stored.get(uri)!.bytes).toString('utf8'))
  deployed.world.stored.set(uri, memoryObject(JSON.stringify({ ...state, ...changes })))
}
/** An object goes. */
export const lose = (deployed: DeployedWorld, key: string): void =>
  void deployed.world.stored.delete(keyOf(deployed, key))
/** Something lies at a key. */
export const leave = (deployed: DeployedWorld, key: string): void =>
  void deployed.world.stored.set(keyOf(deployed, key), memoryObject('left behind'))

/** A dataset of such pictures, in a folder of its own. */
export async function register(deployed: DeployedWorld, dataset: string, pictures: Pictures): Promise<void> {
  const body = putPictures(deployed, { at: `s3://open-images-dataset/${dataset}`, ...pictures })
  expect(await deployed.call('datasets-register', { dataset }, { body })).toBe(201)
}

/** The same, imported. */
export async function importAll(deployed: DeployedWorld, dataset: string, pictures: Pictures): Promise<void> {
  await register(deployed, dataset, pictures)
  expect(await deployed.call('datasets-import', { dataset })).toBe(202)
  await deployed.work()
  expect(await deployed.call('datasets-resolve-classes', { dataset }, { body: { classNames: ['Cat'] } })).toBe(200)
}

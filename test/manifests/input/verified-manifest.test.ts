import { describe, expect, it } from '@jest/globals'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { completeCopy, selectedBatch } from '../../copying/pets-copy.ts'
import { drain } from '../../support/broker/drain.ts'
import { imageId, toCopyUri, toSourceUri } from '../../support/fixtures/pets.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const write = (ports: MemoryPorts, request: object = { verify: true }) =>
  writeManifest('b', ManifestRequest.parse(request), { store: true }, ports)

describe('PUT /v1/batches/{batch}/manifest with `verify`', () => {
  it('leaves out images whose copy is gone or was changed, and counts them', async () => {
    const ports = await selectedBatch(4)
    await completeCopy(ports)
    const { stored } = ports.world
    const copy = stored.get(toCopyUri('b', 3))
    stored.delete(toCopyUri('b', 2))
    stored.set(toCopyUri('b', 3), memoryObject('mine'))
    if (copy) stored.set(toCopyUri('b', 4), memoryObject(Buffer.from(copy.bytes).fill(0, 0, 9)))
    const omitted = [
      { imageId: imageId(2), outcome: 'copy-gone' },
      { imageId: imageId(3), outcome: 'copy-changed' },
      { imageId: imageId(4), outcome: 'copy-changed' },
    ]
    expect(await write(ports)).toMatchObject({ lines: 1, omittedCount: 3, omitted })
    expect(await write(ports, {})).toMatchObject({ lines: 4, omittedCount: 0, omitted: [] })
  })

  it('has a line for each copy that is as it was, and looks with one request for a thousand', async () => {
    const ports = await selectedBatch(3)
    await completeCopy(ports)
    ports.world.calls.splice(0)
    expect(await write(ports)).toMatchObject({ lines: 3, omittedCount: 0 })
    expect(ports.world.calls.filter(({ key }) => key.startsWith('data/b/images/')).map(({ method }) => method)).toEqual(
      ['list'],
    )
  })

  it('keeps the outcome of an image without a good copy', async () => {
    const ports = await selectedBatch(2)
    ports.world.stored.delete(toSourceUri(2))
    await completeCopy(ports)
    expect(await write(ports)).toMatchObject({ lines: 1, omitted: [{ imageId: imageId(2), outcome: 'missing' }] })
  })

  it('has a line again once the copy was restored', async () => {
    const ports = await selectedBatch(2)
    await completeCopy(ports)
    ports.world.stored.delete(toCopyUri('b', 2))
    await startCopy('b', ports, { verify: true })
    await drain(ports)
    expect(await write(ports)).toMatchObject({ lines: 2, omittedCount: 0 })
  })
})

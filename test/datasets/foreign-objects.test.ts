import { describe, expect, it } from '@jest/globals'
import { listKeys, REGISTRATION } from '../support/fixtures/small-dataset.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { findImportId, imported, registered, restoreObject } from './damage.ts'
import { ownKeys, serveDatasets } from './dataset-api.ts'

const { arrange, call } = serveDatasets()
let ports: MemoryPorts

describe('DELETE /v1/datasets/{dataset}', () => {
  const OWN = [
    'boxes.csv',
    'photo.jpg',
    'notes/images.csv',
    // A folder whose name has the form of an import's id.
    'validationimages/annotations-bbox.csv',
    'validationimages/rounds/round-of-golf.txt',
  ]

  it('keeps, counts and names what Groundwork did not write', async () => {
    ports = await arrange(imported)
    const written = ownKeys(ports).length
    const importId = findImportId(ports)
    const foreign = [...OWN, `${importId}/photo.jpg`, `${importId}/rounds/notes.txt`]
    for (const name of foreign) restoreObject(ports, name, Buffer.from(name))
    const keys = foreign.map((name) => `data/raw/small/${name}`).sort()
    const location = 's3://work/data/raw/small/'
    expect(await call('DELETE', '/small?validateOnly=true')).toMatchObject({
      status: 200,
      json: { location, objects: written, more: false, kept: { objects: foreign.length, keys } },
    })
    expect(await call('DELETE', '/small')).toEqual({
      status: 200,
      json: { location, removed: written, kept: { objects: foreign.length, keys } },
    })
    expect(ownKeys(ports)).toEqual([...foreign].sort())
    expect((await call('GET', '/small')).status).toBe(404)
    expect((await call('PUT', '/small', REGISTRATION)).status).toBe(201)
  })

  it('names at most 100 keys', async () => {
    ports = await arrange(imported)
    for (let number = 0; number < 120; number++) restoreObject(ports, `photo-${number}.jpg`, Buffer.from('x'))
    const { json } = await call('DELETE', '/small')
    expect(json.kept.objects).toBe(120)
    expect(json.kept.keys).toHaveLength(100)
  })

  it('checks with validateOnly what a deletion would, and removes nothing', async () => {
    ports = await arrange(registered)
    expect((await call('DELETE', '/unknown?validateOnly=true')).status).toBe(404)
    await call('POST', '/small/import')
    const before = listKeys(ports)
    expect(await call('DELETE', '/small?validateOnly=true')).toMatchObject({
      status: 409,
      json: { code: 'wrong-state' },
    })
    expect(listKeys(ports)).toEqual(before)
  })

  it('keeps what was put into the folder of an import that is cancelled', async () => {
    ports = await arrange(registered)
    await call('POST', '/small/import')
    const importId = findImportId(ports)
    restoreObject(ports, `${importId}/photo.jpg`, Buffer.from('x'))
    expect((await call('DELETE', '/small/import')).status).toBe(200)
    expect(listKeys(ports)).toContain(`${importId}/photo.jpg`)
  })
})

import { describe, expect, it } from '@jest/globals'
import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import { putSources, readDatasetState } from '../support/fixtures/small-dataset.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { imported, registered, restoreObject } from './damage.ts'

/** Adds what a newer version might have written. */
function addNewerFields(ports: MemoryPorts): void {
  const { registration, ...state } = readDatasetState(ports)
  const newer = { ...state, schemaVersion: 7, owner: 'us', registration: { ...registration, kind: 'coco' } }
  restoreObject(ports, 'dataset.json', Buffer.from(JSON.stringify(newer)))
}

const NEWER = { schemaVersion: 7, owner: 'us', registration: { kind: 'coco' } }

describe('the state of a dataset that a newer version wrote', () => {
  it('keeps its unknown fields when an import starts, is cancelled, and becomes current', async () => {
    const ports = await registered()
    addNewerFields(ports)
    await startImport('small', ports)
    await cancelImport('small', ports)
    expect(readDatasetState(ports)).toMatchObject(NEWER)
    await startImport('small', ports)
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({ ...NEWER, current: { imageCount: 4 } })
  })

  it('keeps its unknown fields when an import fails', async () => {
    const ports = await imported()
    addNewerFields(ports)
    putSources(ports, { 'boxes.csv': 'nothing\n' })
    await startImport('small', ports)
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({ ...NEWER, problem: { code: 'bad-source' } })
  })
})

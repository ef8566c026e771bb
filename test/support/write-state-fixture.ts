import { writeFile } from 'node:fs/promises'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { busyWorld, keysIn } from './fixtures/every-record.ts'
import { findRecordType } from './fixtures/record-types.ts'
import { jsonAt } from './world/bucket-contents.ts'
import { memoryPorts } from './world/ports.ts'

/**
 * Writes the state objects that today's code makes to a file: `node test/support/write-state-fixture.ts FILE`. Each
 * version of a record has a fixture in test/fixtures/state/, written before the version after it exists.
 */
async function main(file: string): Promise<void> {
  const world = await busyWorld()
  // A batch whose event is still in its outbox.
  world.fault = ({ port }) => (port === 'messages' ? 'before' : undefined)
  const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 2 })
  await createBatch('pending', request, memoryPorts({ world })).catch(() => undefined)
  const keys = keysIn(world).filter((key) => findRecordType(key))
  const records = Object.fromEntries(keys.sort().map((key) => [key, jsonAt(world, key)]))
  await writeFile(file, `${JSON.stringify(records, null, 1)}\n`)
}

await main(process.argv[2] ?? 'state.json')
